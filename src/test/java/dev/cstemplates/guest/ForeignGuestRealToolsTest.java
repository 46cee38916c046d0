package dev.cstemplates.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.UserEmulator;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts on a read-only disk declared as another architecture's, in libguestfs's real appliance. */
@Tag("real-tools")
class ForeignGuestRealToolsTest {

    private static final Architecture FOREIGN =
            Architecture.ofThisHost() == Architecture.X86_64 ? Architecture.AARCH64 : Architecture.X86_64;

    private final Processes processes = new Processes();

    @TempDir
    Path folder;

    @AfterEach
    void end() {
        processes.close();
    }

    /** The guest contains only a shell, which guestfish needs: all other programs are the appliance's. */
    @Test
    void scriptsUseTheAppliancesTools() {
        assumeThat(UserEmulator.find(Host.ofThisProcess(), FOREIGN))
                .as("SKIPPED: run 'cst doctor --arch %s --fix'", FOREIGN.id())
                .isPresent();
        var disk = diskWithNothingButAShell();

        var result = new Libguestfs(processes, Accelerator.TCG, FOREIGN, folder.resolve("work"))
                .guestfish(
                        List.of("--ro", "--format=raw", "--add", disk.toString(), "--mount", "/dev/sda"),
                        List.of("sh \"bash -c 'command -v sed; ls / | sed s/^/root:/; [[ -e /usr/bin/sed ]] || echo"
                                + " lent'\""),
                        folder.resolve("log"),
                        Duration.ofMinutes(10),
                        line -> {});

        assertThat(result.output()).contains("/sed", "root:lib64", "lent").doesNotContain("error");
    }

    private Path diskWithNothingButAShell() {
        var script = """
            set -e
            mkdir -p tree/bin tree/dev tree/proc tree/sys
            for file in /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*'); do
                mkdir -p "tree${file%/*}"
                cp -L "$file" "tree$file"
            done
            mke2fs -q -t ext4 -d tree disk.img 64M
            """;
        processes.check(Command.of(List.of("bash", "-c", script)).in(folder));
        return folder.resolve("disk.img");
    }
}
