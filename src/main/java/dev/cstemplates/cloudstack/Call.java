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
 * One API call: a command and its parameters, without what identifies and signs the caller.
 *
 * @param command in CloudStack's own spelling; the server minds its case
 * @param parameters by lower-case names, as the server sorts names by their bytes; keys of maps keep their case
 * @param isIdempotent whether doing it twice leaves the same as doing it once
 */
public record Call(String command, SortedMap<String, String> parameters, boolean isIdempotent) {

    private static final Pattern READS = Pattern.compile("(list|get|query|find)[A-Z]\\w*");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+|[a-z]+\\[\\d+]\\.[A-Za-z0-9._:-]+");
    private static final int LONGEST_SHOWN = 200;

    public Call {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
        for (var name : parameters.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("No name of a parameter: " + name);
            }
        }
    }

    /** A call without parameters; one that only reads may be repeated. */
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

    /** Without the parameter where {@code value} is null. */
    public Call withOptional(String name, @Nullable Object value) {
        return value == null ? this : with(name, value.toString());
    }

    public Call with(String name, Collection<String> values) {
        return values.isEmpty() ? this : with(name, String.join(",", values));
    }

    /** {@code name[0].key=value} for every entry: the form in which the server keeps all of them. */
    public Call withMap(String name, Map<String, String> entries) {
        var call = this;
        for (var entry : entries.entrySet()) {
            call = call.with(name + "[0]." + entry.getKey(), entry.getValue());
        }
        return call;
    }

    /** {@code tags[i].key=…} and {@code tags[i].value=…}: the form in which tags are named. */
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

    /** The same call, of which the caller says that it may be made twice. */
    public Call idempotent() {
        return new Call(command, parameters, true);
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Whether it changes nothing on the server. {@code getUploadParamsForTemplate} makes a template, whatever its name says. */
    public boolean isReading() {
        return isReading(command);
    }

    private static boolean isReading(String command) {
        return READS.matcher(command).matches() && !command.startsWith("getUploadParams");
    }

    /** The names that {@code listApis} knows parameters by: {@code tags} for {@code tags[0].key}. */
    List<String> declaredNames() {
        return parameters.keySet().stream()
                .map(name -> name.replaceFirst("\\[.*", ""))
                .distinct()
                .toList();
    }

    /** The call as people may see it: without passwords, user-data and what URLs carry besides their path. */
    @Override
    public String toString() {
        var shown = parameters.entrySet().stream()
                .map(each -> " " + each.getKey() + "=" + shown(each.getKey(), each.getValue()))
                .collect(Collectors.joining());
        return command + shown;
    }

    private static String shown(String name, String value) {
        if (name.contains("password") && !value.equals("true") && !value.equals("false")) {
            return "********";
        }
        if (name.equals("userdata") || name.equals("publickey")) {
            return "(" + value.length() + " characters)";
        }
        if (name.equals("url")) {
            return Urls.withoutSecrets(value);
        }
        return ShellQuoting.quote(PlainText.shortened(value, LONGEST_SHOWN));
    }
}
