package dev.cstemplates;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who may know whom; the same table stands in specs/architecture.md. */
class RoomsTest {

    private static final Map<String, List<String>> MAY_KNOW = new TreeMap<>(Map.ofEntries(
            entry(
                    "cli",
                    "pipeline",
                    "engine",
                    "catalog",
                    "media",
                    "packer",
                    "guest",
                    "disk",
                    "validation",
                    "artifact",
                    "publish",
                    "delivery",
                    "cloudstack",
                    "host"),
            entry(
                    "pipeline",
                    "engine",
                    "catalog",
                    "media",
                    "packer",
                    "guest",
                    "disk",
                    "validation",
                    "delivery",
                    "artifact",
                    "host"),
            entry("catalog", "host"),
            entry("media", "host"),
            entry("packer", "host"),
            entry("guest", "host"),
            entry("disk", "host"),
            entry("validation", "guest", "disk", "ssh", "host"),
            entry("artifact", "host"),
            entry("publish", "cloudstack", "delivery", "ssh", "artifact", "catalog", "host"),
            entry("cloudstack", "host"),
            entry("delivery", "host"),
            entry("engine", "host"),
            entry("ssh"),
            entry("host")));

    private static Map.Entry<String, List<String>> entry(String room, String... mayKnow) {
        return Map.entry(room, List.of(mayKnow));
    }

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.cstemplates");

    @Test
    void everyRoomKnowsOnlyWhomItMay() {
        LayeredArchitecture rooms = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (var room : MAY_KNOW.keySet()) {
            rooms = rooms.layer(room).definedBy("dev.cstemplates." + room + "..");
        }
        for (var room : MAY_KNOW.entrySet()) {
            rooms = room.getValue().isEmpty()
                    ? rooms.whereLayer(room.getKey()).mayNotAccessAnyLayer()
                    : rooms.whereLayer(room.getKey())
                            .mayOnlyAccessLayers(room.getValue().toArray(String[]::new));
        }
        rooms.ensureAllClassesAreContainedInArchitecture().check(CLASSES);
    }

    @Test
    void roomsFormNoCycle() {
        SlicesRuleDefinition.slices()
                .matching("dev.cstemplates.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
