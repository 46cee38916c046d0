package dev.cstemplates.cloudstack;

import dev.cstemplates.core.PlainText;
import dev.cstemplates.core.ShellQuoting;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One API call: a command and its parameters, without credentials and signature.
 *
 * @param command in CloudStack's spelling, which is case-sensitive
 * @param parameters by lower-case name, because the server sorts names by their bytes; keys of maps keep their case
 * @param isIdempotent whether executing it twice has the same effect as once
 */
public record Call(String command, SortedMap<String, String> parameters, boolean isIdempotent) {

    private static final Pattern READS = Pattern.compile("(list|get|query|find)[A-Z]\\w*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+|[a-z]+\\[\\d+]\\.[A-Za-z0-9._:-]+");
    private static final int LONGEST_VALUE = 200;

    public Call {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        for (var name : parameters.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("Invalid parameter name: " + name);
            }
        }
    }

    /** A call without parameters; idempotent if it only reads. */
    public static Call of(String command) {
        return new Call(command, Collections.emptySortedMap(), isReading(command));
    }

    public Call with(String name, String value) {
        var all = new TreeMap<>(parameters);
        all.put(name, value);
        return new Call(command, all, isIdempotent);
    }

    public Call with(String name, boolean value) {
        return with(name, Boolean.toString(value));
    }

    public Call with(String name, long value) {
        return with(name, Long.toString(value));
    }

    /** Adds the parameter unless {@code value} is null. */
    public Call withOptional(String name, @Nullable Object value) {
        return value == null ? this : with(name, value.toString());
    }

    public Call with(String name, Collection<String> values) {
        return values.isEmpty() ? this : with(name, String.join(",", values));
    }

    /** {@code name[0].key=value} for every entry: the only form in which the server stores all of them. */
    public Call withMap(String name, Map<String, String> entries) {
        var call = this;
        for (var entry : entries.entrySet()) {
            call = call.with(name + "[0]." + entry.getKey(), entry.getValue());
        }
        return call;
    }

    /** {@code tags[i].key=…} and {@code tags[i].value=…}: the form of tag parameters. */
    public Call withTags(Map<String, String> tags) {
        var call = this;
        var index = 0;
        for (var tag : tags.entrySet()) {
            call = call.with("tags[" + index + "].key", tag.getKey()).with("tags[" + index + "].value", tag.getValue());
            index++;
        }
        return call;
    }

    public Call without(String name) {
        var all = new TreeMap<>(parameters);
        all.remove(name);
        return new Call(command, all, isIdempotent);
    }

    /** The same call, marked as safe to repeat. */
    public Call idempotent() {
        return new Call(command, parameters, true);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Whether it changes nothing on the server. {@code getUploadParamsForTemplate} creates a template despite its name. */
    public boolean isReading() {
        return isReading(command);
    }

    private static boolean isReading(String command) {
        return READS.matcher(command).matches() && !command.startsWith("getUploadParams");
    }

    /** The parameters' names in {@code listApis}: {@code tags} for {@code tags[0].key}. */
    List<String> declaredNames() {
        return parameters.keySet().stream()
                .map(name -> name.replaceFirst("\\[.*", ""))
                .distinct()
                .toList();
    }

    /** The call without secrets: without passwords, user-data, and the user and query of URLs. */
    @Override
    public String toString() {
        var rendered = parameters.entrySet().stream()
                .map(each -> " " + each.getKey() + "=" + masked(each.getKey(), each.getValue()))
                .collect(Collectors.joining());
        return command + rendered;
    }

    private static String masked(String name, String value) {
        if (name.contains("password") && !value.equals("true") && !value.equals("false")) {
            return "********";
        }
        if (name.equals("userdata") || name.equals("publickey")) {
            return "(" + value.length() + " characters)";
        }
        if (name.equals("url")) {
            return Urls.withoutSecrets(value);
        }
        return ShellQuoting.quote(PlainText.shortened(value, LONGEST_VALUE));
    }
}
