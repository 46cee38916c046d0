/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStackError;
import java.util.function.Supplier;

/** Turns the client's errors into failures with a remedy, at the boundary of this package. */
final class ErrorTranslation {

    private ErrorTranslation() {}

    static <T> T get(Supplier<T> work) {
        try {
            return work.get();
        } catch (CloudStackError error) {
            throw error.toFailure();
        }
    }

    static void run(Runnable work) {
        get(() -> {
            work.run();
            return Boolean.TRUE;
        });
    }
}
