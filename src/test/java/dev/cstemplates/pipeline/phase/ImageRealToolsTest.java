/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.Retry;
import dev.cstemplates.disk.DiskReaders;
import dev.cstemplates.disk.Gpt;
import dev.cstemplates.disk.qcow2.Qcow2Header;
import dev.cstemplates.engine.TestLeases;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.TransferSettings;
import dev.cstemplates.pipeline.Altered;
import dev.cstemplates.pipeline.PhaseDurations;
import dev.cstemplates.pipeline.Pipeline;
import dev.cstemplates.pipeline.Plan;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.request.BuildOptions;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The source 'image' from the vendor's server to the first disk, with a small image that the test creates. */
@Tag("real-tools")
class ImageRealToolsTest {

    private static final BuildOptions INSTALL = new BuildOptions("install", null, false, false);
    private static final String NAME = "debian-13-generic-amd64.qcow2";
    private static final ByteSize DISK = ByteSize.ofMiB(256);
    private static final int SECTOR = 512;

    @TempDir
    private Path folder;

    private TestLeases leases;

    private final Processes processes = new Processes();
    private VendorSite site;
    private Definition definition;

    @BeforeEach
    void startVendor() throws IOException {
        site = new VendorSite();
        leases = new TestLeases(folder.resolve("leases"));
        var shipped =
                Catalog.load(new Installation(Path.of("").toAbsolutePath())).definition("debian-13");
        definition = Altered.with(
                site.at(shipped, Source.IMAGE),
                Map.of("machine", new Definition.Machine(1, ByteSize.ofMiB(512), DISK)));
    }

    @AfterEach
    void leaveNothingRunning() {
        site.close();
        processes.close();
        leases.close();
    }

    /** As in images of Debian and Ubuntu, the root has the lowest number and is last. */
    @Test
    void theImageBecomesTheFirstDiskWithAGrownRoot() throws Exception {
        site.offer(definition, Source.IMAGE, NAME, image("14:2048:2048", "1:4096:196608"));

        var layers = pipeline().run(build(), INSTALL, leases.claim(), event -> {});

        var disk = Objects.requireNonNull(layers.get("install")).folder().resolve("disk.qcow2");
        assertThat(Qcow2Header.read(disk).virtualSize()).isEqualTo(DISK.bytes());
        assertThat(Qcow2Header.read(disk).hasBackingFile()).isFalse();
        try (var reader = DiskReaders.open(disk, "qcow2")) {
            var partitions = Gpt.of(reader).orElseThrow().partitions();
            assertThat(partitions).extracting(Gpt.Partition::number).containsExactlyInAnyOrder(1, 14);
            var root = partitions.stream()
                    .filter(each -> each.number() == 1)
                    .findFirst()
                    .orElseThrow();
            assertThat((root.lastSector() + 1) * SECTOR).isGreaterThan(DISK.bytes() - (2 << 20));
            var superblock = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
            reader.read(root.firstSector() * SECTOR + 1024, superblock);
            var fileSystem = (long) superblock.getInt(4) << (10 + superblock.getInt(24));
            assertThat(fileSystem)
                    .isGreaterThan((root.lastSector() - root.firstSector()) * SECTOR - (1 << 20))
                    .isLessThanOrEqualTo((root.lastSector() - root.firstSector() + 1) * SECTOR);
        }
        assertThat(pipeline().plan(build(), INSTALL).steps()).noneMatch(Plan.Step::runs);
    }

    @Test
    void anImageWhoseRootCannotGrowIsRefused() throws Exception {
        site.offer(definition, Source.IMAGE, NAME, image("1:2048:163840", "2:172032:2048"));

        assertThat(failure().message()).contains("The root of", "is /dev/sda1, but the last partition is /dev/sda2");
        assertThat(folder.resolve("home/layers/install")).doesNotExist();
    }

    /**
     * Even a signed image can make QEMU read other files of this host.
     *
     * <p>The encrypted one is of the older kind, for LUKS's key derivation is measured while the disk is made, and
     * fails where a thread's processor time is not measured finely enough.
     */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', delimiter = ';', textBlock = """
        create -q -f qcow2 -F raw -b /etc/passwd -u bad 64M; has a backing file
        create -q -f qcow2 -o data_file=other,data_file_raw=on bad 64M; is in an external file
        create -q -f qcow2 --object secret,id=s,data=x -o encrypt.format=aes,encrypt.key-secret=s bad 64M; encrypted
        create -q -f qcow2 bad 512M; has one of 256 MiB
        create -q -f raw bad 64M; is not a QCOW2 disk
        """)
    void anUnsafeImageIsRefused(String arguments, String text) throws Exception {
        refused("qemu-img " + arguments, text);
    }

    @Test
    void aDamagedImageIsRefused() throws Exception {
        // The reference count of the first table.
        refused(
                "qemu-img create -q -f qcow2 bad 64M && printf '\\0' | dd of=bad bs=1 seek=131079 conv=notrunc"
                        + " status=none",
                "qemu-img check finds");
    }

    private void refused(String make, String text) throws Exception {
        processes.check(Command.of("bash", "-ec", make).in(folder).timeout(Duration.ofMinutes(2)));
        site.offer(definition, Source.IMAGE, NAME, folder.resolve("bad"));

        assertThat(failure().message()).contains(text.strip());
        assertThat(folder.resolve("home/layers/install")).doesNotExist();
    }

    private Failure failure() {
        return Objects.requireNonNull(catchThrowableOfType(
                Failure.class, () -> pipeline().run(build(), INSTALL, leases.claim(), event -> {})));
    }

    /**
     * A disk of 100 MiB with a GPT, and a tiny Debian in partition 1.
     *
     * @param partitions each {@code number:start:size}, in sectors
     */
    private Path image(String... partitions) throws IOException {
        var tree = Files.createDirectories(folder.resolve("tree/etc"));
        for (var each : List.of("bin", "root", "boot", "var/lib/dpkg")) {
            Files.createDirectories(folder.resolve("tree").resolve(each));
        }
        Files.writeString(tree.resolve("os-release"), "ID=debian\nNAME=Debian\nVERSION_ID=13\n");
        Files.writeString(tree.resolve("debian_version"), "13.1\n");
        Files.writeString(tree.resolve("fstab"), "LABEL=root / ext4 defaults 0 1\n");
        Files.writeString(folder.resolve("tree/var/lib/dpkg/status"), "");
        var table = new StringBuilder("label: gpt\n");
        var root = "";
        for (var partition : partitions) {
            var parts = partition.split(":", 3);
            table.append("%s : start=%s, size=%s\n".formatted(parts[0], parts[1], parts[2]));
            root = parts[0].equals("1") ? parts[1] + " " + parts[2] : root;
        }
        Files.writeString(folder.resolve("table"), table);
        processes.check(
                Command.of("bash", "-ec", """
                    truncate -s 100M disk.raw
                    sfdisk --quiet --no-reread --no-tell-kernel disk.raw <table
                    read -r start size <<<"%s"
                    mke2fs -q -F -t ext4 -L root -d tree -E offset=$((start * 512)) disk.raw $((size / 2))
                    qemu-img convert -c -f raw -O qcow2 disk.raw image.qcow2
                    """.formatted(root)).in(folder).timeout(Duration.ofMinutes(2)));
        return folder.resolve("image.qcow2");
    }

    private ResolvedBuild build() {
        return new ResolvedBuild(
                definition,
                Architecture.X86_64,
                Source.IMAGE,
                new TreeSet<>(List.of(Hypervisor.KVM)),
                null,
                null,
                Accelerator.TCG,
                null);
    }

    private Pipeline pipeline() {
        var home = new CstHome(folder.resolve("home"));
        var clock = Clock.systemUTC();
        var library = new MediaLibrary(home, TransferSettings.usual(System.getenv()), clock);
        return new Pipeline(
                List.of(new FetchPhase(() -> library), new ImagePhase(() -> library, processes)),
                new LayerStore(home.layers(), home.locks(), clock),
                home,
                new PhaseDurations(home.host().resolve("timings.json")),
                Retry.of(1, Duration.ZERO, Duration.ZERO),
                clock);
    }
}
