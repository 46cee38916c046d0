package dev.cstemplates.validation.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentDeathWatchTest {

    @TempDir
    Path folder;

    /** Runs in a child process, until the watch ends it. */
    static final class Child {
        public static void main(String[] args) throws InterruptedException {
            ParentDeathWatch.endWith(Path.of(args[0]));
            System.out.println("alive");
            Thread.sleep(TimeUnit.MINUTES.toMillis(5));
        }
    }

    @Test
    void childEndsWhenItsParentReleasesTheLock() throws Exception {
        Process child;
        try (var watch = ParentDeathWatch.hold(folder.resolve("lock"))) {
            child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            watch.file().toString())
                    .redirectErrorStream(true)
                    .start();
            assertThat(child.inputReader().readLine()).isEqualTo("alive");
            assertThat(child.isAlive()).isTrue();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(130);
    }
}
