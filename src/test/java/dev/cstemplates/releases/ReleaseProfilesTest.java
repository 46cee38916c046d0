/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.validation.offline.OfflineChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whether the release profiles are complete and the definitions use only what they name; runs nothing. */
class ReleaseProfilesTest {

    /** Checks that only warn or skip, whose fault would hide the others, or that need another disk. */
    private static final Set<String> WITHOUT_FAULT = Set.of(
            "apt.grub-bios",
            "bootloader.quiet",
            "cloud-init.configuration",
            "cloud-init.installed",
            "layout.gpt",
            "layout.no-lvm",
            "layout.root-grows",
            "layout.root-last",
            "os.architecture",
            "packages.listed",
            "permissions.capabilities",
            "permissions.setuid",
            "services.agent-xenserver",
            "services.host-keys",
            "traces.backups",
            "updates.pending");

    /** Sections that are one fact, or a map of facts, each with a source of its own. */
    private static final Set<String> WITH_SOURCE = Set.of("installed", "enabled", "kernel", "bootloader", "filesystem");

    private static final Set<String> WITH_SOURCE_INSIDE = Set.of("commands", "packages");

    static Stream<String> profiles() throws IOException {
        try (var folders = Files.list(ReleaseProfile.FOLDER)) {
            return folders
                    .filter(folder -> Files.exists(folder.resolve("profile.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    static Stream<ReleaseRow> rows() {
        return ReleaseRow.withProfile();
    }

    @Test
    void everyDefinitionHasAProfile() {
        var missing = new TreeSet<String>();
        for (var row : ReleaseRow.all()) {
            if (ReleaseProfile.of(row.definition().id()).isEmpty()) {
                missing.add(row.definition().id());
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyOfflineCheckHasAPlantedFault() {
        var ids = new TreeSet<String>();
        for (var row : ReleaseRow.all()) {
            ids.addAll(new OfflineChecks(
                            row.expectations(), ReleaseRow.CHECKOUT.scripts().resolve("validation/offline"))
                    .ids());
        }
        Faults.read().all().forEach(fault -> ids.remove(fault.check()));
        assertThat(ids).isEqualTo(WITHOUT_FAULT);
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void everyFactNamesItsSource(String name) {
        var own = ReleaseProfile.own(name);
        var known = ReleaseProfile.read(name).facts().path("sources");
        var wrong = new ArrayList<String>();
        for (var section : own.properties()) {
            if (WITH_SOURCE.contains(section.getKey())) {
                check(section.getKey(), section.getValue(), known, wrong);
            } else if (WITH_SOURCE_INSIDE.contains(section.getKey())) {
                for (var fact : section.getValue().properties()) {
                    if (!fact.getKey().equals("provides")) {
                        check(section.getKey() + "." + fact.getKey(), fact.getValue(), known, wrong);
                    }
                }
            }
        }
        assertThat(wrong).as("facts without a source that 'sources' describes").isEmpty();
    }

    private static void check(String where, JsonNode fact, JsonNode known, List<String> wrong) {
        var source = fact.path("source").asString("");
        if (source.isEmpty() || !known.has(source)) {
            wrong.add(where + ": " + (source.isEmpty() ? "no source" : "unknown source " + source));
        }
    }

    @ParameterizedTest
    @MethodSource("profiles")
    void noPackageIsBothThereAndAbsent(String name) {
        var profile = ReleaseProfile.read(name);
        var there = new TreeSet<>(profile.packages("repository"));
        there.addAll(profile.packages("medium"));
        there.retainAll(profile.packages("absent"));
        assertThat(there).isEmpty();
    }

    /** Of files that come with packages, each is a program or below {@code files/}. */
    @ParameterizedTest
    @MethodSource("profiles")
    void everyFileOfAPackageExists(String name) {
        var profile = ReleaseProfile.read(name);
        var missing = new TreeSet<String>();
        for (var contents : profile.facts().path("contents")) {
            for (var file : ReleaseProfile.texts(contents)) {
                var isProgram = file.matches(".*/(bin|sbin|libexec)/.*");
                if (!isProgram && !profile.hasFile(file)) {
                    missing.add(file);
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theReleaseHasEveryPackageOfTheDefinition(ReleaseRow row) {
        var profile = profile(row.definition());
        var names = new TreeSet<>(row.packages());
        names.removeAll(profile.packages("repository"));
        names.removeAll(profile.provided());
        names.removeIf(ReleaseRow::isGroup);
        assertThat(names).as("packages that do not exist in the release").isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theMediumHasWhatTheInstallerIsTold(ReleaseRow row) {
        var medium = profile(row.definition()).packages("medium");
        if (row.source() != Source.ISO || medium.isEmpty()) {
            return;
        }
        var names = new TreeSet<>(row.askedPackages());
        names.removeAll(medium);
        names.removeIf(ReleaseRow::isGroup);
        assertThat(names)
                .as("packages that the installer's medium does not have")
                .isEmpty();
    }

    private static ReleaseProfile profile(Definition definition) {
        return ReleaseProfile.of(definition.id()).orElseThrow();
    }
}
