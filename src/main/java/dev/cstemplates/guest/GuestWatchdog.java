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
 * Watches over guests that another program runs, and ends that program's work as soon as its guest is lost: when it hangs, when QEMU
 * has stopped it, or when its console tells of a bad end.
 */
public final class GuestWatchdog {

    private static final Duration SELDOMEST = Duration.ofSeconds(10);
    private static final Duration MOST_OFTEN = Duration.ofMillis(250);
    private static final int LOOKS_PER_STALL = 30;

    /**
     * Does {@code work}, in a thread of its own, with an eye on the guest that it runs.
     *
     * @param work is given what to call whenever it hears from the guest by other ways; interrupted when the guest is lost or the
     *     calling thread is interrupted, and waited for in any case
     * @return what the work returns, unless the guest's console tells that its success is none
     * @throws Failure of the work, or, where the guest was lost, one that says how; pictures of its screen lie in the folder for
     *     evidence then
     */
    public <T> T over(WatchedGuest guest, Function<Runnable, T> work) {
        var told = new AtomicLong();
        var outcome = new CompletableFuture<T>();
        try (var vigil = new GuestMonitorSession(guest, told::get, System::nanoTime)) {
            var worker = Thread.ofVirtual()
                    .name("work with a guest")
                    .start(() -> settle(outcome, () -> work.apply(told::incrementAndGet)));
            try {
                while (!isOver(outcome, pause(guest.stall()))) {
                    var end = look(vigil);
                    if (end.isPresent() && !outcome.isDone()) {
                        keepEvidence(vigil, end.get());
                        throw end.get().failure();
                    }
                }
                return judged(outcome, vigil);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw Failure.cancelled("The work with the guest").because(e);
            } finally {
                stop(worker);
            }
        }
    }

    private static Duration pause(Duration stall) {
        var pause = stall.dividedBy(LOOKS_PER_STALL);
        if (pause.compareTo(MOST_OFTEN) < 0) {
            return MOST_OFTEN;
        }
        return pause.compareTo(SELDOMEST) > 0 ? SELDOMEST : pause;
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

    private static Optional<GuestMonitorSession.BadEnd> look(GuestMonitorSession vigil) {
        try {
            return vigil.look();
        } catch (IOException e) {
            // What can't be seen now is no reason to end a guest; its phase's limit still holds.
            return Optional.empty();
        }
    }

    private static void keepEvidence(GuestMonitorSession vigil, GuestMonitorSession.BadEnd end) {
        try {
            vigil.end(end);
        } catch (IOException e) {
            // The failure says what happened; a picture of it is missing.
            end.failure().addSuppressed(e);
        }
    }

    /** A guest may go down so fast that no look sees it, and then look like one that has powered off in order. */
    private static <T> T judged(CompletableFuture<T> outcome, GuestMonitorSession vigil) {
        var failure = failureOf(outcome);
        if (failure.isEmpty() || (failure.get() instanceof Failure known && known.kind() == Failure.Kind.BUILD)) {
            var announced = announced(vigil);
            if (announced.isPresent()) {
                throw failure.map(announced.get()::because).orElseGet(announced::get);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return outcome.join();
    }

    private static Optional<Failure> announced(GuestMonitorSession vigil) {
        try {
            return vigil.announced();
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
