/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.io.BoundedFile;
import dev.cstemplates.disk.io.DiskReader;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * A disk of an OVA of any maker: by default the one that the first drive of the virtual machine refers to ({@code HostResource}, then
 * {@code Disk}, then {@code File}). Names of elements count without their prefixes. {@link OvaReader} reads an OVA as CloudStack does.
 */
public final class OvaDisk implements AutoCloseable {

    private static final int MAX_DESCRIPTOR = 4 << 20;
    private static final int MAX_MANIFEST = 1 << 20;
    private static final String DISK_DRIVE = "17";

    /** Number of a chunk, appended to the name of the file (OVF specification, "ovf:chunkSize"). */
    private static final String CHUNK = ".%09d";

    private final BoundedFile archive;
    private final List<TarMember> parts;
    private final boolean isGzip;

    private OvaDisk(BoundedFile archive, List<TarMember> parts, boolean isGzip) {
        this.archive = archive;
        this.parts = List.copyOf(parts);
        this.isGzip = isGzip;
    }

    /** A disk that the descriptor declares. */
    private record Declared(String id, @Nullable Element file) {

        String href() {
            return file == null ? "no file" : attribute(file, "href");
        }
    }

    /**
     * Opens {@code path} and compares all digests of its manifest.
     *
     * @param number from 1, in the order of the drives; null for the first
     * @param warning receives what the user should know, one sentence each
     */
    public static OvaDisk open(Path path, @Nullable Integer number, Consumer<String> warning) {
        var archive = BoundedFile.open(path, "OVA");
        try {
            return select(path, archive, number, warning);
        } catch (RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private static OvaDisk select(Path path, BoundedFile archive, @Nullable Integer number, Consumer<String> warning) {
        var members = TarReader.members(archive);
        var descriptor = ending(members, ".ovf")
                .orElseThrow(() -> Failure.usage(
                        path + " is a tar archive without an OVF descriptor, so it is not an OVA",
                        "Unpack it, then name the disk."));
        var ovf = Ovf.parse(archive, descriptor.offset(), bytes(archive, descriptor, MAX_DESCRIPTOR));
        requireDigests(path, archive, members, warning);
        var disks = disks(ovf);
        if (disks.isEmpty()) {
            throw archive.broken(descriptor.offset(), "the descriptor declares no disk", "a Disk element");
        }
        if (number != null && (number < 1 || number > disks.size())) {
            throw Failure.usage(
                    "%s has %d disks, so disk %d does not exist".formatted(path, disks.size(), number),
                    "Its disks: " + list(disks) + ".");
        }
        var index = number == null ? 0 : number - 1;
        var disk = disks.get(index);
        if (disks.size() > 1) {
            warning.accept("%s has %d disks: %s. Disk %d is read; the others are not (choose with --disk N)."
                    .formatted(path, disks.size(), list(disks), index + 1));
        }
        if (disk.file() == null) {
            throw Failure.usage(
                    "Disk %d of %s is empty: the descriptor names no file for it".formatted(index + 1, path),
                    "Its disks: " + list(disks) + ". Choose with --disk N.");
        }
        var compression = attribute(disk.file(), "compression");
        if (!compression.isEmpty() && !compression.equals("gzip") && !compression.equals("identity")) {
            throw Failure.usage(
                    "%s in %s is compressed by '%s'".formatted(disk.href(), path, compression),
                    "Only gzip is supported. Unpack the OVA with tar, then the disk.");
        }
        var parts = parts(path, members, disk.file());
        return new OvaDisk(archive, parts, compression.equals("gzip"));
    }

    private static String list(List<Declared> disks) {
        var lines = new ArrayList<String>();
        for (var disk : disks) {
            lines.add((lines.size() + 1) + " = " + disk.href().replaceAll("\\p{Cntrl}", "?"));
        }
        return String.join(", ", lines);
    }

    /** The disks of the drives in their order, then those without a drive. */
    private static List<Declared> disks(Ovf ovf) {
        var files = byAttribute(ovf.local("File"), "id");
        var declared = ovf.local("Disk").stream()
                .map(disk -> new Declared(attribute(disk, "diskId"), files.get(attribute(disk, "fileRef"))))
                .toList();
        var byId = declared.stream().collect(Collectors.toMap(Declared::id, Function.identity(), (first, _) -> first));
        var disks = new ArrayList<Declared>();
        for (var name : List.of("Item", "StorageItem")) {
            for (var item : ovf.local(name)) {
                if (Ovf.localChild(item, "ResourceType").equals(DISK_DRIVE)) {
                    var resource = Ovf.localChild(item, "HostResource");
                    var id = resource.substring(resource.lastIndexOf('/') + 1);
                    var disk = resource.contains("/file/") ? new Declared(id, files.get(id)) : byId.get(id);
                    if (disk != null && !disks.contains(disk)) {
                        disks.add(disk);
                    }
                }
            }
        }
        declared.stream().filter(disk -> !disks.contains(disk)).forEach(disks::add);
        return disks;
    }

    private static Map<String, Element> byAttribute(List<Element> elements, String name) {
        var byName = new HashMap<String, Element>();
        elements.forEach(element -> byName.putIfAbsent(attribute(element, name), element));
        return byName;
    }

    private static List<TarMember> parts(Path path, List<TarMember> members, Element file) {
        var href = attribute(file, "href");
        var isChunked = !attribute(file, "chunkSize").isEmpty();
        var parts = new ArrayList<TarMember>();
        if (isChunked) {
            for (var part = named(members, href + CHUNK.formatted(0));
                    part.isPresent();
                    part = named(members, href + CHUNK.formatted(parts.size()))) {
                parts.add(part.get());
            }
        }
        if (parts.isEmpty()) {
            parts.add(named(members, href)
                    .orElseThrow(() -> Failure.build(
                            "%s has no member '%s', which its descriptor names as a disk".formatted(path, href),
                            "The OVA is incomplete: export or download it again.")));
        }
        var length = parts.stream().mapToLong(TarMember::length).sum();
        var declared = attribute(file, "size");
        if (isChunked && declared.matches("\\d{1,18}") && Long.parseLong(declared) != length) {
            throw Failure.build(
                    "The %d parts of '%s' in %s have %d bytes; the descriptor says %s"
                            .formatted(parts.size(), href, path, length, declared),
                    "A part is missing: export or download the OVA again.");
        }
        return parts;
    }

    /** By the exact name, the name of the URI, or one that differs in case only. */
    private static Optional<TarMember> named(List<TarMember> members, String href) {
        var plain = href.replaceFirst("^(\\./+)+", "");
        var decoded = decoded(plain);
        return members.stream()
                .filter(member -> member.name().equals(plain))
                .findFirst()
                .or(() -> members.stream()
                        .filter(member -> member.name().equals(decoded))
                        .findFirst())
                .or(() -> members.stream()
                        .filter(member -> member.name().equalsIgnoreCase(plain)
                                || member.name().equalsIgnoreCase(decoded))
                        .findFirst());
    }

    private static String decoded(String href) {
        try {
            return URLDecoder.decode(href.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return href;
        }
    }

    private static void requireDigests(
            Path path, BoundedFile archive, List<TarMember> members, Consumer<String> warning) {
        var manifest = ending(members, ".mf");
        if (manifest.isEmpty()) {
            warning.accept(path + " has no manifest, so its digests cannot be compared.");
            return;
        }
        var problems =
                new OvaManifest(archive).differences(bytes(archive, manifest.get(), MAX_MANIFEST), members, warning);
        if (!problems.isEmpty()) {
            throw Failure.build(
                    "%s does not match its manifest: %s".formatted(path, String.join("; ", problems)),
                    "It is damaged or was changed: export or download it again.");
        }
    }

    private static Optional<TarMember> ending(List<TarMember> members, String end) {
        return members.stream()
                .filter(member -> member.name().toLowerCase(Locale.ROOT).endsWith(end))
                .findFirst();
    }

    private static byte[] bytes(BoundedFile archive, TarMember member, int most) {
        archive.require(
                member.length() <= most,
                member.header() + 124,
                "'%s' has %d bytes".formatted(member.name(), member.length()),
                "at most " + most);
        return archive.read(member.offset(), (int) member.length()).array();
    }

    private static String attribute(Element element, String name) {
        var attributes = element.getAttributes();
        for (var index = 0; index < attributes.getLength(); index++) {
            if (name.equals(attributes.item(index).getLocalName())) {
                return attributes.item(index).getNodeValue().strip();
            }
        }
        return "";
    }

    /** The disk, read in place; empty if it is compressed, in several parts or not a VMDK, so that it has to be unpacked. */
    public Optional<DiskReader> inPlace() {
        var first = parts.getFirst();
        if (isGzip
                || parts.size() > 1
                || first.length() < 4
                || archive.read(first.offset(), 4).getInt() != 0x4b444d56) {
            return Optional.empty();
        }
        return Optional.of(VmdkReader.open(archive.part(first.offset(), first.length(), "VMDK disk in an OVA")));
    }

    public boolean isGzip() {
        return isGzip;
    }

    /** Bytes of the disk in the archive. */
    public long length() {
        return parts.stream().mapToLong(TarMember::length).sum();
    }

    /** The disk's bytes in the archive, still compressed if they are. */
    public InputStream stream() {
        return new SequenceInputStream(Collections.enumeration(parts.stream()
                .map(part -> archive.stream(part.offset(), part.length()))
                .toList()));
    }

    /** Closes the archive, and with it what {@link #inPlace} returned. */
    @Override
    public void close() {
        archive.close();
    }
}
