package dev.cstemplates.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cstemplates.host.Architecture;
import dev.cstemplates.host.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.UserEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets libguestfs' appliance run the guest's programs where those are for another architecture than this host's: QEMU's emulator goes
 * in as one more disk, and the appliance's kernel is told to start it for them. Nothing of it touches the guest's disk.
 */
final class ApplianceEmulation implements AutoCloseable {

    private static final String IN_APPLIANCE = "/tmp/cst-emulator";

    private final @Nullable UserEmulator emulator;
    private final Path disk;

    private ApplianceEmulation(@Nullable UserEmulator emulator, Path disk) {
        this.emulator = emulator;
        this.disk = disk;
    }

    /** Nothing at all for a guest of this host's own kind. */
    static ApplianceEmulation of(Architecture guest, Path workFolder) {
        var disk = workFolder.resolve("emulator.img");
        if (guest == Architecture.ofThisHost()) {
            return new ApplianceEmulation(null, disk);
        }
        var emulator = UserEmulator.find(Host.ofThisProcess(), guest)
                .orElseThrow(() -> Failure.host(
                        "This host can't run " + guest.id() + " programs",
                        "Run: cst doctor --arch " + guest.id() + " --fix"));
        try {
            // A copy: guestfish opens its disks for writing, if only because others are changed.
            Files.copy(emulator.file(), disk, StandardCopyOption.REPLACE_EXISTING);
            return new ApplianceEmulation(emulator, disk);
        } catch (IOException e) {
            throw Failure.host("The emulator can't be copied to " + disk + ": " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    /** What guestfish needs on its command line. */
    List<String> options() {
        return emulator == null ? List.of() : List.of("--format=raw", "--add", disk.toString());
    }

    /** {@code script} with the registration as soon as the appliance runs: after the line {@code run}, or at once if that is an option's work. */
    List<String> begin(List<String> script) {
        if (emulator == null) {
            return script;
        }
        var lines = new ArrayList<>(script);
        lines.add(lines.indexOf("run") + 1, registration(emulator));
        return lines;
    }

    /** No other disk of a guest begins as a program does; the kernel may have given the disks any order. */
    private static String registration(UserEmulator emulator) {
        var line = Base64.getEncoder()
                .encodeToString(emulator.registration(IN_APPLIANCE).getBytes(US_ASCII));
        return "debug sh \"modprobe binfmt_misc && mount -t binfmt_misc none /proc/sys/fs/binfmt_misc"
                + " && for disk in /dev/sd?; do head -c 4 $disk | grep -q ELF && cp $disk " + IN_APPLIANCE + "; done"
                + "; chmod 755 " + IN_APPLIANCE + " && echo " + line
                + " | base64 -d > /proc/sys/fs/binfmt_misc/register\"";
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(disk);
        } catch (IOException e) {
            // Goes with the work folder.
        }
    }
}
