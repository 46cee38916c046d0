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
 * One disk of an artifact, which becomes one template.
 *
 * @param manifest the artifact's
 * @param entry the disk's
 */
public record TemplateDisk(Manifest manifest, Manifest.FileEntry entry, Path file) {

    /** CloudStack's names of the hypervisors; the server ignores case, but lists contain these. */
    private static final Map<String, String> HYPERVISORS =
            Map.of("kvm", "KVM", "xenserver", "XenServer", "vmware", "VMware", "hyperv", "Hyperv");

    /** The disks of an artifact for some hypervisors such as {@code kvm}; all disks for an empty list. */
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

    /** CloudStack's name of the hypervisor. */
    public String hypervisor() {
        return HYPERVISORS.getOrDefault(entry.hypervisor(), entry.hypervisor());
    }

    /** CloudStack's name of the format. The server does not check that it matches the hypervisor, so it comes from the disk. */
    public String format() {
        return entry.format().toUpperCase(Locale.ROOT);
    }

    /** The template's name until it is promoted; unique to this disk. */
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

    /** The tags of the disk's template. */
    public Map<String, String> tags() {
        return Map.of(
                TemplateTags.ID, manifest.id(),
                TemplateTags.VERSION, manifest.version(),
                TemplateTags.ARCHITECTURE, manifest.architecture(),
                TemplateTags.DIGEST, entry.sha256());
    }

    Delivery.OfferedFile item() {
        return new Delivery.OfferedFile(file, entry.sha256());
    }
}
