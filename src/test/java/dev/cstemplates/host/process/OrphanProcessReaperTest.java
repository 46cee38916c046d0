package dev.cstemplates.host.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanProcessReaperTest {

    @TempDir
    Path home;

    private final ProcessId living = ProcessId.ofThisProcess();
    private final ProcessId dead = new ProcessId(living.pid(), living.startTicks() - 1, living.bootId());
    private @Nullable Process program;

    @AfterEach
    void stop() {
        if (program != null) {
            program.destroyForcibly();
        }
    }

    @Test
    void endsTheProgramOfAProcessThatIsGone() throws Exception {
        var orphan = start(mark(namespace(), dead, home));

        OrphanProcessReaper.end(home);

        assertThat(orphan.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void sparesProgramsThatMayNotBeOrphans() throws Exception {
        assertSpared(mark(namespace(), living, home));
        assertSpared(mark(namespace(), dead, home.resolve("other")));
        assertSpared(mark("pid:[1]", dead, home));
        assertSpared(namespace() + "/4711-1764000000000@" + home);
        assertSpared("nonsense");
    }

    private void assertSpared(String mark) throws IOException {
        var spared = start(mark);

        OrphanProcessReaper.end(home);

        assertThat(spared.isAlive()).as(mark).isTrue();
        spared.destroyForcibly();
    }

    private Process start(String mark) throws IOException {
        var builder = new ProcessBuilder("sleep", "600");
        builder.environment().put(OrphanProcessReaper.MARK, mark);
        var started = builder.start();
        program = started;
        return started;
    }

    private static String mark(String namespace, ProcessId process, Path home) {
        return namespace + "/" + process + "@" + home;
    }

    private static String namespace() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    }
}
