package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.Kind;
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
     * Starts a deployment; the job names the instance. A deployment that is refused at once may leave an instance in state Error behind,
     * which only its name finds.
     */
    public Job deploy(NewInstance instance) {
        return client.start(instance.call());
    }

    /** Waits for a deployment; a template with passwords enabled has one in the answer. */
    public Instance await(Job deployment) {
        return instanceOf(client.await(deployment, LIMIT));
    }

    /** Instances whose name contains {@code text}, the caller's own and those that the caller may see. */
    public List<Instance> named(String text) {
        return list(Call.of("listVirtualMachines").with("keyword", text)).stream()
                .filter(each -> each.name().contains(text))
                .toList();
    }

    /** Those made from a template that the caller may see. */
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

    /** Has CloudStack set a new password for a stopped instance, which its next start brings into the guest. */
    public Instance resetPassword(String id) {
        return instanceOf(client.run(Call.of("resetPasswordForVirtualMachine").with("id", id), LIMIT));
    }

    /** Destroys an instance for good, whatever its state. One that is gone is no error. */
    public void expunge(String id) {
        try {
            client.run(
                    Call.of("destroyVirtualMachine")
                            .with("id", id)
                            .with("expunge", true)
                            .idempotent(),
                    LIMIT);
        } catch (CloudStackError error) {
            if (error.kind() == Kind.NOT_FOUND) {
                return;
            }
            // One that was destroyed before is expunged by another command.
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
