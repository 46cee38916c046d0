/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/** A hand-made VMDK with VMware's streaming layout: header, descriptor, grains, a table, the directory, footer. */
public final class VmdkImage {

    private static final int SECTOR = 512;

    private final int grain;
    private final byte[] content;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final ByteBuffer header = sector();
    private final int[] table = new int[512];

    /** {@code grain} in bytes; all grains fit into one table. */
    VmdkImage(int size, int grain) {
        this.grain = grain;
        this.content = new byte[size];
        header.putInt(0, 0x564d444b).putInt(4, 3).putInt(8, 3 << 16 | 1).putLong(12, size / SECTOR);
        header.putLong(20, (long) grain / SECTOR)
                .putLong(28, 1)
                .putLong(36, 1)
                .putInt(44, 512)
                .putLong(56, -1)
                .putLong(64, 2);
        header.putInt(73, 0x0a0d200a).putShort(77, (short) 1);
        write(header);
        var descriptor =
                "# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType=\"streamOptimized\"\n"
                        + "RW " + size / SECTOR + " SPARSE \"disk.vmdk\"\n";
        write(sector().put(0, descriptor.getBytes(StandardCharsets.US_ASCII)));
    }

    public static VmdkImage mixed(int grain) {
        return new VmdkImage(9 * grain + grain / 2, grain)
                .grain(0, Sample.noise(grain, 1))
                .grain(1, Sample.text(grain))
                .grain(4, Sample.text(grain))
                .grain(9, Sample.noise(grain, 2));
    }

    VmdkImage grain(int number, byte[] bytes) {
        var deflater = new Deflater(6);
        deflater.setInput(bytes);
        deflater.finish();
        var stream = new byte[2 * grain];
        var length = deflater.deflate(stream);
        deflater.end();
        table[number] = file.size() / SECTOR;
        var marker = ByteBuffer.allocate((12 + length + 511) / SECTOR * SECTOR).order(ByteOrder.LITTLE_ENDIAN);
        marker.putLong(0, (long) number * (grain / SECTOR)).putInt(8, length).put(12, stream, 0, length);
        write(marker);
        System.arraycopy(bytes, 0, content, number * grain, Math.min(grain, content.length - number * grain));
        return this;
    }

    public Sample sample() {
        var grains =
                IntStream.of(table).filter(sector -> sector != 0).flatMap(sector -> Sample.range(sector * SECTOR, 16));
        var inTables = IntStream.concat(Sample.range(0, 80), Sample.range(SECTOR, 140));
        write(marker(4, 1));
        var tableAt = file.size();
        var entries = ByteBuffer.allocate(table.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        entries.asIntBuffer().put(table);
        write(entries);
        write(marker(1, 2));
        var directoryAt = file.size();
        write(sector().putInt(0, tableAt / SECTOR));
        write(marker(1, 3));
        var footerAt = file.size();
        write(header.duplicate().order(ByteOrder.LITTLE_ENDIAN).putLong(56, directoryAt / SECTOR));
        write(sector());
        var tables = IntStream.concat(Sample.range(tableAt, 44), Sample.range(directoryAt, 8));
        var places = IntStream.concat(
                IntStream.concat(inTables, tables),
                IntStream.concat(grains, Sample.range(footerAt - SECTOR, 2 * SECTOR + 80)));
        return new Sample(file.toByteArray(), content, places.toArray(), VmdkImage::repaired);
    }

    /** The file with its header copied to its end. */
    static byte[] repaired(byte[] bytes) {
        if (bytes.length < 4 * SECTOR) {
            return bytes;
        }
        var repaired = bytes.clone();
        var footer = bytes.length - 2 * SECTOR;
        System.arraycopy(bytes, 0, repaired, footer, 56);
        System.arraycopy(bytes, 64, repaired, footer + 64, SECTOR - 64);
        return repaired;
    }

    private static ByteBuffer marker(int sectors, int type) {
        return sector().putLong(0, sectors).putInt(12, type);
    }

    private static ByteBuffer sector() {
        return ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void write(ByteBuffer bytes) {
        var array = new byte[bytes.capacity()];
        bytes.get(0, array);
        file.writeBytes(array);
    }
}
