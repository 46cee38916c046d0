package dev.cstemplates.validation.offline;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One file of {@code scripts/validation/offline/}.
 *
 * @param name path below that directory, for example {@code common/identity.sh}
 * @param text without the shared library
 * @param ids of the checks that it declares to report
 */
record CheckScript(String name, String text, Set<String> ids) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*\\.sh");
    private static final Pattern IDS = Pattern.compile("(?m)^# checks: (.+)$");
    private static final String LIBRARY = "lib.sh";

    /** The shared library, the scripts for every system, and those for one package family, ordered by name. */
    record Library(String text, List<CheckScript> scripts) {

        /** The same with only the named scripts; all of them for an empty set. */
        Library only(Set<String> names) {
            return names.isEmpty()
                    ? this
                    : new Library(
                            text,
                            scripts.stream()
                                    .filter(script -> names.contains(script.name()))
                                    .toList());
        }
    }

    /** Reads {@code folder}; a {@link Failure} if it contains nothing for {@code packageFamily} or a script declares no checks. */
    static Library read(Path folder, String packageFamily) {
        var scripts = new ArrayList<CheckScript>();
        for (var part : List.of("common", packageFamily)) {
            scripts.addAll(readFolder(folder, part));
        }
        return new Library(textOf(folder.resolve(LIBRARY)), List.copyOf(scripts));
    }

    private static List<CheckScript> readFolder(Path folder, String part) {
        var inside = folder.resolve(part);
        if (!part.matches("[a-z0-9-]+") || !Files.isDirectory(inside)) {
            throw Failure.usage(
                    "No offline checks for '" + part + "': missing directory " + inside,
                    "Add scripts there; " + folder.resolve(LIBRARY) + " describes their format.");
        }
        try (var files = Files.list(inside)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .map(file -> of(part + "/" + file.getFileName(), textOf(file)))
                    .toList();
        } catch (IOException e) {
            throw unreadable(inside, e);
        }
    }

    static CheckScript of(String name, String text) {
        var ids = new TreeSet<String>();
        for (var line : IDS.matcher(text).results().map(MatchResult::group).toList()) {
            ids.addAll(List.of(line.substring("# checks: ".length()).strip().split("\\s+")));
        }
        if (ids.isEmpty()) {
            throw Failure.usage(
                    "The script " + name + " does not declare the checks that it reports",
                    "Add the comment: # checks: ID…");
        }
        return new CheckScript(name, text, ids);
    }

    private static String textOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Failure unreadable(Path file, IOException e) {
        return Failure.host("Cannot read the offline check " + file + ": " + e, "Reinstall cst.")
                .because(e);
    }
}
