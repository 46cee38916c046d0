/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Sha256;
import dev.cstemplates.disk.Sample;
import dev.cstemplates.disk.io.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A hand-made OVA; valid for CloudStack unless a test changes it. */
public final class OvaImage {

    private static final int BLOCK = 512;

    private final Sample disk;
    private String descriptor;
    private boolean manifestIsRight = true;
    private String[] order = {"disk.ovf", "disk.mf", "disk.vmdk"};

    public OvaImage(Sample disk) {
        this.disk = disk;
        this.descriptor =
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
                    xmlns:vmw="http://www.vmware.com/schema/ovf"
                    xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"
                    xmlns:vssd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData">
                  <References><File ovf:id="file1" ovf:href="disk.vmdk" ovf:size="@SIZE@"/></References>
                  <DiskSection><Info/><Disk ovf:diskId="vmdisk1" ovf:fileRef="file1" ovf:capacity="@CAPACITY@"
                      ovf:capacityAllocationUnits="byte"/></DiskSection>
                  <NetworkSection><Info/><Network ovf:name="VM Network"><Description/></Network></NetworkSection>
                  <VirtualSystem ovf:id="vm"><Info/>
                    <OperatingSystemSection ovf:id="96" vmw:osType="debian11_64Guest"><Info/></OperatingSystemSection>
                    <VirtualHardwareSection><Info/>
                      <System><vssd:VirtualSystemType>vmx-13</vssd:VirtualSystemType></System>
                      <Item><rasd:ElementName>SCSI</rasd:ElementName><rasd:InstanceID>3</rasd:InstanceID>
                        <rasd:ResourceType>6</rasd:ResourceType></Item>
                      <Item><rasd:ElementName>Disk</rasd:ElementName><rasd:HostResource>ovf:/disk/vmdisk1</rasd:HostResource>
                        <rasd:InstanceID>4</rasd:InstanceID><rasd:Parent>3</rasd:Parent>
                        <rasd:ResourceType>17</rasd:ResourceType></Item>
                      <Item><rasd:Connection>VM Network</rasd:Connection><rasd:ElementName>Network</rasd:ElementName>
                        <rasd:InstanceID>5</rasd:InstanceID><rasd:ResourceType>10</rasd:ResourceType></Item>
                    </VirtualHardwareSection>
                  </VirtualSystem>
                </Envelope>
                """.replace("@SIZE@", "" + disk.file().length).replace("@CAPACITY@", "" + disk.content().length);
    }

    OvaImage with(String text, String other) {
        if (!descriptor.contains(text)) {
            throw new IllegalArgumentException("The descriptor has no " + text);
        }
        descriptor = descriptor.replace(text, other);
        return this;
    }

    OvaImage withWrongManifest() {
        manifestIsRight = false;
        return this;
    }

    OvaImage inOrder(String... names) {
        order = names;
        return this;
    }

    public Sample sample() {
        var file = new ByteArrayOutputStream();
        var places = IntStream.builder();
        for (var name : order) {
            var bytes = bytes(name);
            Sample.range(file.size(), 160).forEach(places::add);
            Sample.range(file.size() + 257, 8).forEach(places::add);
            var at = file.size() + BLOCK;
            if (name.endsWith(".vmdk")) {
                Arrays.stream(disk.tables()).forEach(place -> places.add(at + place));
            } else {
                // Fewer positions in text than in headers.
                Sample.range(at, bytes.length).filter(place -> place % 8 == 0).forEach(places::add);
            }
            file.writeBytes(header(name, bytes.length));
            file.writeBytes(bytes);
            file.writeBytes(new byte[(BLOCK - bytes.length % BLOCK) % BLOCK]);
        }
        file.writeBytes(new byte[2 * BLOCK]);
        return new Sample(file.toByteArray(), disk.content(), places.build().toArray(), OvaImage::repaired);
    }

    private byte[] bytes(String name) {
        if (name.endsWith(".vmdk")) {
            return disk.file();
        }
        var text = name.endsWith(".mf") ? manifest() : descriptor;
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String manifest() {
        return "SHA256(disk.ovf)= " + Sha256.of(manifestIsRight ? descriptor : "other") + "\nSHA256(disk.vmdk)= "
                + Sha256.of(disk.file()) + "\n";
    }

    private static byte[] header(String name, int length) {
        var block = ByteBuffer.allocate(BLOCK);
        text(block, 0, name);
        text(block, 100, "0000644\0" + "0000000\0" + "0000000\0" + "%011o\0".formatted(length) + "00000000000\0");
        text(block, 156, "0");
        text(block, 257, "ustar\00000");
        return checksum(block).array();
    }

    /** The file with fixed checksums in all headers that can be found. */
    static byte[] repaired(byte[] bytes) {
        var repaired = bytes.clone();
        for (var at = 0; at + BLOCK <= bytes.length; at += BLOCK) {
            if (bytes[at + 257] == 'u' && bytes[at + 258] == 's') {
                var block = checksum(ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, at + BLOCK)));
                System.arraycopy(block.array(), 0, repaired, at, BLOCK);
            }
        }
        return repaired;
    }

    private static ByteBuffer checksum(ByteBuffer block) {
        text(block, 148, "        ");
        var sum = Bytes.sum(block);
        text(block, 148, "%06o\0 ".formatted(sum));
        return block;
    }

    private static void text(ByteBuffer block, int at, String text) {
        block.put(at, text.getBytes(StandardCharsets.US_ASCII));
    }
}
