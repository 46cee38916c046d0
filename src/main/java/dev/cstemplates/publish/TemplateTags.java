package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.cloudstack.Tags.Resource;
import dev.cstemplates.cloudstack.Template;
import java.util.List;
import java.util.Map;
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

    private TemplateTags() {}

    /** Sets tags to these values; makes no call if {@code present} has them already. */
    static void set(CloudStack cloud, String template, Map<String, String> present, Map<String, String> wanted) {
        try {
            change(cloud, template, present, wanted);
        } catch (CloudStackError error) {
            if (error.kind() != ErrorKind.NO_ANSWER) {
                throw error;
            }
            // Tags that were created although the response was lost must not be created again.
            var now = cloud.templates().byId(template).stream().findFirst().map(Template::tags);
            change(cloud, template, now.orElse(present), wanted);
        }
    }

    private static void change(
            CloudStack cloud, String template, Map<String, String> present, Map<String, String> wanted) {
        var wrong = new TreeMap<String, String>();
        wanted.forEach((key, value) -> {
            if (present.containsKey(key) && !value.equals(present.get(key))) {
                wrong.put(key, value);
            }
        });
        if (!wrong.isEmpty()) {
            cloud.tags().delete(Resource.TEMPLATE, template, wrong.keySet());
        }
        var missing = new TreeMap<>(wanted);
        missing.keySet().removeIf(key -> present.containsKey(key) && !wrong.containsKey(key));
        if (!missing.isEmpty()) {
            cloud.tags().create(Resource.TEMPLATE, template, missing);
        }
    }

    /** Removes tags; makes no call for those that are missing. */
    static void clear(CloudStack cloud, String template, Map<String, String> present, String... keys) {
        var existing = new TreeSet<>(List.of(keys));
        existing.retainAll(present.keySet());
        if (!existing.isEmpty()) {
            cloud.tags().delete(Resource.TEMPLATE, template, existing);
        }
    }
}
