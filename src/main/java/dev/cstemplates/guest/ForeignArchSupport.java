/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * Lets libguestfs's appliance run guest programs of another architecture: QEMU's emulator is attached as another disk and registered with
 * the appliance's kernel. The guest's disk is not touched.
 */
final class ForeignArchSupport implements AutoCloseable {

    private static final String IN_APPLIANCE = "/tmp/cst-emulator";

    /** The guest's programs also see the appliance's /dev, which is writable when the guest's disk is not. */
    private static final String HOST_TOOLS = "/dev/cst-tools";

    /**
     * Copies the appliance's shell and text tools to where the guest's scripts find them first: the guest's are emulated, in an appliance
     * that may be emulated itself, so that each takes seconds to start. The path of the dynamic loader in the copies is replaced, because the
     * guest has no loader for them; it is padded with zeros to its former length.
     */
    private static final String COPY_TOOLS = """
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
        """.replace("FOLDER", HOST_TOOLS).replace(
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

    /** Does nothing for a guest of this host's architecture. */
    static ForeignArchSupport of(Architecture guest, Path workFolder) {
        var disk = workFolder.resolve("emulator.img");
        if (guest == Architecture.ofThisHost()) {
            return new ForeignArchSupport(null, disk);
        }
        var emulator = UserEmulator.find(Host.ofThisProcess(), guest)
                .orElseThrow(() -> Failure.host(
                        "This host cannot run " + guest.id() + " programs",
                        "Run: cst doctor --arch " + guest.id() + " --fix"));
        try {
            // A copy, because guestfish opens it for writing.
            Files.copy(emulator.file(), disk, StandardCopyOption.REPLACE_EXISTING);
            return new ForeignArchSupport(emulator, disk);
        } catch (IOException e) {
            throw Failure.host("Cannot copy the emulator to " + disk + ": " + e, "Check free disk space.")
                    .because(e);
        }
    }

    /** What guestfish needs on its command line. */
    List<String> options() {
        return emulator == null ? List.of() : List.of("--format=raw", "--add", disk.toString());
    }

    /**
     * {@code script} with the set-up inserted as soon as the appliance runs: after the line {@code run}, or first if an option launches it.
     * Every {@code sh} then searches the copied tools first.
     */
    List<String> begin(List<String> script) {
        if (emulator == null) {
            return script;
        }
        var lines = new ArrayList<String>();
        var path = Matcher.quoteReplacement(
                "export PATH=" + HOST_TOOLS + ":$PATH LD_LIBRARY_PATH=" + HOST_TOOLS + "/lib; ");
        for (var line : script) {
            lines.add(SHELL_LINE.matcher(line).replaceFirst("$1" + path));
        }
        lines.addAll(script.indexOf("run") + 1, List.of(registration(emulator), inAppliance(COPY_TOOLS)));
        return lines;
    }

    private static String inAppliance(String script) {
        return "debug sh \"echo " + base64(script) + " | base64 -d | sh 2>&1\"";
    }

    /** The kernel may order the disks differently; only the emulator's begins like a program. */
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
            // Deleted with the work directory.
        }
    }
}
