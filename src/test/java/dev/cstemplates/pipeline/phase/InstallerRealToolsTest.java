/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Installer;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Retry;
import dev.cstemplates.disk.DiskReaders;
import dev.cstemplates.engine.BuildEvent;
import dev.cstemplates.engine.TestLeases;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.TransferSettings;
import dev.cstemplates.packer.Packer;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.Subscription;
import dev.cstemplates.pipeline.Altered;
import dev.cstemplates.pipeline.PhaseDurations;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.Plan;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The source 'iso' from the vendor's server to the first disk, with the real phases, Packer and QEMU. Only the vendor's server and the
 * installer are stubs; the installer reads its answers like the real ones.
 */
@Tag("real-tools")
class InstallerRealToolsTest {

    private static final BuildOptions INSTALL = new BuildOptions("install", null, false, false);

    @TempDir
    private Path folder;

    private TestLeases leases;

    private final Processes processes = new Processes();
    private final List<BuildEvent> events = Collections.synchronizedList(new ArrayList<>());
    private final Catalog catalog = Catalog.load(new Installation(Path.of("").toAbsolutePath()));
    private final AtomicReference<Optional<Subscription>> registration = new AtomicReference<>(Optional.empty());
    private VendorSite site;

    @BeforeEach
    void startVendor() throws IOException {
        Files.createDirectory(folder.resolve("cache"));
        site = new VendorSite();
        leases = new TestLeases(folder.resolve("leases"));
    }

    @AfterEach
    void leaveNothingRunning() {
        site.close();
        processes.close();
        leases.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ubuntu-24.04, ubuntu-24.04.9-live-server-amd64.iso, Ubuntu-Server 24.04.9 LTS amd64",
        "debian-13, debian-13.9.0-amd64-netinst.iso, Debian 13.9.0 amd64 n",
        "almalinux-10, AlmaLinux-10.9-x86_64-boot.iso, AlmaLinux-10-9-x86_64-boot",
        "suse-leap-15.6, openSUSE-Leap-15.6-NET-x86_64-Media.iso, openSUSE-Leap-15.6-NET-x86_64",
        "suse-leap-16.0, Leap-16.0-online-installer-x86_64.install.iso, Install Leap 16.0 x86_64"
    })
    void everyKindOfInstallerFindsItsAnswersAndCreatesTheFirstDisk(String id, String file, String label)
            throws Exception {
        var definition = small(id);
        offer(definition, file, label);
        var build = build(definition);

        var plan = pipeline().plan(build, INSTALL);
        assertThat(plan.steps()).extracting(Plan.Step::phase).containsExactly("fetch", "install");
        assertThat(plan.steps().getFirst().reason()).contains("digest are not known yet");
        assertThat(site.vendor.requests()).as("a plan sends no requests").isEmpty();

        var layers = pipeline().run(build, INSTALL, leases.claim(), events::add);

        assertThat(text(Objects.requireNonNull(layers.get("install")))).isEqualTo("installed by " + kind(definition));
        assertThat(serialLog()).contains(kind(definition) + ": answers found");
        assertNoSecretIsLeft();
        events.clear();
        pipeline().run(build, INSTALL, leases.claim(), events::add);
        assertThat(events)
                .filteredOn(BuildEvent.PhaseSkipped.class::isInstance)
                .as("an unchanged build does nothing")
                .hasSize(2);
    }

    @Test
    void poweringOffWithoutAnswersIsAFailure() throws Exception {
        var definition = installer(
                small("almalinux-10"),
                Map.of(
                        "delivery",
                        new AnswerDelivery.Cd("ELSEWHERE"),
                        "registration",
                        Installer.RegistrationService.RHSM));
        offer(definition, "AlmaLinux-10.9-x86_64-boot.iso", "AlmaLinux");
        registration.set(Optional.of(new Subscription("account-1", "SECRET-CODE-1")));

        var failure = failureOf(build(definition));

        assertThat(failure.message())
                .contains("powered off before the installer had finished")
                .contains("kickstart: error: there is no CD called OEMDRV");
        assertThat(failure.remedy()).contains("serial.log");
        assertThat(serialLog()).contains("there is no CD called OEMDRV");
        assertThat(folder.resolve("home/layers/install")).doesNotExist();
        assertNoSecretIsLeft();
    }

    /** Without 'autoinstall' on the command line, Ubuntu's installer waits for a confirmation. */
    @Test
    void anInstallerThatWaitsForInputIsStoppedAtTheDefinitionsLimit() throws Exception {
        var definition = installer(
                small("ubuntu-24.04"), Map.of("arguments", List.of("quiet"), "limit", Duration.ofSeconds(45)));
        offer(definition, "ubuntu-24.04.9-live-server-amd64.iso", "Ubuntu");

        var failure = failureOf(build(definition));

        assertThat(failure.message())
                .contains("The installer did not finish in time")
                .contains("console");
        assertThat(folder.resolve("home/layers/install")).doesNotExist();
        assertThat(processes
                        .run(Command.of("pgrep", "-f", "qemu-system.*" + folder))
                        .lines())
                .isEmpty();
        assertNoSecretIsLeft();
    }

    @Test
    void anIsoWithoutTheKernelIsReported() throws Exception {
        var definition = small("debian-13");
        site.offer(
                definition,
                Source.ISO,
                "debian-13.9.0-amd64-netinst.iso",
                new StubInstallerIso(folder, processes)
                        .make(
                                Objects.requireNonNull(definition.installer()).kind(),
                                "Debian",
                                "/other/vmlinuz",
                                "/other/initrd"));

        assertThat(failureOf(build(definition)).message()).contains("does not contain /install.amd/vmlinuz");
        assertNoSecretIsLeft();
    }

    @Test
    void aFileThatIsNotAnIsoIsReported() throws Exception {
        var definition = small("debian-13");
        var page = Files.writeString(folder.resolve("page"), "<html>".repeat(1000));
        site.offer(definition, Source.ISO, "debian-13.9.0-amd64-netinst.iso", page);

        assertThat(failureOf(build(definition)).message()).contains("is not an ISO 9660 image");
        assertNoSecretIsLeft();
    }

    private void offer(Definition definition, String file, String label) throws Exception {
        var boot = Objects.requireNonNull(Objects.requireNonNull(
                        Objects.requireNonNull(definition.architectures().get(Architecture.X86_64))
                                .iso())
                .boot());
        var iso = new StubInstallerIso(folder, processes)
                .make(Objects.requireNonNull(definition.installer()).kind(), label, boot.kernel(), boot.initrd());
        site.offer(definition, Source.ISO, file, iso);
    }

    private Failure failureOf(ResolvedBuild build) {
        return Objects.requireNonNull(
                catchThrowableOfType(Failure.class, () -> pipeline().run(build, INSTALL, leases.claim(), events::add)));
    }

    /** A shipped definition with this test's server as vendor and a small machine. */
    private Definition small(String id) {
        var definition = site.at(catalog.definition(id), Source.ISO);
        var machine = new Definition.Machine(1, ByteSize.ofGiB(1), ByteSize.ofGiB(2));
        var limits = Altered.with(definition.limits(), Map.of("emulationFactor", 1));
        return installer(
                Altered.with(definition, Map.of("machine", machine, "limits", limits)),
                Map.of("memory", ByteSize.ofMiB(768), "limit", Duration.ofMinutes(10)));
    }

    private static Definition installer(Definition definition, Map<String, Object> values) {
        var installer = Altered.with(Objects.requireNonNull(definition.installer()), new HashMap<>(values));
        return Altered.with(definition, Map.of("installer", installer));
    }

    private static String kind(Definition definition) {
        return Objects.requireNonNull(definition.installer()).kind().id();
    }

    private static ResolvedBuild build(Definition definition) {
        return new ResolvedBuild(
                definition,
                Architecture.X86_64,
                Source.ISO,
                new TreeSet<>(List.of(Hypervisor.KVM)),
                null,
                null,
                Accelerator.TCG,
                null);
    }

    private Pipeline pipeline() {
        var home = new CstHome(folder.resolve("home"));
        var installation = new Installation(Path.of("").toAbsolutePath());
        var projects = new PackerProjectFactory(installation);
        var renderer = new ProjectRenderer(installation.configs().resolve("packer"), Host.ofThisProcess());
        var packer = new PackerRun(processes, Packer.find("packer", folder.resolve("cache"), processes));
        var watch = new GuestWatchdog();
        var clock = Clock.systemUTC();
        var library = new MediaLibrary(home, TransferSettings.usual(System.getenv()), clock);
        return new Pipeline(
                List.of(
                        new FetchPhase(() -> library),
                        new BootstrapPhase(projects, renderer, packer, watch),
                        new InstallerPhase(
                                projects,
                                () -> library,
                                processes,
                                definition -> registration.get(),
                                renderer,
                                packer,
                                watch)),
                new LayerStore(home.layers(), home.locks(), clock),
                home,
                new PhaseDurations(home.host().resolve("timings.json")),
                Retry.of(1, Duration.ZERO, Duration.ZERO),
                clock);
    }

    /** The data that the installer wrote at an offset of 1 MiB. */
    private static String text(Layer layer) {
        try (var disk = DiskReaders.open(layer.folder().resolve("disk.qcow2"), "qcow2")) {
            var bytes = ByteBuffer.allocate(64);
            disk.read(1 << 20, bytes);
            return new String(bytes.array(), StandardCharsets.UTF_8).split("\n", 2)[0];
        }
    }

    private String serialLog() throws IOException {
        return Files.readString(found("serial.log"), StandardCharsets.ISO_8859_1);
    }

    private Path found(String name) throws IOException {
        try (var files = Files.walk(folder.resolve("home/builds"))) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    /** Answers and keys are deleted, and no file of the build or of Packer contains a secret. */
    private void assertNoSecretIsLeft() throws IOException {
        var secret = registration.get().map(Subscription::code);
        for (var place : List.of("home", "cache")) {
            try (var files = Files.walk(folder.resolve(place))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(file.toString()).doesNotContain("/answers/", "/ssh/", "/media/kernel", "/media/initrd");
                    assertThat(holds(file, secret.orElse(null))).as("%s", file).isFalse();
                }
            }
        }
    }

    private static boolean holds(Path file, @Nullable String secret) throws IOException {
        return secret != null
                && Files.size(file) < 64 << 20
                && Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret);
    }
}
