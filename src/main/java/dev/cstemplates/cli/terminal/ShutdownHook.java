/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C or a termination signal runs {@code stop}, and the program does not exit before this is closed, up to a time
 * limit.
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
            // The program is exiting: the hook itself is running.
        }
    }
}
