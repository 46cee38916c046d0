package dev.cstemplates.publish;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.delivery.Delivery;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One disk of an artifact: what becomes one template.
 *
 * @param manifest the artifact's
 * @param entry the disk's
 */
public record TemplateDisk(Manifest manifest, Manifest.Entry entry, Path file) {

    /** CloudStack's names of the hypervisors; the server does not mind case, but lists answer with these. */
    private static final Map<String, String> HYPERVISORS =
            Map.of("kvm", "KVM", "xenserver", "XenServer", "vmware", "VMware", "hyperv", "Hyperv");

    /** The disks of an artifact for some hypervisors, named as {@code kvm}; all of them for an empty list. */
    public static List<TemplateDisk> of(Artifact artifact, List<String> hypervisors) {
        var disks = artifact.manifest().files().stream()
                .filter(entry -> entry.role().equals("disk"))
                .map(entry -> new TemplateDisk(artifact.manifest(), entry, artifact.file(entry)))
                .toList();
        for (var hypervisor : hypervisors) {
            if (disks.stream().noneMatch(disk -> disk.entry.hypervisor().equals(hypervisor))) {
                throw Failure.usage(
                        artifact.reference() + " has no disk for " + hypervisor,
                        "Build it with one: 'cst build " + artifact.manifest().id() + " --formats …'.");
            }
        }
        return disks.stream()
                .filter(disk -> hypervisors.isEmpty()
                        || hypervisors.contains(disk.entry().hypervisor()))
                .toList();
    }

    public String reference() {
        return manifest.id() + "@" + manifest.version();
    }

    /** As CloudStack calls it. */
    public String hypervisor() {
        return HYPERVISORS.getOrDefault(entry.hypervisor(), entry.hypervisor());
    }

    /** As CloudStack calls it; it never checks that it fits the hypervisor, so it comes with the disk. */
    public String format() {
        return entry.format().toUpperCase(Locale.ROOT);
    }

    /** What the template is called until it is promoted; unique to this disk. */
    public String candidateName() {
        return String.join("-", manifest.id(), manifest.version(), manifest.architecture(), entry.hypervisor());
    }

    /** The text below the name; it identifies the disk before there are tags. */
    public String displayText() {
        return "%s, %s for %s, sha256 %s"
                .formatted(
                        manifest.title(),
                        reference(),
                        hypervisor(),
                        entry.sha256().substring(0, 16));
    }

    /** What every template of this disk is tagged with. */
    public Map<String, String> tags() {
        return Map.of(
                TemplateTags.ID, manifest.id(),
                TemplateTags.VERSION, manifest.version(),
                TemplateTags.ARCHITECTURE, manifest.architecture(),
                TemplateTags.DIGEST, entry.sha256());
    }

    Delivery.Item item() {
        return new Delivery.Item(file, entry.sha256());
    }
}
