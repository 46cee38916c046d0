/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import java.util.Arrays;
import java.util.Map;

/** Copies of records with some components changed, for example of a shipped definition. */
public final class Altered {

    private Altered() {}

    /** {@code record} with other values for some of its components. */
    @SuppressWarnings("unchecked")
    public static <R extends Record> R with(R record, Map<String, ?> values) {
        var components = record.getClass().getRecordComponents();
        var names = Arrays.stream(components).map(each -> each.getName()).toList();
        if (!names.containsAll(values.keySet())) {
            throw new IllegalArgumentException(record.getClass() + " has no " + values.keySet());
        }
        try {
            var types = Arrays.stream(components).map(each -> each.getType()).toArray(Class<?>[]::new);
            var all = new Object[components.length];
            for (var i = 0; i < all.length; i++) {
                var name = components[i].getName();
                all[i] = values.containsKey(name)
                        ? values.get(name)
                        : components[i].getAccessor().invoke(record);
            }
            return (R) record.getClass().getDeclaredConstructor(types).newInstance(all);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
