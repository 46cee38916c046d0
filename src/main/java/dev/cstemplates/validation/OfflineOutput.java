package dev.cstemplates.validation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Collects what the check scripts print, line by line. A script is believed only when it reported each check that it
 * promised, once, and ended in order: a system too broken to be checked must never look sound.
 */
final class OfflineOutput {

    static final String GROUP = "offline";

    private static final int KEPT_NOISE = 12;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<Check> checks = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<InstalledPackage> packages = new ArrayList<>();
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private @Nullable Run current;

    /** What one script did so far. */
    private static final class Run {
        private final Set<String> reported = new LinkedHashSet<>();
        private final Set<String> repeated = new LinkedHashSet<>();
        private final Deque<String> noise = new ArrayDeque<>();
        private @Nullable Integer exitCode;
    }

    /** Takes in one line. Lines that are no JSON of ours are kept to explain a failure. */
    void accept(String line) {
        var json = line.startsWith("{") ? parsed(line) : null;
        if (json == null) {
            noise(line);
        } else if (json.has("script")) {
            current = runs.computeIfAbsent(json.path("script").asString(""), name -> new Run());
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

    /** Everything that was found, with a failure for every promise of {@code scripts} that was not kept. */
    OfflineValidation.Outcome outcome(List<CheckScript> scripts) {
        var all = new ArrayList<>(checks);
        for (var script : scripts) {
            all.addAll(brokenPromises(script, Objects.requireNonNullElseGet(runs.get(script.name()), Run::new)));
        }
        return new OfflineValidation.Outcome(all, facts, packages);
    }

    private static List<Check> brokenPromises(CheckScript script, Run run) {
        var broken = new ArrayList<Check>();
        var why = run.exitCode == null ? "it did not end" : "it ended with exit code " + run.exitCode;
        var noise = run.noise.isEmpty() ? "" : ":\n" + String.join("\n", run.noise);
        for (var id : script.ids()) {
            if (!run.reported.contains(id)) {
                var detail = script.name() + " did not report it; " + why + noise;
                broken.add(new Check(id, "The check can be made", GROUP, Status.FAIL, detail));
            }
        }
        var strange = new HashSet<>(run.reported);
        strange.removeAll(script.ids());
        strange.addAll(run.repeated);
        if (!strange.isEmpty() || (broken.isEmpty() && !Objects.equals(run.exitCode, 0))) {
            var detail = strange.isEmpty()
                    ? why + noise
                    : "reported without a promise, or twice: "
                            + strange.stream().sorted().collect(Collectors.joining(", "));
            broken.add(new Check(
                    "offline." + script.name().replaceAll("\\.sh$", "").replace('/', '.'),
                    script.name() + " keeps the rules for checks",
                    GROUP,
                    Status.FAIL,
                    detail));
        }
        return broken;
    }

    private void check(JsonNode json) {
        var id = json.path("check").asString("");
        if (current != null && !current.reported.add(id)) {
            current.repeated.add(id);
        }
        checks.add(new Check(
                id,
                json.path("title").asString(""),
                GROUP,
                status(json.path("status").asString("")),
                json.path("detail").asString("")));
    }

    private static Status status(String text) {
        try {
            return Status.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Status.FAIL;
        }
    }

    private void noise(String line) {
        if (current != null && !line.isBlank()) {
            current.noise.addLast(line);
            if (current.noise.size() > KEPT_NOISE) {
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
