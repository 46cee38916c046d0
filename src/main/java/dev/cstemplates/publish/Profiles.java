package dev.cstemplates.publish;

import dev.cstemplates.catalog.DefinitionSchema;
import dev.cstemplates.cloudstack.Connection;
import dev.cstemplates.cloudstack.CredentialFiles;
import dev.cstemplates.cloudstack.Credentials;
import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The user's profiles: {@code $CST_HOME/profiles/<name>.yaml}, validated against {@code configs/cloudstack/profile.schema.json}. */
public final class Profiles {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final String SUFFIX = ".yaml";

    private final Path folder;
    private final Map<String, String> environment;
    private final Processes processes;
    private final Supplier<DefinitionSchema> schema;
    private final YAMLMapper yaml = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    /** @param schema of profile files */
    public Profiles(
            Path folder, Map<String, String> environment, Processes processes, Supplier<DefinitionSchema> schema) {
        this.folder = folder;
        this.environment = environment;
        this.processes = processes;
        this.schema = schema;
    }

    public List<String> names() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SUFFIX))
                    .map(file -> file.substring(0, file.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot list the profiles in " + folder + ": " + e, "Check that the directory is readable.")
                    .because(e);
        }
    }

    public Profile find(String name) {
        var file = existing(name);
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw Failure.host("Cannot read the profile " + file + ": " + e, "Check that the file is readable.")
                    .because(e);
        }
    }

    private Path existing(String name) {
        var file = file(name);
        if (!Files.isRegularFile(file)) {
            var names = names();
            throw Failure.usage(
                    "No profile '" + name + "' in " + folder,
                    names.isEmpty()
                            ? "Create it with 'cst profile add " + name + " --endpoint URL'."
                            : "Existing profiles: " + String.join(", ", names) + ".");
        }
        return file;
    }

    /** Validates a profile and stores it under a new name. */
    public void add(String name, String text) {
        var file = file(name);
        if (Files.exists(file)) {
            throw Failure.usage(
                    "The profile '" + name + "' exists already",
                    "Edit " + file + ", or remove it with 'cst profile remove " + name + "'.");
        }
        parse("'" + name + "'", text);
        try {
            AtomicFiles.write(file, text, AtomicFiles.OWNER_ONLY);
        } catch (IOException e) {
            throw Failure.host("Cannot write the profile " + file + ": " + e, "Check that the directory is writable.")
                    .because(e);
        }
    }

    /** Removes a profile's file, whatever its content. */
    public void remove(String name) {
        var file = existing(name);
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw Failure.host("Cannot remove " + file + ": " + e, "Check that the directory is writable.")
                    .because(e);
        }
    }

    /** The connection to a profile's API. */
    public Connection connection(Profile profile) {
        return Connection.to(
                profile.endpoint(),
                Optional.ofNullable(profile.authority()).map(this::path).orElse(null));
    }

    /** Reads a profile's keys from their source. */
    public Credentials credentials(Profile profile) {
        var keys = profile.credentials();
        if (keys.environment() != null) {
            return CredentialFiles.fromEnvironment(
                    environment, keys.environment().apiKey(), keys.environment().secretKey());
        }
        if (keys.file() != null) {
            return CredentialFiles.fromFile(path(keys.file()));
        }
        if (keys.command() != null) {
            return CredentialFiles.fromCommand(processes, keys.command());
        }
        var monkey = keys.cloudmonkey();
        var file = monkey == null || monkey.file() == null ? "~/.cmk/config" : monkey.file();
        return CredentialFiles.fromCloudMonkey(
                path(file), monkey == null || monkey.profile() == null ? "" : monkey.profile());
    }

    /** Relative to the profiles' folder; {@code ~} is the user's home. */
    private Path path(String text) {
        if (text.startsWith("~/")) {
            return Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                    .resolve(text.substring(2));
        }
        return folder.resolve(text);
    }

    /** Where the profile of this name is stored. */
    public Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Failure.usage(
                    "Invalid profile name '" + name + "'", "Use lower-case letters, digits, dots and dashes.");
        }
        return folder.resolve(name + SUFFIX);
    }

    /** @param source names the profile in errors */
    private Profile parse(String source, String text) {
        try {
            var tree = yaml.readTree(text);
            if (!(tree instanceof ObjectNode fields)) {
                throw invalid(source, "it contains no keys");
            }
            if (fields.path("visibility").isString()) {
                fields.put("visibility", fields.path("visibility").stringValue().toLowerCase(Locale.ROOT));
            }
            var violations = schema.get().violations(fields);
            if (!violations.isEmpty()) {
                throw invalid(
                        source,
                        violations.stream()
                                .map(each ->
                                        each.where().isEmpty() ? each.message() : each.where() + ": " + each.message())
                                .collect(Collectors.joining("; ")));
            }
            addDefaults(fields);
            var profile = yaml.treeToValue(fields, Profile.class);
            Connection.to(profile.endpoint(), null);
            return profile;
        } catch (JacksonException e) {
            var at = e.getLocation();
            var line = at == null || at.getLineNr() < 1 ? "" : "line " + at.getLineNr() + ": ";
            var field = e.getPathReference().replaceAll(".*\\[\"|\"]", "");
            throw invalid(source, line + (field.isEmpty() ? "" : field + ": ") + e.getOriginalMessage())
                    .because(e);
        }
    }

    private static void addDefaults(ObjectNode fields) {
        for (var list : List.of("zones", "hypervisors")) {
            if (!fields.has(list)) {
                fields.putArray(list);
            }
        }
        for (var map : List.of("details", "credentials")) {
            if (!fields.has(map)) {
                fields.putObject(map);
            }
        }
        if (!fields.has("delivery")) {
            fields.putObject("delivery").put("upload", true);
        }
        if (!fields.has("visibility")) {
            fields.put("visibility", "private");
        }
        if (!fields.has("name")) {
            fields.put("name", "{title}");
        }
        if (!fields.has("extractable")) {
            fields.put("extractable", false);
        }
        if (!fields.has("sortKey")) {
            fields.put("sortKey", 0);
        }
        if (fields.path("delivery") instanceof ObjectNode method && !method.has("upload")) {
            method.put("upload", false);
        }
        if (fields.path("delivery").path("s3") instanceof ObjectNode store) {
            addDefaultsOfStore(store);
        }
    }

    private static void addDefaultsOfStore(ObjectNode store) {
        if (!store.has("pathStyle")) {
            store.put("pathStyle", false);
        }
        if (!store.has("hours")) {
            store.put("hours", 24);
        }
    }

    private static Failure invalid(String source, String why) {
        return Failure.usage(
                "Invalid profile " + source + ": " + why,
                "Fix the profile; see configs/cloudstack/example.yaml for all keys.");
    }
}
