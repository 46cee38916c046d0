/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The calls about instances. Each waits for its job. */
public final class Instances {

    private static final Duration LIMIT = Duration.ofMinutes(30);

    private final CloudStackClient client;

    Instances(CloudStackClient client) {
        this.client = client;
    }

    /**
     * Starts a deployment; the job names the instance. A deployment that is rejected at once may leave an instance in state Error, which
     * can only be found by its name.
     */
    public Job deploy(NewInstance instance) {
        return client.start(instance.call());
    }

    /** Waits for a deployment. The result contains the password if the template has passwords enabled. */
    public Instance await(Job deployment) {
        return instanceOf(client.await(deployment, LIMIT));
    }

    /** The caller's instances with exactly this name; the server also matches longer ones. */
    public List<Instance> byName(String name) {
        return byPrefix(name).stream().filter(each -> each.name().equals(name)).toList();
    }

    /** The caller's instances whose names begin with {@code prefix}. */
    public List<Instance> byPrefix(String prefix) {
        return list(Call.of("listVirtualMachines").with("keyword", prefix)).stream()
                .filter(each -> each.name().startsWith(prefix))
                .toList();
    }

    /** All instances of a template that the caller may see. */
    public List<Instance> of(String template) {
        return list(Call.of("listVirtualMachines").with("templateid", template).with("listall", true));
    }

    public List<Instance> byId(String id) {
        return list(Call.of("listVirtualMachines").with("id", id));
    }

    private List<Instance> list(Call call) {
        return client.list(call, "virtualmachine").stream()
                .map(JsonFields::new)
                .map(Instance::of)
                .toList();
    }

    public Instance start(String id) {
        return instanceOf(client.run(Call.of("startVirtualMachine").with("id", id), LIMIT));
    }

    public Instance stop(String id) {
        return instanceOf(client.run(Call.of("stopVirtualMachine").with("id", id), LIMIT));
    }

    /** Sets a new password for a stopped instance; the guest receives it at the next start. */
    public Instance resetPassword(String id) {
        return instanceOf(client.run(Call.of("resetPasswordForVirtualMachine").with("id", id), LIMIT));
    }

    /**
     * Destroys and expunges an instance in any state; only destroys it where the account may not expunge, as users may not by default
     * ({@code allow.user.expunge.recover.vm}): the server then refuses the whole call and does nothing. Succeeds if it does not exist.
     *
     * @return whether nothing is left of it; a destroyed instance still blocks the deletion of its template
     */
    public boolean remove(String id) {
        try {
            client.run(destroying(id).with("expunge", true), LIMIT);
            return true;
        } catch (CloudStackError error) {
            if (error.kind() == ErrorKind.NOT_FOUND) {
                return true;
            }
            var isDestroyed = byId(id).stream().anyMatch(each -> each.state().equals("Destroyed"));
            if (error.kind() == ErrorKind.FORBIDDEN || error.kind() == ErrorKind.NOT_AVAILABLE) {
                if (!isDestroyed) {
                    client.run(destroying(id), LIMIT);
                }
                return false;
            }
            // An instance that is destroyed already needs another command.
            if (!isDestroyed) {
                throw error;
            }
            client.run(Call.of("expungeVirtualMachine").with("id", id), LIMIT);
            return true;
        }
    }

    private static Call destroying(String id) {
        return Call.of("destroyVirtualMachine").with("id", id).idempotent();
    }

    private static Instance instanceOf(JsonNode result) {
        return Instance.of(new JsonFields(result).object("virtualmachine"));
    }
}
