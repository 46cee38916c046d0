/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Tasks that mostly wait, run at the same time. */
public final class Parallel {

    private Parallel() {}

    /**
     * The results of all tasks, in their order.
     *
     * @param doing what the tasks do together, for a message when the thread is interrupted: {@code Checking this host}
     * @param most how many run at a time
     * @throws Failure the first in the order of the tasks; the others still run to their end
     */
    public static <T> List<T> results(String doing, int most, List<? extends Callable<T>> tasks) {
        var places = new Semaphore(most);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = tasks.stream()
                    .map(task -> threads.submit(() -> {
                        places.acquire();
                        try {
                            return task.call();
                        } finally {
                            places.release();
                        }
                    }))
                    .toList();
            return running.stream().map(each -> result(doing, each)).toList();
        }
    }

    private static <T> T result(String doing, Future<T> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw new IllegalStateException(doing + " failed unexpectedly", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled(doing).because(e);
        }
    }
}
