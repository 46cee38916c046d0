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

    /** Destroys and expunges an instance in any state. Succeeds if it does not exist. */
    public void expunge(String id) {
        try {
            client.run(
                    Call.of("destroyVirtualMachine")
                            .with("id", id)
                            .with("expunge", true)
                            .idempotent(),
                    LIMIT);
        } catch (CloudStackError error) {
            if (error.kind() == ErrorKind.NOT_FOUND) {
                return;
            }
            // An instance that is destroyed already needs another command.
            if (byId(id).stream().noneMatch(each -> each.state().equals("Destroyed"))) {
                throw error;
            }
            client.run(Call.of("expungeVirtualMachine").with("id", id), LIMIT);
        }
    }

    private static Instance instanceOf(JsonNode result) {
        return Instance.of(new JsonFields(result).object("virtualmachine"));
    }
}
