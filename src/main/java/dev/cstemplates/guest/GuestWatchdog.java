/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Monitors guests that another program runs, and interrupts that program as soon as its guest is lost: when the guest hangs, when QEMU
 * stopped it, or when its console shows a fatal error.
 */
public final class GuestWatchdog {

    private static final Duration MAX_INTERVAL = Duration.ofSeconds(10);
    private static final Duration MIN_INTERVAL = Duration.ofMillis(250);
    private static final int POLLS_PER_STALL = 30;

    /**
     * Runs {@code work} in its own thread while monitoring the guest that it runs.
     *
     * @param work receives a callback that it calls on any progress of the guest; it is interrupted when the guest is lost or the calling
     *     thread is interrupted, and always joined
     * @return the work's result, unless the guest's console shows a fatal error
     * @throws Failure of the work, or how the guest was lost; the evidence directory then contains screenshots
     */
    public <T> T over(WatchedGuest guest, Function<Runnable, T> work) {
        var notified = new AtomicLong();
        var outcome = new CompletableFuture<T>();
        try (var session = new GuestMonitorSession(guest, notified::get, System::nanoTime)) {
            var worker = Thread.ofVirtual()
                    .name("work with a guest")
                    .start(() -> settle(outcome, () -> work.apply(notified::incrementAndGet)));
            try {
                while (!isOver(outcome, pause(guest.stall()))) {
                    var end = poll(session);
                    if (end.isPresent() && !outcome.isDone()) {
                        saveEvidence(session, end.get());
                        throw end.get().failure();
                    }
                }
                return resultOf(outcome, session);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.cancelled("The work with the guest").because(e);
            } finally {
                stop(worker);
            }
        }
    }

    private static Duration pause(Duration stall) {
        var pause = stall.dividedBy(POLLS_PER_STALL);
        if (pause.compareTo(MIN_INTERVAL) < 0) {
            return MIN_INTERVAL;
        }
        return pause.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : pause;
    }

    private static <T> void settle(CompletableFuture<T> outcome, Supplier<T> work) {
        try {
            outcome.complete(work.get());
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
        }
    }

    private static boolean isOver(CompletableFuture<?> outcome, Duration patience) throws InterruptedException {
        try {
            outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static Optional<GuestMonitorSession.GuestFailure> poll(GuestMonitorSession session) {
        try {
            return session.poll();
        } catch (IOException e) {
            // A failed poll does not end the guest; the phase's time limit still applies.
            return Optional.empty();
        }
    }

    private static void saveEvidence(GuestMonitorSession session, GuestMonitorSession.GuestFailure end) {
        try {
            session.end(end);
        } catch (IOException e) {
            // The failure says what happened; only the screenshot is missing.
            end.failure().addSuppressed(e);
        }
    }

    /** A guest may crash between two polls, and then look as if it had powered off cleanly. */
    private static <T> T resultOf(CompletableFuture<T> outcome, GuestMonitorSession session) {
        var failure = failureOf(outcome);
        if (failure.isEmpty() || (failure.get() instanceof Failure known && known.kind() == Failure.Kind.BUILD)) {
            var announced = announced(session);
            if (announced.isPresent()) {
                throw failure.map(announced.get()::because).orElseGet(announced::get);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return outcome.join();
    }

    private static Optional<Failure> announced(GuestMonitorSession session) {
        try {
            return session.announced();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<RuntimeException> failureOf(CompletableFuture<?> outcome) {
        if (!outcome.isCompletedExceptionally()) {
            return Optional.empty();
        }
        var cause = outcome.exceptionNow();
        return Optional.of(cause instanceof RuntimeException known ? known : new IllegalStateException(cause));
    }

    private static void stop(Thread worker) {
        worker.interrupt();
        var interrupted = false;
        while (worker.isAlive()) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
