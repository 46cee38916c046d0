/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.validation.report.InstalledPackage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parses the output of the check scripts, line by line. A script counts only if it reported each of its checks exactly once and exited
 * with 0: a system too broken to be checked must never pass.
 */
final class OfflineOutput {

    private static final int MAX_OTHER_LINES = 12;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<CheckResult> checks = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<InstalledPackage> packages = new ArrayList<>();
    private final Map<String, ScriptRun> runs = new LinkedHashMap<>();
    private @Nullable ScriptRun current;

    /** The output of one script so far. */
    private static final class ScriptRun {
        private final Set<String> reported = new LinkedHashSet<>();
        private final Set<String> repeated = new LinkedHashSet<>();
        private final Deque<String> noise = new ArrayDeque<>();
        private @Nullable Integer exitCode;
    }

    /** Parses one line. Other lines than our JSON are kept to explain a failure. */
    void accept(String line) {
        var json = line.startsWith("{") ? parsed(line) : null;
        if (json == null) {
            noise(line);
        } else if (json.has("script")) {
            current = runs.computeIfAbsent(json.path("script").asString(""), name -> new ScriptRun());
        } else if (json.has("check")) {
            check(json);
        } else if (json.has("fact")) {
            facts.put(json.path("fact").asString(""), json.path("value").asString(""));
        } else if (json.has("package")) {
            packages.add(new InstalledPackage(
                    json.path("package").asString(""),
                    json.path("version").asString(""),
                    json.path("architecture").asString(""),
                    json.path("size").asLong(0)));
        } else if (json.has("ended") && current != null) {
            current.exitCode = json.path("ended").asInt(-1);
        } else {
            noise(line);
        }
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /** All results, with a failed one for every check of {@code scripts} that was not reported. */
    OfflineValidation.OfflineResult result(List<CheckScript> scripts) {
        var all = new ArrayList<>(checks);
        for (var script : scripts) {
            all.addAll(unreported(script, Objects.requireNonNullElseGet(runs.get(script.name()), ScriptRun::new)));
        }
        return new OfflineValidation.OfflineResult(all, facts, packages);
    }

    private static List<CheckResult> unreported(CheckScript script, ScriptRun run) {
        var failures = new ArrayList<CheckResult>();
        var why = run.exitCode == null ? "it did not exit" : "it exited with code " + run.exitCode;
        var noise = run.noise.isEmpty() ? "" : ":\n" + String.join("\n", run.noise);
        for (var id : script.ids()) {
            if (!run.reported.contains(id)) {
                var detail = script.name() + " did not report it; " + why + noise;
                failures.add(new CheckResult(id, "The check runs", Status.FAILED, detail));
            }
        }
        var unexpected = new HashSet<>(run.reported);
        unexpected.removeAll(script.ids());
        unexpected.addAll(run.repeated);
        if (!unexpected.isEmpty() || (failures.isEmpty() && !Objects.equals(run.exitCode, 0))) {
            var detail = unexpected.isEmpty()
                    ? why + noise
                    : "undeclared or reported twice: "
                            + unexpected.stream().sorted().collect(Collectors.joining(", "));
            failures.add(new CheckResult(
                    "offline." + script.name().replaceAll("\\.sh$", "").replace('/', '.'),
                    script.name() + " reports its declared checks",
                    Status.FAILED,
                    detail));
        }
        return failures;
    }

    private void check(JsonNode json) {
        var id = json.path("check").asString("");
        if (current != null && !current.reported.add(id)) {
            current.repeated.add(id);
        }
        checks.add(new CheckResult(
                id,
                json.path("title").asString(""),
                status(json.path("status").asString("")),
                json.path("detail").asString("")));
    }

    private static Status status(String text) {
        return Arrays.stream(Status.values())
                .filter(status -> status.id().equals(text))
                .findFirst()
                .orElse(Status.FAILED);
    }

    private void noise(String line) {
        if (current != null && !line.isBlank()) {
            current.noise.addLast(line);
            if (current.noise.size() > MAX_OTHER_LINES) {
                current.noise.removeFirst();
            }
        }
    }

    private static @Nullable JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return null;
        }
    }
}
