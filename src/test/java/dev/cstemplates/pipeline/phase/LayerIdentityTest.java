/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.guest.OfflineCleanup;
import dev.cstemplates.guest.OfflineVariants;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.Packer;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import dev.cstemplates.validation.TemplateValidation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The identities of layers, for one build per source. A change here makes every host rebuild everything once, so it must be deliberate.
 * The actual texts are written to {@code target/golden/identity}.
 */
class LayerIdentityTest {

    private static final Path REVIEWED = Path.of("src/test/resources/golden/identity");
    private static final Path ACTUAL = Path.of("target/golden/identity");

    private final Installation installation = new Installation(Path.of("").toAbsolutePath());
    private final Catalog catalog = Catalog.load(installation);

    @ParameterizedTest
    @EnumSource
    void isAsReviewed(Source source) throws IOException {
        var build = build(source);
        var text = new StringBuilder();
        for (var phase : phases()) {
            if (phase.appliesTo(build)) {
                text.append(LayerStore.identity(phase.name(), build.subject(), shortened(phase.inputs(build))));
            }
        }
        var name = source.id() + ".txt";
        Files.createDirectories(ACTUAL);
        Files.writeString(ACTUAL.resolve(name), text);
        assertThat(text.toString()).isEqualTo(Files.readString(REVIEWED.resolve(name)));
    }

    @Test
    void aLayersIdentityIsTheDigestOfItsFiles() {
        var files = new TreeMap<String, Layer.Content>();
        files.put("disk.qcow2", new Layer.Content(1, Sha256.of("x")));
        var layer = new Layer("install", "x", Sha256.of("key"), new TreeMap<>(), files, Instant.EPOCH, Path.of("x"));

        assertThat(layer.identity().hex())
                .isEqualTo(Sha256.of("cst-layer-content/1\n\"file disk.qcow2\": \"1 "
                                + Sha256.of("x").hex() + "\"\n")
                        .hex());
    }

    @Test
    void theDigestOfADefinitionIsStable() {
        assertThat(catalog.definition("debian-12").digest())
                .isNotEqualTo(catalog.definition("debian-13").digest())
                .isEqualTo(Catalog.load(installation).definition("debian-12").digest());
    }

    /** Without the contents of rendered files, which have their own tests, and the digests of scripts. */
    private static SortedMap<String, String> shortened(SortedMap<String, String> inputs) {
        var names = new TreeMap<String, String>();
        inputs.forEach((name, value) ->
                names.put(name, name.matches("packer\\.json|(answers|cidata|scripts)/.*") ? "(content)" : value));
        return names;
    }

    private ResolvedBuild build(Source source) {
        var id = source == Source.ISO ? "almalinux-10" : "debian-12";
        return new ResolvedBuild(
                catalog.definition(id),
                Architecture.X86_64,
                source,
                new TreeSet<>(List.of(Hypervisor.KVM, Hypervisor.VMWARE)),
                null,
                null,
                Accelerator.KVM,
                null);
    }

    private List<Phase> phases() {
        var processes = new Processes();
        var projects = new PackerProjectFactory(installation);
        var renderer = new ProjectRenderer(installation.configs().resolve("packer"), Host.ofThisProcess());
        var packer = new PackerRun(processes, (Supplier<Packer>) LayerIdentityTest::unused);
        var watch = new GuestWatchdog();
        return List.of(
                new FetchPhase(LayerIdentityTest::unused),
                new BootstrapPhase(projects, renderer, packer, watch),
                new InstallerPhase(
                        projects,
                        LayerIdentityTest::unused,
                        processes,
                        definition -> Optional.empty(),
                        renderer,
                        packer,
                        watch),
                new ImagePhase(LayerIdentityTest::unused, processes),
                new PreparePhase(projects, renderer, packer, watch),
                new OptimizePhase(installation, new OfflineCleanup(processes)),
                new ExportPhase(
                        installation, new OfflineVariants(processes), new DiskExport(processes, Clock.systemUTC())),
                new ValidatePhase(installation, validation(processes)),
                new PackagePhase(new ArtifactStore(Path.of("x"), Path.of("x"), Clock.systemUTC()), "test"));
    }

    private TemplateValidation validation(Processes processes) {
        return new TemplateValidation(processes, installation.scripts().resolve("validation"), Clock.systemUTC());
    }

    @SuppressWarnings("TypeParameterUnusedInFormals")
    private static <T> T unused() {
        throw new IllegalStateException("An identity needs none of this");
    }
}
