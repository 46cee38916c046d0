package dev.cstemplates.cli.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C or a termination signal ends the work in good order: {@code stop} is run, and the program does not end before
 * this is closed, but for as long as it was given.
 */
public final class ShutdownHook implements AutoCloseable {

    private static final Duration TO_CLEAN_UP = Duration.ofSeconds(20);

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread hook;

    public ShutdownHook(Runnable stop) {
        this(stop, TO_CLEAN_UP);
    }

    public ShutdownHook(Runnable stop, Duration limit) {
        hook = new Thread(() -> {
            stop.run();
            try {
                var _ = over.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending already: the hook is what runs.
        }
    }
}
