/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** A thread-safe cache of the most recently used tables, by number. Threads that miss the same table at once both load it. */
public final class Recent<T> {

    private final Map<Integer, T> tables;

    /** @param most number of tables to keep */
    public Recent(int most) {
        tables = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, T> eldest) {
                return size() > most;
            }
        };
    }

    /** Returns table {@code number}, loading it if necessary. */
    public T get(int number, IntFunction<T> load) {
        synchronized (tables) {
            var known = tables.get(number);
            if (known != null) {
                return known;
            }
        }
        var loaded = load.apply(number);
        synchronized (tables) {
            tables.put(number, loaded);
        }
        return loaded;
    }
}
