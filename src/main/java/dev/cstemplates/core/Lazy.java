/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates a value on first use and keeps it; an exception is not kept. */
public final class Lazy<T> implements Supplier<T> {

    private final Supplier<T> source;
    private @Nullable T value;

    private Lazy(Supplier<T> source) {
        this.source = source;
    }

    public static <T> Supplier<T> of(Supplier<T> source) {
        return new Lazy<>(source);
    }

    @Override
    public synchronized T get() {
        var known = value;
        if (known == null) {
            known = source.get();
            value = known;
        }
        return known;
    }
}
