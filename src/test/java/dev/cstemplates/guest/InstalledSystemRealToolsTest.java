/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.AptSources;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The last step of an installation, the preparation's boot loader script and an update of GRUB, with real dpkg, apt, debconf and GRUB on a
 * disk as Debian's or Ubuntu's installer leaves it; and Debian's own programs that read the preseed's accounts and partitions. Ubuntu's
 * packages are Debian's with Ubuntu's options and answers: {@code installed-system.sh} says what is stood in.
 */
@Tag("real-tools")
class InstalledSystemRealToolsTest {

    private static final Path CHECKOUT = Path.of("").toAbsolutePath();
    private static final Path PRESEEDS = CHECKOUT.resolve("src/test/resources/golden/answers");

    private final Processes processes = new Processes();

    @TempDir
    Path work;

    @SuppressWarnings("NullAway.Init")
    private Path result;

    @AfterEach
    void end() {
        processes.close();
    }

    @ParameterizedTest
    @CsvSource({"debian-12, bookworm", "debian-13, trixie"})
    void debianIsInstalledToTheLastStep(String id, String suite) throws IOException {
        install("debian", id, suite);

        rootPasswordIsNotAskedByDebianInstaller();
        partitionsFitFourGibibytes();
        theLastStepEndsAndSaysSo();
        conffileQuestionIsAnsweredWithoutInput();
        assertThat(lines("fstab")).as("noCdDriveStaysInFstab").noneMatch(line -> line.contains("/media/cdrom"));
        assertThat(lines("files")).noneMatch(file -> file.startsWith("media/"));
        updatesFindTheClonesDisk();
    }

    @ParameterizedTest
    @CsvSource({"ubuntu-22.04, bookworm", "ubuntu-26.04, trixie"})
    void ubuntuIsInstalledToTheLastStep(String id, String suite) throws IOException {
        install("ubuntu", id, suite);

        theLastStepEndsAndSaysSo();
        assertThat(lines("files"))
                .as("the installer's files for its own first boot")
                .noneMatch(file -> file.endsWith(".cfg") || file.endsWith(".yaml"));
        assertThat(lines("packages"))
                .as("grubForBiosStaysInstalled")
                .contains("installed grub-pc")
                .doesNotContain("installed grub-efi-amd64");
        updatesFindTheClonesDisk();
    }

    private void rootPasswordIsNotAskedByDebianInstaller() throws IOException {
        assertThat(text("accounts.log")).doesNotContain("INPUT critical").contains("GET passwd/make-user");
        assertThat(text("accounts-wrong.log"))
                .as("an answer that counts as none")
                .contains("INPUT critical");
    }

    private void partitionsFitFourGibibytes() throws IOException {
        if (Files.exists(result.resolve("recipe"))) {
            assertThat(lines("recipe"))
                    .satisfiesExactly(
                            minimum -> assertThat(minimum).isEqualTo("minimum 1281"),
                            bios -> assertThat(bios).startsWith("1 0 1 ").contains("method{ biosgrub }"),
                            esp -> assertThat(esp)
                                    .startsWith("256 0 256 fat32 ")
                                    .contains("method{ efi }"),
                            root -> assertThat(root).startsWith("4037 ").contains("mountpoint{ / }"));
        }
    }

    private void theLastStepEndsAndSaysSo() throws IOException {
        assertThat(text("finish.status")).as(text("finish.log")).isEqualTo("0\n");
        assertThat(text("console")).isEqualTo("cst: the installation is complete\n");
        assertThat(lines("files")).contains("boot/efi/EFI/BOOT/BOOTX64.EFI");
        assertThat(text("grub.cfg")).contains("console=tty0 console=ttyS0,115200n8");
    }

    private void conffileQuestionIsAnsweredWithoutInput() throws IOException {
        assertThat(text("finish.log"))
                .contains("Configuration file '/etc/default/grub'")
                .contains("Keeping old config file as default");
    }

    /** Ubuntu's and curtin's answers, those of an image's first boot, and the settings of an image. */
    private void updatesFindTheClonesDisk() throws IOException {
        assertThat(lines("before.jsonl")).as("debconf names the build's disk").anyMatch(failed("apt.grub-device"));

        assertThat(text("prepare.status")).as(text("prepare.log")).isEqualTo("0\n");
        assertThat(lines("after.jsonl"))
                .noneMatch(failed("apt.grub-device"))
                .noneMatch(failed("apt.grub-bios"))
                .noneMatch(failed("names.fstab"))
                .noneMatch(failed("names.bootloader"))
                .noneMatch(failed("names.exist"));
        assertThat(text("grub.cfg.prepared"))
                .as("imagesWriteToCloudStacksConsoles")
                .contains("console=tty0 console=ttyS0,115200n8")
                .doesNotContain("console=tty1");

        assertThat(lines("old.jsonl")).anyMatch(failed("apt.grub-bios"));
        assertThat(text("update.status")).as(text("update.log")).isEqualTo("0\n");
        assertThat(lines("updated.jsonl"))
                .as("grubForBiosIsUpdatedWithItsPackage")
                .noneMatch(failed("apt.grub-bios"))
                .noneMatch(failed("apt.grub-device"))
                .noneMatch(failed("apt.database"));
    }

    private static Predicate<String> failed(String check) {
        return line -> line.contains("\"check\":\"" + check + "\",\"status\":\"fail\"");
    }

    private void install(String family, String id, String suite) {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "SKIPPED: only root can mount a disk");
        var target = Objects.requireNonNull(Catalog.load(new Installation(CHECKOUT))
                .definition(id)
                .architectures()
                .get(Architecture.X86_64));
        var mirror = AptSources.of(Host.ofThisProcess())
                .mirrors("debian", Architecture.X86_64)
                .map(AptSources.Mirrors::archive)
                .orElse("http://deb.debian.org/debian");
        result = work.resolve("result");
        processes.check(Command.of(
                "bash",
                "src/test/resources/installers/installed-system.sh",
                family,
                suite,
                mirror,
                CHECKOUT.toString(),
                work.toString(),
                String.join(" ", target.bootloaderPackages()),
                PRESEEDS.resolve(id + "-x86_64/preseed.cfg").toString()));
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(result.resolve(file));
    }

    private String text(String file) throws IOException {
        return Files.readString(result.resolve(file));
    }
}
