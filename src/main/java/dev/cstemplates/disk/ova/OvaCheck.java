/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.core.CheckResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * Checks that CloudStack can register an OVA for VMware and deploy it. CloudStack's parser looks for literal names
 * ({@code ovf:capacity}, {@code rasd:HostResource}), supports few units, boots from the first disk and sorts hardware versions as text.
 */
public final class OvaCheck {

    private static final String DISK_DRIVE = "17";
    private static final String NETWORK = "10";
    private static final String DISK_PREFIX = "ovf:/disk/";

    private final OvaReader ova;
    private final Ovf ovf;
    private final List<CheckResult> results = new ArrayList<>();

    private OvaCheck(OvaReader ova) {
        this.ova = ova;
        this.ovf = ova.descriptor();
    }

    public static List<CheckResult> check(OvaReader ova) {
        var check = new OvaCheck(ova);
        check.archive();
        check.namespaces();
        check.system();
        check.files();
        check.disks();
        check.hardware();
        return check.results;
    }

    private void archive() {
        var kinds = ova.members().stream()
                .map(member -> member.name().replaceFirst(".*\\.", ""))
                .toList();
        rule(
                "ova-order",
                "The archive has descriptor, manifest, disks in this order",
                kinds.size() >= 3
                        && kinds.get(0).equals("ovf")
                        && kinds.get(1).equals("mf")
                        && kinds.stream().skip(2).allMatch("vmdk"::equals),
                String.join(", ", kinds));
        var odd = ova.members().stream()
                .filter(member -> !member.isUstar() || !PlainName.isPlain(member.name()))
                .map(TarMember::name)
                .toList();
        rule(
                "ova-archive",
                "The archive is POSIX ustar with plain names",
                odd.isEmpty(),
                String.join(", ", odd)
                        + ": expected names of letters, digits, '.', '_', '+', '-', without extended headers");
        var problems = new OvaManifest(ova.file()).problems(ova.manifest(), ova.members());
        rule("ova-manifest", "The manifest has every file's digest", problems.isEmpty(), String.join("; ", problems));
        var type = ova.diskHeader().createType();
        rule("ova-disk", "The disk is streamOptimized", type.equals("streamOptimized"), type);
    }

    private void namespaces() {
        var root = ovf.root();
        rule(
                "ovf-namespaces",
                "Prefixes have the namespaces that CloudStack assumes",
                Ovf.NAMESPACE.equals(root.getNamespaceURI())
                        && "Envelope".equals(root.getLocalName())
                        && Ovf.NAMESPACE.equals(root.lookupNamespaceURI("ovf"))
                        && Ovf.VMWARE_NAMESPACE.equals(root.lookupNamespaceURI("vmw")),
                "%s; ovf is %s, vmw is %s"
                        .formatted(root.getNodeName(), root.lookupNamespaceURI("ovf"), root.lookupNamespaceURI("vmw")));
    }

    private void system() {
        var systems = ovf.named("VirtualSystem").size();
        rule(
                "ovf-system",
                "There is one virtual system",
                systems == 1 && ovf.named("VirtualSystemCollection").isEmpty(),
                systems + " and " + ovf.named("VirtualSystemCollection").size() + " collections");
        var types = texts("vssd:VirtualSystemType");
        rule(
                "ovf-hardware-version",
                "There is one hardware version",
                types.size() == 1 && types.getFirst().matches("vmx-\\d{2}"),
                types.toString());
        var sections = ovf.named("OperatingSystemSection");
        var osType = sections.size() == 1 ? sections.getFirst().getAttribute("vmw:osType") : "";
        rule(
                "ovf-os-type",
                "The guest OS is named",
                osType.matches("[A-Za-z0-9_]{1,64}"),
                sections.size() + " sections, vmw:osType '" + osType + "'");
    }

    private void files() {
        var problems = new ArrayList<String>();
        for (var file : ovf.named("File")) {
            var href = file.getAttribute("ovf:href");
            var length = lengthOf(href);
            if (!href.endsWith("vmdk")) {
                problems.add("'" + href + "' does not end in vmdk");
            } else if (length == null) {
                problems.add("'" + href + "' is not in the archive");
            } else if (!file.getAttribute("ovf:size").equals(length.toString())) {
                problems.add(
                        "'%s' has %d bytes, ovf:size is '%s'".formatted(href, length, file.getAttribute("ovf:size")));
            }
            if (file.getAttribute("ovf:id").isEmpty()) {
                problems.add("'" + href + "' has no ovf:id");
            }
        }
        rule(
                "ovf-files",
                "Referenced files are disks of the archive",
                problems.isEmpty() && !ovf.named("File").isEmpty(),
                problems.isEmpty() ? "no file is referenced" : String.join("; ", problems));
    }

    private void disks() {
        var problems = new ArrayList<String>();
        var disks = ovf.named("Disk");
        for (var disk : disks) {
            if (disk.getAttribute("ovf:diskId").isEmpty()) {
                problems.add("a disk has no ovf:diskId");
            }
            if (fileOf(disk) == null) {
                problems.add("ovf:fileRef '" + disk.getAttribute("ovf:fileRef") + "' is not the ovf:id of a file");
            }
        }
        rule(
                "ovf-disks",
                "Disks reference files",
                problems.isEmpty() && !disks.isEmpty(),
                disks.size() + " disks; " + problems);
        var capacity = disks.isEmpty() ? -1 : capacity(disks.getFirst());
        rule(
                "ovf-capacity",
                "CloudStack computes the right disk size",
                capacity == ova.size(),
                "%d bytes, the disk has %d".formatted(capacity, ova.size()));
    }

    private void hardware() {
        var drives = items(DISK_DRIVE);
        var boot = drives.isEmpty() ? null : diskOf(drives.getFirst());
        var file = boot == null ? null : fileOf(boot);
        rule(
                "ovf-boot-disk",
                "The first drive is the first disk of the archive",
                file != null
                        && file.getAttribute("ovf:href").equals(ova.diskMember().name()),
                drives.isEmpty() ? "no drive" : Ovf.child(drives.getFirst(), "rasd:HostResource"));
        var ids = ovf.named("Item").stream()
                .map(item -> Ovf.child(item, "rasd:InstanceID"))
                .toList();
        var loose = drives.stream()
                .filter(drive -> diskOf(drive) == null
                        || Ovf.child(drive, "rasd:ElementName").isEmpty()
                        || !ids.contains(Ovf.child(drive, "rasd:Parent")))
                .map(drive -> Ovf.child(drive, "rasd:InstanceID"))
                .collect(Collectors.joining(", "));
        rule(
                "ovf-drives",
                "Every drive has a disk, a name and a controller",
                loose.isEmpty()
                        && ids.stream().noneMatch(String::isEmpty)
                        && ids.stream().distinct().count() == ids.size(),
                "drives " + loose + " of items " + ids);
        var networks = ovf.named("Network").stream()
                .map(network -> network.getAttribute("ovf:name"))
                .toList();
        var connections = items(NETWORK).stream()
                .map(card -> Ovf.child(card, "rasd:Connection"))
                .toList();
        rule(
                "ovf-network",
                "There is one network, and all adapters use it",
                networks.size() == 1 && !connections.isEmpty() && networks.containsAll(connections),
                "networks %s, adapters on %s".formatted(networks, connections));
    }

    private List<Element> items(String type) {
        return ovf.named("Item").stream()
                .filter(item -> Ovf.child(item, "rasd:ResourceType").equals(type))
                .toList();
    }

    private List<String> texts(String name) {
        var nodes = ovf.document().getElementsByTagName(name);
        var texts = new ArrayList<String>();
        for (var index = 0; index < nodes.getLength(); index++) {
            texts.add(nodes.item(index).getTextContent().strip());
        }
        return texts;
    }

    private @Nullable Element diskOf(Element drive) {
        var resource = Ovf.child(drive, "rasd:HostResource");
        return !resource.startsWith(DISK_PREFIX)
                ? null
                : with(ovf.named("Disk"), "ovf:diskId", resource.substring(DISK_PREFIX.length()));
    }

    private @Nullable Element fileOf(Element disk) {
        return with(ovf.named("File"), "ovf:id", disk.getAttribute("ovf:fileRef"));
    }

    private static @Nullable Element with(List<Element> elements, String attribute, String value) {
        return elements.stream()
                .filter(element ->
                        !value.isEmpty() && element.getAttribute(attribute).equals(value))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Long lengthOf(String name) {
        return ova.members().stream()
                .filter(member -> member.name().equals(name))
                .map(TarMember::length)
                .findFirst()
                .orElse(null);
    }

    /** As CloudStack computes it: unknown units count as bytes. */
    private static long capacity(Element disk) {
        var capacity = disk.getAttribute("ovf:capacity");
        if (!capacity.matches("\\d{1,15}")) {
            return -1;
        }
        var unit = switch (disk.getAttribute("ovf:capacityAllocationUnits").toLowerCase(Locale.ROOT)) {
            case "kb", "kilobytes", "byte * 2^10" -> 10;
            case "mb", "megabytes", "byte * 2^20" -> 20;
            case "gb", "gigabytes", "byte * 2^30" -> 30;
            default -> 0;
        };
        var bytes = Math.multiplyHigh(Long.parseLong(capacity), 1L << unit);
        return bytes == 0 ? Long.parseLong(capacity) << unit : -1;
    }

    private void rule(String id, String title, boolean passed, String otherwise) {
        results.add(CheckResult.of("format." + id, title, passed, passed ? "" : otherwise));
    }
}
