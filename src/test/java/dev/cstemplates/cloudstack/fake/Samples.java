/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The recordings' files, reduced to what the secondary storage VM checks. */
final class Samples {

    static final long SIZE = 64L << 20;
    private static final int LENGTH = 300_000;

    private Samples() {}

    static void offer(WebServer web) throws IOException {
        web.offer("tiny.qcow2", qcow2(3, 0, 0));
        web.offer("big.qcow2", qcow2(3, 0, 0));
        web.offer("tiny.img", qcow2(3, 0, 0));
        web.offer("v2.qcow2", qcow2(2, 0, 0));
        web.offer("tinyc.qcow2", qcow2(3, 0, 0));
        web.offer("zstd.qcow2", qcow2(3, 0, 1 << 3));
        web.offer("extl2.qcow2", qcow2(3, 0, 1 << 4));
        web.offer("backing.qcow2", qcow2(3, 512, 0));
        web.offer("half.qcow2", Arrays.copyOf(qcow2(3, 0, 0), LENGTH / 2));
        web.offer("tiny-wrong.qcow2", vhd());
        web.offer("text.qcow2", "some text\n".repeat(1200).getBytes(StandardCharsets.US_ASCII));
        web.offer("garbage.qcow2", noise());
        web.offer("notanova.ova", noise());
        web.offer("tiny.vhd", vhd());
        web.offer("tiny.raw", new byte[LENGTH]);
        web.offer("tiny.ova", ova());
    }

    static byte[] noise() {
        var noise = new byte[LENGTH];
        new Random(7).nextBytes(noise);
        noise[0] = 1;
        return noise;
    }

    static byte[] qcow2(int version, long backingFile, long incompatible) {
        return ByteBuffer.wrap(noise())
                .putInt(0, 0x514649fb)
                .putInt(4, version)
                .putLong(8, backingFile)
                .putLong(24, SIZE)
                .putLong(72, incompatible)
                .array();
    }

    static byte[] vhd() {
        return ByteBuffer.wrap(noise())
                .put(0, "conectix".getBytes(StandardCharsets.US_ASCII))
                .putLong(48, SIZE)
                .array();
    }

    static byte[] ova() throws IOException {
        var disk = noise();
        var ovf = """
            <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">
            <References><File ovf:href="tiny-disk1.vmdk" ovf:id="f1" ovf:size="%d"/></References>
            <DiskSection><Disk ovf:capacity="64" ovf:capacityAllocationUnits="byte * 2^20" ovf:fileRef="f1"/></DiskSection>
            <VirtualSystem ovf:id="tiny"/>
            </Envelope>\
            """.formatted(disk.length);
        var ova = new ByteArrayOutputStream();
        try (var members = new TarArchiveOutputStream(ova)) {
            add(members, "tiny.ovf", ovf.getBytes(StandardCharsets.UTF_8));
            add(members, "tiny-disk1.vmdk", disk);
        }
        return ova.toByteArray();
    }

    private static void add(TarArchiveOutputStream members, String name, byte[] content) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        members.putArchiveEntry(entry);
        members.write(content);
        members.closeArchiveEntry();
    }
}
