package dev.cstemplates.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.UserEmulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lets libguestfs' appliance run the guest's programs where those are for another architecture than this host's: QEMU's emulator goes
 * in as one more disk, and the appliance's kernel is told to start it for them. Nothing of it touches the guest's disk.
 */
final class ForeignArchSupport implements AutoCloseable {

    private static final String IN_APPLIANCE = "/tmp/cst-emulator";

    /** guestfish shows the appliance's /dev to the guest's programs, too, and it can be written to when the guest's disk can't. */
    private static final String LENT = "/dev/cst-lent";

    /**
     * Copies the appliance's own shell and text tools to where the guest's scripts find them first: the guest's are emulated, in an
     * appliance that may be emulated itself, and then a shell takes seconds to start each. The copies name a loader of their own, for the guest has
     * none for them at the usual place; for its size, the new name is filled up with zeros.
     */
    private static final String LENDING = """
        mkdir -p -m 0755 FOLDER/lib
        cd FOLDER
        for name in TOOLS; do
            tool=$(command -v $name) && cp -L "$tool" . || continue
            ldd "$tool" | grep -o '/[^ ]*'
        done | sort -u >libraries
        loader=$(grep '/ld-linux' libraries)
        xargs -I FILE cp -L FILE lib/ <libraries
        rm libraries
        ln -s "${loader##*/}" lib/ld
        zeros=$(printf "%$((${#loader} - ${#PWD} - 7))s" | sed 's/ /\\\\x00/g')
        for tool in *; do
            [ "$tool" = lib ] || LC_ALL=C sed -i "s|$loader\\x00|$PWD/lib/ld$zeros\\x00|" "$tool"
        done
        LD_LIBRARY_PATH=$PWD/lib ./bash -c './grep -q "$0" bash' "$PWD/lib/ld" || rm -r FOLDER
        """.replace("FOLDER", LENT).replace(
            "TOOLS",
            "bash sh awk basename base64 cat cp cut dd dirname env find grep head id join ln ls mkdir mktemp mv od"
                    + " readlink rm rmdir sed sort stat tail touch tr uniq wc xargs");

    private static final Pattern SHELL_LINE = Pattern.compile("^(-?sh \")");

    private final @Nullable UserEmulator emulator;
    private final Path disk;

    private ForeignArchSupport(@Nullable UserEmulator emulator, Path disk) {
        this.emulator = emulator;
        this.disk = disk;
    }

    /** Nothing at all for a guest of this host's own kind. */
    static ForeignArchSupport of(Architecture guest, Path workFolder) {
        var disk = workFolder.resolve("emulator.img");
        if (guest == Architecture.ofThisHost()) {
            return new ForeignArchSupport(null, disk);
        }
        var emulator = UserEmulator.find(Host.ofThisProcess(), guest)
                .orElseThrow(() -> Failure.host(
                        "This host can't run " + guest.id() + " programs",
                        "Run: cst doctor --arch " + guest.id() + " --fix"));
        try {
            // A copy: guestfish opens its disks for writing, if only because others are changed.
            Files.copy(emulator.file(), disk, StandardCopyOption.REPLACE_EXISTING);
            return new ForeignArchSupport(emulator, disk);
        } catch (IOException e) {
            throw Failure.host("The emulator can't be copied to " + disk + ": " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    /** What guestfish needs on its command line. */
    List<String> options() {
        return emulator == null ? List.of() : List.of("--format=raw", "--add", disk.toString());
    }

    /**
     * {@code script} with the registration and the lending as soon as the appliance runs: after the line {@code run}, or at once if that is an
     * option's work. Every {@code sh} then looks for its programs among the lent ones first.
     */
    List<String> begin(List<String> script) {
        if (emulator == null) {
            return script;
        }
        var lines = new ArrayList<String>();
        var path = Matcher.quoteReplacement("export PATH=" + LENT + ":$PATH LD_LIBRARY_PATH=" + LENT + "/lib; ");
        for (var line : script) {
            lines.add(SHELL_LINE.matcher(line).replaceFirst("$1" + path));
        }
        lines.addAll(script.indexOf("run") + 1, List.of(registration(emulator), inAppliance(LENDING)));
        return lines;
    }

    private static String inAppliance(String script) {
        return "debug sh \"echo " + base64(script) + " | base64 -d | sh 2>&1\"";
    }

    /** No other disk of a guest begins as a program does; the kernel may have given the disks any order. */
    private static String registration(UserEmulator emulator) {
        var line = base64(emulator.registration(IN_APPLIANCE));
        return "debug sh \"modprobe binfmt_misc && mount -t binfmt_misc none /proc/sys/fs/binfmt_misc"
                + " && for disk in /dev/sd?; do head -c 4 $disk | grep -q ELF && cp $disk " + IN_APPLIANCE + "; done"
                + "; chmod 755 " + IN_APPLIANCE + " && echo " + line
                + " | base64 -d > /proc/sys/fs/binfmt_misc/register\"";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
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
