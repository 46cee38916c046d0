package dev.cstemplates.validation.boot;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.PlainText;
import dev.cstemplates.ssh.SshLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the check scripts inside a guest. Each prints one JSON object per line, one line per check. */
final class OnlineChecks {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int MAX_CHECKS = 200;
    private static final int MAX_TEXT = 4000;
    private static final int MAX_QUOTED = 200;
    private static final Pattern SCRIPT = Pattern.compile("\\d\\d-[a-z0-9-]+\\.sh");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
    private static final Set<String> FIELDS = Set.of("id", "title", "status", "detail");

    private final JsonMapper json = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path folder;

    OnlineChecks(Path folder) {
        this.folder = folder;
    }

    /** Runs every script as root; an error of a script is a failed check with its name. */
    void run(SshLogin login, CheckCollector.Group group) {
        for (var script : scripts()) {
            var name = script.getFileName().toString();
            try {
                var result = login.asRoot(source(script), LIMIT);
                if (result.exitCode() != 0) {
                    throw new IOException("it exited with code " + result.exitCode() + ": "
                            + result.errors().strip());
                }
                for (var check : parse(result.output())) {
                    group.add(check.id(), check.title(), check.status(), check.detail());
                }
            } catch (IOException e) {
                group.add(
                        "script-" + name.replace(".sh", ""),
                        "The script " + name + " runs inside the guest",
                        Status.FAILED,
                        String.valueOf(e.getMessage()));
            }
        }
    }

    /** Parses a script's output; an IOException names the invalid line. */
    List<CheckResult> parse(String output) throws IOException {
        var lines = new ArrayList<CheckResult>();
        var ids = new HashSet<String>();
        for (var text : output.lines().filter(each -> !each.isBlank()).toList()) {
            var line = parseLine(text);
            if (!ids.add(line.id())) {
                throw new IOException("it reports " + line.id() + " twice");
            }
            if (lines.size() >= MAX_CHECKS) {
                throw new IOException("it reports more than " + MAX_CHECKS + " checks");
            }
            lines.add(line);
        }
        if (lines.isEmpty()) {
            throw new IOException("it reports no checks");
        }
        return lines;
    }

    private CheckResult parseLine(String text) throws IOException {
        JsonNode node;
        try {
            node = json.readTree(text);
        } catch (JacksonException e) {
            throw new IOException("invalid JSON: " + PlainText.shortened(text, MAX_QUOTED), e);
        }
        if (!node.isObject() || !Set.copyOf(node.propertyNames()).equals(FIELDS)) {
            throw new IOException(
                    "a line must have exactly the fields " + FIELDS + ": " + PlainText.shortened(text, MAX_QUOTED));
        }
        var id = text(node, "id", text);
        if (!ID.matcher(id).matches()) {
            throw new IOException("invalid id: " + PlainText.shortened(text, MAX_QUOTED));
        }
        var status = text(node, "status", text);
        return new CheckResult(
                id,
                text(node, "title", text),
                Arrays.stream(Status.values())
                        .filter(each -> each.id().equals(status))
                        .findFirst()
                        .orElseThrow(() -> new IOException("unknown status: " + PlainText.shortened(text, MAX_QUOTED))),
                text(node, "detail", text));
    }

    private static String text(JsonNode node, String field, String line) throws IOException {
        var value = node.path(field);
        if (!value.isString() || value.stringValue().length() > MAX_TEXT) {
            throw new IOException(field + " must be a string of at most " + MAX_TEXT + " characters: "
                    + PlainText.shortened(line, MAX_QUOTED));
        }
        return value.stringValue();
    }

    private List<Path> scripts() {
        try (var files = Files.list(folder)) {
            var scripts = files.filter(each ->
                            SCRIPT.matcher(each.getFileName().toString()).matches())
                    .sorted()
                    .toList();
            if (scripts.isEmpty()) {
                throw Failure.usage(folder + " contains no scripts NN-name.sh", "Reinstall cst.");
            }
            return scripts;
        } catch (IOException e) {
            throw Failure.usage("Cannot read the online checks in " + folder + ": " + e, "Reinstall cst.")
                    .because(e);
        }
    }

    /** The script, after the functions shared by all scripts. */
    private String source(Path script) throws IOException {
        return Files.readString(folder.resolve("report.sh")) + "\n" + Files.readString(script);
    }
}
