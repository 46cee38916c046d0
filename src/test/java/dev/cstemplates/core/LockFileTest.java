package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

    @TempDir
    Path directory;

    /** Another process, which tries the lock each time that it reads a line. */
    static final class Other {
        public static void main(String[] args) throws IOException {
            while (System.in.read() >= 0) {
                try (var channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                        var lock = channel.tryLock()) {
                    System.out.println(lock == null ? "held" : "free");
                }
            }
        }
    }

    @Test
    void attemptOfAnotherThreadDoesNotReleaseTheLock() throws Exception {
        var file = directory.resolve("lock");
        try (var other = new OtherProcess(file)) {
            try (var _ = LockFile.tryAcquire(file).orElseThrow()) {
                assertThat(other.sees()).isEqualTo("held");

                assertThat(inAnotherThread(() -> LockFile.tryAcquire(file))).isEmpty();
                assertThat(other.sees()).isEqualTo("held");

                assertThat(inAnotherThread(() -> LockFile.isHeld(file))).isTrue();
                assertThat(other.sees()).isEqualTo("held");
            }
            assertThat(other.sees()).isEqualTo("free");
        }
    }

    @Test
    void sameFileByAnotherNameIsTheSameLock() throws Exception {
        var file = directory.resolve("lock");
        try (var other = new OtherProcess(file)) {
            Files.createSymbolicLink(directory.resolve("link"), directory);
            Files.createLink(directory.resolve("other-name"), file);
            try (var _ = LockFile.tryAcquire(file).orElseThrow()) {
                assertThat(LockFile.tryAcquire(directory.resolve("link/lock"))).isEmpty();
                assertThat(LockFile.tryAcquire(directory.resolve("other-name"))).isEmpty();
                assertThat(other.sees()).isEqualTo("held");
            }
        }
    }

    @Test
    void checkingALockCreatesNoFile() throws IOException {
        var file = directory.resolve("missing/lock");

        assertThat(LockFile.isHeld(file)).isFalse();
        assertThat(LockFile.tryAcquireExisting(file)).isEmpty();

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void closingALockTwiceDoesNotReleaseItsSuccessor() throws Exception {
        var file = directory.resolve("lock");
        var first = LockFile.tryAcquire(file).orElseThrow();
        first.close();
        try (var other = new OtherProcess(file);
                var _ = LockFile.tryAcquire(file).orElseThrow()) {
            first.close();

            assertThat(other.sees()).isEqualTo("held");
            assertThat(LockFile.isHeld(file)).isTrue();
        }
    }

    @Test
    void onlyOneOfManyThreadsHoldsTheLock() throws Exception {
        var file = directory.resolve("lock");
        var holders = new AtomicInteger();
        var most = new AtomicInteger();
        Set<Thread> done = ConcurrentHashMap.newKeySet();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 20; i++) {
                threads.execute(() -> {
                    while (done.add(Thread.currentThread())) {
                        LockFile.tryAcquire(file)
                                .ifPresentOrElse(
                                        lock -> {
                                            most.accumulateAndGet(holders.incrementAndGet(), Math::max);
                                            holders.decrementAndGet();
                                            lock.close();
                                        },
                                        () -> done.remove(Thread.currentThread()));
                    }
                });
            }
        }
        assertThat(done).hasSize(20);
        assertThat(most).hasValue(1);
    }

    /** Creating a file opens and closes it, which would release the lock of a thread that locks it in between. */
    @Test
    void threadsThatCreateTheFileTogetherDoNotReleaseTheLock() throws Exception {
        var file = directory.resolve("lock");
        try (var other = new OtherProcess(file);
                var threads = Executors.newFixedThreadPool(4)) {
            for (var round = 0; round < 300; round++) {
                Files.delete(file);
                var start = new CountDownLatch(1);
                var attempts = new ArrayList<Future<Optional<LockFile>>>();
                for (var i = 0; i < 4; i++) {
                    attempts.add(threads.submit(() -> {
                        start.await();
                        return LockFile.tryAcquire(file);
                    }));
                }
                start.countDown();
                var locks = new ArrayList<LockFile>();
                for (var attempt : attempts) {
                    attempt.get().ifPresent(locks::add);
                }
                assertThat(locks).hasSize(1);
                assertThat(other.sees()).isEqualTo("held");
                locks.forEach(LockFile::close);
            }
        }
    }

    @Test
    void failureNamesTheFileAndWhatToCheck() throws IOException {
        var file = Files.createDirectory(directory.resolve("a-directory"));

        assertThatThrownBy(() -> LockFile.tryAcquire(file)).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.message()).contains("Cannot lock " + file);
            assertThat(failure.remedy()).contains("writable");
        });
    }

    private static <T> T inAnotherThread(Callable<T> question) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.submit(question).get();
        }
    }

    private static final class OtherProcess implements AutoCloseable {

        private final Process process;

        OtherProcess(Path file) throws IOException {
            Files.write(file, new byte[0]);
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Other.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        String sees() throws IOException {
            process.getOutputStream().write('?');
            process.getOutputStream().flush();
            return process.inputReader().readLine();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
