package dev.cstemplates.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

    @TempDir
    Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void stop() {
        processes.close();
    }

    /** Output of apt, mmdebstrap, xorriso and qemu-img is parsed in English. */
    @Test
    void programsRunInAnEnglishLocale() {
        var result = processes.run(shell("echo \"$LC_ALL/${LANGUAGE-unset}\""));

        assertThat(result.output()).isEqualTo("C.UTF-8/unset");
    }

    @Test
    void commandCanOverrideTheLocale() {
        assertThat(processes.run(shell("echo $LC_ALL").env("LC_ALL", "POSIX")).output())
                .isEqualTo("POSIX");
    }

    @Test
    void reportsAFailingListener() {
        var command = shell("echo one; sleep 600").onLine(line -> {
            throw new IllegalStateException("cannot parse " + line);
        });

        assertThatThrownBy(() -> processes.run(command))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cannot parse one");
    }

    @Test
    void killsAProgramThatTimesOutWithItsChildren() {
        var command = shell("sleep 600 & echo $!; wait").timeout(Duration.ofMillis(500));
        var child = new ArrayList<String>();

        assertThatThrownBy(() -> processes.run(command.onLine(child::add)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("timed out after 0 s");

        assertThat(ProcessHandle.of(Long.parseLong(child.getFirst())).filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void masksSecretsEverywhere() throws IOException {
        var log = folder.resolve("log");

        var result = processes.run(shell("echo key=abc123").masking("abc123").log(log));

        assertThat(result.output()).isEqualTo("key=********");
        assertThat(Files.readString(log)).doesNotContain("abc123").contains("key=********");
        assertThat(Processes.describe(result)).doesNotContain("abc123");
    }

    @Test
    void failureShowsTheCommandAndTheEndOfItsOutput() {
        assertThatThrownBy(() -> processes.check(shell("seq 30; exit 3")))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("exit code 3")
                .hasMessageContaining("30")
                .message()
                .doesNotContain("\n10\n");
    }

    @Test
    void missingProgramIsAHostFailure() {
        assertThatThrownBy(() -> processes.run(Command.of("no-such-program-here")))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST))
                .hasMessageContaining("Cannot start 'no-such-program-here'");
    }

    @Test
    void rejectsCommandsAfterClose() {
        processes.close();

        assertThatThrownBy(() -> processes.run(Command.of("true")))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Failure.Kind.CANCELLED));
    }

    private static Command shell(String script) {
        return Command.of("sh", "-c", script);
    }
}
