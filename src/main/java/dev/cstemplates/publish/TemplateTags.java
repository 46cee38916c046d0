/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.cloudstack.Tags.Resource;
import dev.cstemplates.cloudstack.Template;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tags of templates. They are the only state of a publication, so any host can continue. Decisions are stored here first; names and
 * visibility follow from them.
 */
final class TemplateTags {

    /** The definition that it was built from. */
    static final String ID = "cst-id";

    static final String VERSION = "cst-version";
    static final String ARCHITECTURE = "cst-arch";
    static final String DIGEST = "cst-sha256";

    /** When a deploy test passed. */
    static final String TESTED = "cst-tested";

    /** When it was promoted. */
    static final String PROMOTED = "cst-promoted";

    /** When its promotion was rolled back. */
    static final String WITHDRAWN = "cst-withdrawn";

    /** When it was retired. */
    static final String RETIRED = "cst-retired";

    /** For users: on the current template only. */
    static final String LATEST = "latest";

    private static final int ATTEMPTS = 3;

    private TemplateTags() {}

    /** Sets tags to these values; makes no call if {@code present} has them already. */
    static void set(CloudStack cloud, String template, Map<String, String> present, Map<String, String> wanted) {
        change(cloud, template, present, wanted, Set.of());
    }

    /** Removes tags; makes no call for those that are missing. */
    static void clear(CloudStack cloud, String template, Map<String, String> present, String... keys) {
        change(cloud, template, present, Map.of(), Set.of(keys));
    }

    /**
     * The server refuses to create a tag that exists, and to delete one that does not, with the same values too. After a lost
     * response, or while another host makes the same change, only the tags say what is left to do.
     */
    private static void change(
            CloudStack cloud,
            String template,
            Map<String, String> present,
            Map<String, String> wanted,
            Set<String> unwanted) {
        var now = present;
        for (var attempt = 1; ; attempt++) {
            try {
                changeOnce(cloud, template, now, wanted, unwanted);
                return;
            } catch (CloudStackError error) {
                var mayBeDone = error.kind() == ErrorKind.NO_ANSWER || error.kind() == ErrorKind.SERVER;
                if (!mayBeDone || attempt == ATTEMPTS) {
                    throw error;
                }
                now = cloud.templates().byId(template).stream()
                        .findFirst()
                        .map(Template::tags)
                        .orElseThrow(() -> error);
            }
        }
    }

    private static void changeOnce(
            CloudStack cloud,
            String template,
            Map<String, String> present,
            Map<String, String> wanted,
            Set<String> unwanted) {
        var wrong = new TreeSet<>(unwanted);
        wrong.retainAll(present.keySet());
        wanted.forEach((key, value) -> {
            if (present.containsKey(key) && !value.equals(present.get(key))) {
                wrong.add(key);
            }
        });
        if (!wrong.isEmpty()) {
            cloud.tags().delete(Resource.TEMPLATE, template, wrong);
        }
        var missing = new TreeMap<>(wanted);
        missing.keySet().removeIf(key -> present.containsKey(key) && !wrong.contains(key));
        if (!missing.isEmpty()) {
            cloud.tags().create(Resource.TEMPLATE, template, missing);
        }
    }
}
