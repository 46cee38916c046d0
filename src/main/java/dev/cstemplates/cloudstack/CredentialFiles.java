package dev.cstemplates.cloudstack;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads credentials from their sources. Error messages never contain what was read. */
public final class CredentialFiles {

    private static final String API_KEY = "apikey";
    private static final String SECRET_KEY = "secretkey";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private CredentialFiles() {}

    /** Two environment variables. */
    public static Credentials fromEnvironment(Map<String, String> environment, String apiKey, String secretKey) {
        for (var name : List.of(apiKey, secretKey)) {
            if (environment.getOrDefault(name, "").isBlank()) {
                throw Failure.usage(
                        "The environment variable " + name + " is not set",
                        "Set " + apiKey + " and " + secretKey + ", or choose another source in the profile.");
            }
        }
        return new Credentials(environment.getOrDefault(apiKey, ""), environment.getOrDefault(secretKey, ""));
    }

    /** A file with lines {@code apikey = …} and {@code secretkey = …} that only its owner can read. */
    public static Credentials fromFile(Path file) {
        requirePrivate(file);
        return of(settings(lines(file), ""), file.toString());
    }

    /** One profile of CloudMonkey's configuration; an empty name selects its current one. */
    public static Credentials fromCloudMonkey(Path file, String profile) {
        requirePrivate(file);
        var lines = lines(file);
        var name = profile.isEmpty() ? settings(lines, "").getOrDefault("profile", "localcloud") : profile;
        return of(settings(lines, name), "profile [" + name + "] of " + file);
    }

    /** A program that prints {@code apikey = …} and {@code secretkey = …}: a password manager. */
    public static Credentials fromCommand(Processes processes, List<String> argv) {
        var result = processes.run(Command.of(argv).timeout(LIMIT));
        if (!result.succeeded()) {
            // Its output is not reported: it may contain the keys.
            throw Failure.usage(
                    "'" + argv.getFirst() + "', which prints the credentials, failed with exit code "
                            + result.exitCode(),
                    "Run it by hand: it must print lines apikey=… and secretkey=….");
        }
        return of(settings(result.lines(), ""), "the output of '" + argv.getFirst() + "'");
    }

    private static Credentials of(Map<String, String> settings, String where) {
        var apiKey = settings.getOrDefault(API_KEY, "");
        var secretKey = settings.getOrDefault(SECRET_KEY, "");
        if (apiKey.isBlank() || secretKey.isBlank()) {
            throw Failure.usage(
                    "There is no " + (apiKey.isBlank() ? API_KEY : SECRET_KEY) + " in " + where,
                    "Add a line apikey = … and a line secretkey = ….");
        }
        return new Credentials(apiKey, secretKey);
    }

    /** The settings of one section of an INI file; those before all sections for an empty name. */
    private static Map<String, String> settings(List<String> lines, String section) {
        var settings = new HashMap<String, String>();
        var current = "";
        for (var line : lines) {
            var text = line.strip();
            var equals = text.indexOf('=');
            if (text.startsWith("[") && text.endsWith("]")) {
                current = text.substring(1, text.length() - 1).strip();
            } else if (current.equals(section) && equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
                settings.put(
                        text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                        text.substring(equals + 1).strip());
            }
        }
        return settings;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw Failure.usage("Cannot read the credentials in " + file + ": " + e, "Check that the file is readable.")
                    .because(e);
        }
    }

    private static void requirePrivate(Path file) {
        try {
            var permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw Failure.usage("Other users can access " + file, "chmod 600 " + file);
            }
        } catch (IOException e) {
            throw Failure.usage("Cannot read " + file + ": " + e, "Put the credentials there, with mode 0600.")
                    .because(e);
        }
    }
}
