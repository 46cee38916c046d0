package dev.cstemplates.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessIdTest {

    private final ProcessId own = ProcessId.ofThisProcess();

    @Test
    void thisProcessIsAlive() {
        assertThat(own.isAlive()).isTrue();
        assertThat(own.pid()).isEqualTo(ProcessHandle.current().pid());
    }

    /** Setting the clock moves the wall-clock start of every process, but neither its ticks since boot nor the boot id. */
    @Test
    void doesNotDependOnTheWallClock() throws IOException {
        var stat = Files.readString(Path.of("/proc/self/stat"));

        assertThat(stat).contains(" " + own.startTicks() + " ");
        assertThat(own.bootId())
                .isEqualTo(Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                        .strip());
    }

    @Test
    void laterProcessWithTheSamePidIsAnother() {
        assertThat(new ProcessId(own.pid(), own.startTicks() - 1, own.bootId()).isAlive())
                .isFalse();
    }

    @Test
    void processOfAnEarlierBootIsGone() {
        assertThat(new ProcessId(own.pid(), own.startTicks(), "11111111-2222").isAlive())
                .isFalse();
    }

    @Test
    void exitedProcessIsGone() throws Exception {
        var process = new ProcessBuilder("sleep", "600").start();
        var stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        var ticks = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        var id = new ProcessId(process.pid(), ticks, own.bootId());
        assertThat(id.isAlive()).isTrue();

        process.destroyForcibly().waitFor();

        assertThat(id.isAlive()).isFalse();
    }

    @Test
    void parsesItsText() {
        assertThat(ProcessId.parse(own.toString())).contains(own);
        assertThat(ProcessId.parse("4711")).isEmpty();
        assertThat(ProcessId.parse("")).isEmpty();
    }

    /** Names of an earlier version hold milliseconds and no boot id: such a process counts as gone. */
    @Test
    void parsesNamesOfEarlierVersions() {
        var parsed = ProcessId.parse(own.pid() + "-1764000000000").orElseThrow();

        assertThat(parsed.isAlive()).isFalse();
        assertThat(parsed).hasToString(own.pid() + "-1764000000000");
    }
}
