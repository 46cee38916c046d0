/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.codec.Codec;
import dev.cstemplates.disk.codec.DiskWriter;
import dev.cstemplates.disk.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Writes a streamOptimized VMDK, the only kind that an OVA may contain (VMware's "Virtual Disk Format" 5.0). The file is append-only:
 * header, descriptor, compressed grains of 64 KiB, a grain table after each 32 MiB of the disk, the grain directory, the footer.
 */
public final class VmdkWriter implements DiskWriter {

    /** vSphere's limit in bytes: 62 TiB. */
    private static final long LARGEST = 62L << 40;

    private static final String ENDING = ".vmdk";
    private static final int SECTOR = 512;
    private static final int MAGIC = 0x564d444b;
    private static final int GRAIN_SECTORS = Cluster.SIZE / SECTOR;
    private static final int TABLE_ENTRIES = 512;
    private static final int TABLE_SECTORS = TABLE_ENTRIES * Integer.BYTES / SECTOR;
    private static final int DESCRIPTOR_SECTORS = 20;
    private static final int OVERHEAD_SECTORS = 128;
    /** Line-end test, compressed grains, markers. */
    private static final int FLAGS = 0x30001;

    private static final long DIRECTORY_AT_END = -1;
    private static final int MARKER_TABLE = 1;
    private static final int MARKER_DIRECTORY = 2;
    private static final int MARKER_FOOTER = 3;
    private static final int MARKER_END = 0;

    private final DiskFile file;
    private final long sectors;
    private final String name;
    private final int hardwareVersion;
    private final int[] directory;
    private final ByteBuffer table =
            ByteBuffer.allocate(TABLE_ENTRIES * Integer.BYTES).order(LITTLE_ENDIAN);
    private final ByteBuffer grain =
            ByteBuffer.allocateDirect(2 * SECTOR + Cluster.LONGEST_COMPRESSED).order(LITTLE_ENDIAN);
    private final MessageDigest sha256 = Digest.Algorithm.SHA256.newDigest();
    private long tableIndex = -1;
    private long end;

    /**
     * @param size of the disk in bytes
     * @param name of the file without its ending, for the descriptor inside it; unsafe characters are replaced
     * @param hardwareVersion of the virtual machine, for example 13
     */
    public VmdkWriter(DiskFile file, long size, String name, int hardwareVersion) throws IOException {
        this.file = file;
        this.name = PlainName.of(name) + ENDING;
        this.hardwareVersion = hardwareVersion;
        DiskWriter.requireSize("VMDK", size, LARGEST);
        sectors = Math.ceilDiv(size, (long) SECTOR);
        directory = new int[Math.toIntExact(Math.ceilDiv(sectors, (long) GRAIN_SECTORS * TABLE_ENTRIES))];
        append(header(DIRECTORY_AT_END));
        append(descriptor());
    }

    /** Length of the file so far, in bytes. */
    long length() {
        return end;
    }

    /** Completes the digest of the whole file; lower-case hexadecimal. */
    String sha256() {
        return Digest.hex(sha256);
    }

    @Override
    public void write(long index, Cluster cluster) throws IOException {
        if (index / TABLE_ENTRIES != tableIndex) {
            flushTable();
            tableIndex = index / TABLE_ENTRIES;
        }
        table.putInt((int) (index % TABLE_ENTRIES) * Integer.BYTES, sector(end));
        var compressed = cluster.compressed(Codec.ZLIB_32K).asByteBuffer();
        grain.clear()
                .putLong(index * GRAIN_SECTORS)
                .putInt(compressed.remaining())
                .put(compressed);
        while (grain.position() % SECTOR != 0) {
            grain.put((byte) 0);
        }
        append(grain.flip());
    }

    @Override
    public void finish(String contentDigest) throws IOException {
        flushTable();
        var length = Math.ceilDiv((long) directory.length * Integer.BYTES, (long) SECTOR) * SECTOR;
        append(marker(length / SECTOR, MARKER_DIRECTORY));
        var at = end;
        var bytes = ByteBuffer.allocate((int) length).order(LITTLE_ENDIAN);
        bytes.asIntBuffer().put(directory);
        append(bytes);
        append(marker(1, MARKER_FOOTER));
        append(header(at / SECTOR));
        append(marker(0, MARKER_END));
    }

    private void flushTable() throws IOException {
        if (tableIndex < 0) {
            return;
        }
        append(marker(TABLE_SECTORS, MARKER_TABLE));
        directory[(int) tableIndex] = sector(end);
        append(table.clear());
        table.clear().put(new byte[table.capacity()]);
    }

    private void append(ByteBuffer bytes) throws IOException {
        sha256.update(bytes.duplicate());
        var length = bytes.remaining();
        file.write(end, bytes);
        end += length;
    }

    /** A sector number as stored in the tables. */
    private static int sector(long offset) {
        if (offset / SECTOR > 0xFFFFFFFFL) {
            throw Failure.build("The VMDK exceeds the 2 TiB that its tables can address", "Make the disk smaller.");
        }
        return (int) (offset / SECTOR);
    }

    private static ByteBuffer marker(long sectors, int type) {
        return ByteBuffer.allocate(SECTOR)
                .order(LITTLE_ENDIAN)
                .putLong(0, sectors)
                .putInt(12, type);
    }

    private ByteBuffer header(long directorySector) {
        var header = ByteBuffer.allocate(SECTOR).order(LITTLE_ENDIAN);
        header.putInt(MAGIC).putInt(3).putInt(FLAGS);
        header.putLong(sectors).putLong(GRAIN_SECTORS);
        header.putLong(1).putLong(DESCRIPTOR_SECTORS);
        header.putInt(TABLE_ENTRIES).putLong(0).putLong(directorySector).putLong(OVERHEAD_SECTORS);
        header.put((byte) 0).put(new byte[] {'\n', ' ', '\r', '\n'});
        header.putShort((short) 1);
        return header.rewind();
    }

    /** The descriptor, padded to the first grain. */
    private ByteBuffer descriptor() {
        var cylinders = Math.min(65535, Math.max(1, sectors / (255 * 63)));
        var text = """
            # Disk DescriptorFile
            version=1
            CID=fffffffe
            parentCID=ffffffff
            createType="streamOptimized"

            # Extent description
            RDONLY %d SPARSE "%s"

            # The Disk Data Base
            #DDB

            ddb.adapterType = "lsilogic"
            ddb.geometry.cylinders = "%d"
            ddb.geometry.heads = "255"
            ddb.geometry.sectors = "63"
            ddb.virtualHWVersion = "%d"
            """.formatted(sectors, name, cylinders, hardwareVersion);
        return ByteBuffer.allocate((OVERHEAD_SECTORS - 1) * SECTOR)
                .put(text.getBytes(StandardCharsets.UTF_8))
                .rewind();
    }
}
