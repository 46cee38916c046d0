/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Firmware;
import dev.cstemplates.core.XmlWriter;

/**
 * Writes the OVF descriptor of a virtual machine with one disk, as CloudStack's parser requires: the literal prefixes {@code ovf},
 * {@code rasd} and {@code vmw}, one VirtualSystem, one hardware version, the capacity in bytes.
 */
final class OvfWriter {

    private static final String ENVELOPE = "http://schemas.dmtf.org/ovf/envelope/1";
    private static final String CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";
    private static final String NETWORK = "VM Network";
    /** "Linux 64-Bit" in the CIM schema; vSphere and CloudStack use vmw:osType. */
    private static final String CIM_LINUX_64 = "101";

    /** Resource types of the CIM schema. */
    private static final int CPU = 3;

    private static final int MEMORY = 4;
    private static final int SCSI = 6;
    private static final int ETHERNET = 10;
    private static final int DISK = 17;

    /** vSphere's limit for the name of a virtual machine, in characters. */
    private static final int MAX_NAME = 80;

    private final XmlWriter xml = new XmlWriter();

    private OvfWriter() {}

    /**
     * The document.
     *
     * @param disk name of the VMDK member
     * @param diskLength length of that file in bytes
     * @param capacity size of the disk in bytes
     */
    static String document(OvaMachine machine, String disk, long diskLength, long capacity) {
        var ovf = new OvfWriter();
        ovf.envelope(machine, disk, diskLength, capacity);
        return ovf.xml.document();
    }

    private void envelope(OvaMachine machine, String disk, long diskLength, long capacity) {
        xml.begin(
                "Envelope",
                "xmlns",
                ENVELOPE,
                "xmlns:ovf",
                ENVELOPE,
                "xmlns:rasd",
                CIM + "CIM_ResourceAllocationSettingData",
                "xmlns:vssd",
                CIM + "CIM_VirtualSystemSettingData",
                "xmlns:vmw",
                "http://www.vmware.com/schema/ovf");
        xml.begin("References");
        xml.empty("File", "ovf:href", disk, "ovf:id", "file1", "ovf:size", Long.toString(diskLength));
        xml.end();
        xml.begin("DiskSection");
        xml.leaf("Info", "The machine's disk");
        xml.empty(
                "Disk",
                "ovf:capacity",
                Long.toString(capacity),
                "ovf:capacityAllocationUnits",
                "byte",
                "ovf:diskId",
                "vmdisk1",
                "ovf:fileRef",
                "file1",
                "ovf:format",
                "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized");
        xml.end();
        xml.begin("NetworkSection");
        xml.leaf("Info", "The machine's networks");
        xml.begin("Network", "ovf:name", NETWORK);
        xml.leaf("Description", "The network that the machine is attached to");
        xml.end();
        xml.end();
        system(machine);
        xml.end();
    }

    private void system(OvaMachine machine) {
        xml.begin("VirtualSystem", "ovf:id", "vm");
        xml.leaf("Info", "A template for Apache CloudStack");
        xml.leaf("Name", displayName(machine.title()));
        xml.begin("OperatingSystemSection", "ovf:id", CIM_LINUX_64, "vmw:osType", machine.osType());
        xml.leaf("Info", "The operating system");
        xml.leaf("Description", displayName(machine.title()));
        xml.end();
        xml.begin("VirtualHardwareSection");
        xml.leaf("Info", "The machine's hardware");
        xml.begin("System");
        xml.leaf("vssd:ElementName", "Virtual Hardware Family");
        xml.leaf("vssd:InstanceID", "0");
        xml.leaf("vssd:VirtualSystemIdentifier", "vm");
        xml.leaf("vssd:VirtualSystemType", "vmx-%02d".formatted(machine.hardwareVersion()));
        xml.end();
        hardware(machine);
        xml.end();
        xml.end();
    }

    /** Elements of an item are in alphabetical order, as the schema requires. */
    private void hardware(OvaMachine machine) {
        item(
                "AllocationUnits",
                "hertz * 10^6",
                "ElementName",
                machine.cpus() + " virtual CPUs",
                "InstanceID",
                "1",
                "ResourceType",
                Integer.toString(CPU),
                "VirtualQuantity",
                Integer.toString(machine.cpus()));
        item(
                "AllocationUnits",
                "byte * 2^20",
                "ElementName",
                machine.memoryMiB() + " MiB of memory",
                "InstanceID",
                "2",
                "ResourceType",
                Integer.toString(MEMORY),
                "VirtualQuantity",
                Long.toString(machine.memoryMiB()));
        item(
                "Address", "0",
                "ElementName", "SCSI controller 0",
                "InstanceID", "3",
                "ResourceSubType", "VirtualSCSI",
                "ResourceType", Integer.toString(SCSI));
        item(
                "AddressOnParent", "0",
                "ElementName", "Hard disk 1",
                "HostResource", "ovf:/disk/vmdisk1",
                "InstanceID", "4",
                "Parent", "3",
                "ResourceType", Integer.toString(DISK));
        item(
                "AddressOnParent", "7",
                "AutomaticAllocation", "true",
                "Connection", NETWORK,
                "ElementName", "Network adapter 1",
                "InstanceID", "5",
                "ResourceSubType", "VmxNet3",
                "ResourceType", Integer.toString(ETHERNET));
        xml.empty(
                "vmw:Config",
                "ovf:required",
                "false",
                "vmw:key",
                "firmware",
                "vmw:value",
                machine.firmware() == Firmware.UEFI ? "efi" : "bios");
    }

    private void item(String... namesAndValues) {
        xml.begin("Item");
        for (var index = 0; index < namesAndValues.length; index += 2) {
            xml.leaf("rasd:" + namesAndValues[index], namesAndValues[index + 1]);
        }
        xml.end();
    }

    /** The text on one line, cut to {@link #MAX_NAME} characters. */
    private static String displayName(String text) {
        return text.replaceAll("\\p{Cc}", " ")
                .codePoints()
                .limit(MAX_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
