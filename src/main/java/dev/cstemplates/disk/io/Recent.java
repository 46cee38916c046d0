package dev.cstemplates.disk.io;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** The tables used last, by number. Safe for several threads: two that miss the same one both load it. */
public final class Recent<T> {

    private final Map<Integer, T> tables;

    /** Keeps {@code most} of them. */
    public Recent(int most) {
        tables = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, T> eldest) {
                return size() > most;
            }
        };
    }

    /** The table {@code number}, loaded now if it is not here. */
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
