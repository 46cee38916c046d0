package dev.cstemplates.cloudstack;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Tags on templates and instances. */
public final class Tags {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Resources with tags, by their CloudStack names. */
    public enum Resource {
        TEMPLATE("Template"),
        INSTANCE("UserVm");

        private final String id;

        Resource(String id) {
            this.id = id;
        }
    }

    private final CloudStackClient client;

    Tags(CloudStackClient client) {
        this.client = client;
    }

    public Call creating(Resource type, String id, Map<String, String> tags) {
        return Call.of("createTags")
                .with("resourcetype", type.id)
                .with("resourceids", id)
                .withTags(new TreeMap<>(tags));
    }

    /** Adds tags; fails as a whole if one of the keys exists already. */
    public void create(Resource type, String id, Map<String, String> tags) {
        client.run(creating(type, id, tags), LIMIT);
    }

    /** Removes tags by key, regardless of their values. */
    public void delete(Resource type, String id, Collection<String> keys) {
        var call = Call.of("deleteTags").with("resourcetype", type.id).with("resourceids", id);
        var index = 0;
        for (var key : keys) {
            call = call.with("tags[" + index++ + "].key", key);
        }
        client.run(call.idempotent(), LIMIT);
    }
}
