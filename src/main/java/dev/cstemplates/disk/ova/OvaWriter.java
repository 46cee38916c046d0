/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.Bytes;
import dev.cstemplates.disk.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Writes an OVA: a tar archive of descriptor, manifest and disk, in this order. The disk is written in place. Space of a fixed size is
 * reserved for the members before it, which depend on it: the descriptor is padded, the manifest always has the same length.
 */
public final class OvaWriter implements DiskWriter {

    private static final int BLOCK = 512;
    /** The length of a tar file is a multiple of this, two empty blocks at its end included. */
    private static final int RECORD = 20 * BLOCK;

    /** Space for the descriptor; padded with white space after the end of the document. */
    private static final int DESCRIPTOR_LENGTH = 32 * BLOCK;

    private static final long LONGEST_MEMBER = (1L << 33) - 1;

    private final DiskFile file;
    private final long size;
    private final String name;
    private final OvaMachine machine;
    private final Instant now;
    private final VmdkWriter vmdk;
    private final long vmdkStart;

    /**
     * @param size of the disk in bytes
     * @param name of the members without their endings; unsafe characters are replaced
     */
    public OvaWriter(DiskFile file, long size, String name, OvaMachine machine, Instant now) throws IOException {
        this.file = file;
        this.size = Math.ceilDiv(size, (long) BLOCK) * BLOCK;
        this.name = PlainName.of(name);
        this.machine = machine;
        this.now = now;
        var anyDigest = "0".repeat(64);
        vmdkStart = BLOCK + DESCRIPTOR_LENGTH + BLOCK + padded(manifest(anyDigest, anyDigest).length) + BLOCK;
        vmdk = new VmdkWriter(new DiskFile(file.channel(), vmdkStart), size, name, machine.hardwareVersion());
    }

    @Override
    public void write(long index, Cluster cluster) throws IOException {
        vmdk.write(index, cluster);
    }

    @Override
    public void finish(String contentDigest) throws IOException {
        vmdk.finish(contentDigest);
        if (vmdk.length() > LONGEST_MEMBER) {
            throw Failure.build(
                    "The compressed disk has %d bytes; a member of an OVA (a ustar archive) holds at most 8 GiB"
                            .formatted(vmdk.length()),
                    "Make the disk smaller, or convert it to vmdk.");
        }
        var descriptor = descriptor();
        var sha256 = Digest.Algorithm.SHA256.newDigest();
        sha256.update(descriptor);
        var manifest = manifest(Digest.hex(sha256), vmdk.sha256());
        var at = writeMember(0, name + ".ovf", descriptor);
        at = writeMember(at, name + ".mf", manifest);
        file.write(at, header(diskName(), vmdk.length()));
        var end = vmdkStart + padded(vmdk.length()) + 2L * BLOCK;
        file.end(Math.ceilDiv(end, (long) RECORD) * RECORD);
    }

    private long writeMember(long offset, String memberName, byte[] content) throws IOException {
        file.write(offset, header(memberName, content.length));
        file.write(offset + BLOCK, ByteBuffer.wrap(content));
        return offset + BLOCK + padded(content.length);
    }

    /** A POSIX ustar header; numbers are octal digits with a zero byte after them. */
    private ByteBuffer header(String memberName, long length) {
        var header = ByteBuffer.allocate(BLOCK);
        put(header, 0, memberName);
        put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
        put(header, 124, "%011o\0%011o\0".formatted(length, now.getEpochSecond()));
        // The checksum's own field counts as blanks.
        put(header, 148, " ".repeat(8));
        put(header, 156, "0");
        put(header, 257, "ustar\00000");
        put(header, 148, "%06o\0".formatted(Bytes.sum(header)));
        return header;
    }

    private static void put(ByteBuffer header, int at, String text) {
        header.put(at, text.getBytes(StandardCharsets.US_ASCII));
    }

    private byte[] descriptor() {
        var document =
                OvfWriter.document(machine, diskName(), vmdk.length(), size).getBytes(StandardCharsets.UTF_8);
        var descriptor = " ".repeat(DESCRIPTOR_LENGTH - 1).concat("\n").getBytes(StandardCharsets.US_ASCII);
        descriptor[document.length] = '\n';
        System.arraycopy(document, 0, descriptor, 0, document.length);
        return descriptor;
    }

    private byte[] manifest(String descriptorDigest, String diskDigest) {
        return "SHA256(%s.ovf)= %s\nSHA256(%s)= %s\n"
                .formatted(name, descriptorDigest, diskName(), diskDigest)
                .getBytes(StandardCharsets.UTF_8);
    }

    private String diskName() {
        return name + ".vmdk";
    }

    private static long padded(long length) {
        return Math.ceilDiv(length, (long) BLOCK) * BLOCK;
    }
}
