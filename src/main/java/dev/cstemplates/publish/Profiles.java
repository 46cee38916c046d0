package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Connection;
import dev.cstemplates.cloudstack.CredentialFiles;
import dev.cstemplates.cloudstack.Credentials;
import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The profiles of this user: {@code $CST_HOME/profiles/<name>.yaml}. */
public final class Profiles {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final String SUFFIX = ".yaml";

    private final Path folder;
    private final Map<String, String> environment;
    private final Processes processes;
    private final YAMLMapper yaml = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    public Profiles(Path folder, Map<String, String> environment, Processes processes) {
        this.folder = folder;
        this.environment = environment;
        this.processes = processes;
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
            throw Failure.host("The profiles in " + folder + " can't be listed: " + e, "Is the folder readable?")
                    .because(e);
        }
    }

    public Profile find(String name) {
        var file = file(name);
        if (!Files.isRegularFile(file)) {
            var there = names();
            throw Failure.usage(
                    "There is no profile '" + name + "' in " + folder,
                    there.isEmpty()
                            ? "Make one with 'cst profile add " + name + " --endpoint URL'."
                            : "There are: " + String.join(", ", there) + ".");
        }
        return read(file);
    }

    /** Checks a profile and keeps it under a new name. */
    public void add(String name, String text) {
        var file = file(name);
        if (Files.exists(file)) {
            throw Failure.usage(
                    "There is a profile '" + name + "' already", "Change " + file + ", or remove it first.");
        }
        CstHome.made(folder);
        var draft = folder.resolve("." + name + ".part");
        try {
            Files.writeString(draft, text);
            read(draft);
            AtomicFiles.replace(draft, file);
        } catch (IOException e) {
            throw Failure.host("The profile can't be written to " + file + ": " + e, "Is the folder writable?")
                    .because(e);
        } finally {
            draft.toFile().delete();
        }
    }

    public void remove(String name) {
        find(name);
        try {
            Files.delete(file(name));
        } catch (IOException e) {
            throw Failure.host("The profile '" + name + "' can't be removed: " + e, "")
                    .because(e);
        }
    }

    /** Where a profile's API is. */
    public Connection connection(Profile profile) {
        return Connection.to(
                profile.endpoint(),
                Optional.ofNullable(profile.authority()).map(this::path).orElse(null));
    }

    /** Reads a profile's keys from where it says that they are. */
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

    private Path file(String name) {
        if (!NAME.matcher(name).matches()) {
            throw Failure.usage(
                    "'" + name + "' is no name of a profile", "Use lower-case letters, digits, dots and dashes.");
        }
        return folder.resolve(name + SUFFIX);
    }

    private Profile read(Path file) {
        try {
            var tree = yaml.readTree(file);
            if (!(tree instanceof ObjectNode fields)) {
                throw wrong(file, "it holds no fields");
            }
            addDefaults(fields);
            var profile = yaml.treeToValue(fields, Profile.class);
            require(file, profile);
            return profile;
        } catch (JacksonException e) {
            var at = e.getLocation();
            var line = at == null || at.getLineNr() < 1 ? "" : "line " + at.getLineNr() + ": ";
            var field = e.getPathReference().replaceAll(".*\\[\"|\"]", "");
            throw wrong(file, line + (field.isEmpty() ? "" : field + ": ") + e.getOriginalMessage())
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
        if (fields.path("delivery") instanceof ObjectNode way && !way.has("upload")) {
            way.put("upload", false);
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

    private static void require(Path file, Profile profile) {
        @SuppressWarnings("ConstantValue") // Jackson leaves null where a file has no field.
        var hasEndpoint = profile.endpoint() != null;
        if (!hasEndpoint) {
            throw wrong(file, "it names no endpoint");
        }
        if (profile.credentials().count() != 1) {
            throw wrong(file, "credentials needs exactly one of environment, file, cloudmonkey, command");
        }
        if (profile.delivery().count() != 1) {
            throw wrong(file, "delivery needs exactly one of upload, url, serve, folder, s3");
        }
        Connection.to(profile.endpoint(), null);
    }

    private static Failure wrong(Path file, String why) {
        return Failure.usage(
                "The profile " + file + " can't be used: " + why,
                "configs/cloudstack/example.yaml explains every field.");
    }
}
