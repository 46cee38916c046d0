package dev.cstemplates.disk.ova;

import dev.cstemplates.core.Firmware;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

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

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;
    private int depth;

    private OvfWriter() throws XMLStreamException {
        xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
    }

    /**
     * The document.
     *
     * @param disk name of the VMDK member
     * @param diskLength length of that file in bytes
     * @param capacity size of the disk in bytes
     */
    static String document(OvaMachine machine, String disk, long diskLength, long capacity) {
        try {
            var ovf = new OvfWriter();
            ovf.envelope(machine, disk, diskLength, capacity);
            return ovf.text.toString();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
    }

    private void envelope(OvaMachine machine, String disk, long diskLength, long capacity) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        begin("Envelope");
        xml.writeDefaultNamespace(ENVELOPE);
        xml.writeNamespace("ovf", ENVELOPE);
        xml.writeNamespace("rasd", CIM + "CIM_ResourceAllocationSettingData");
        xml.writeNamespace("vssd", CIM + "CIM_VirtualSystemSettingData");
        xml.writeNamespace("vmw", "http://www.vmware.com/schema/ovf");
        begin("References");
        empty("File", Map.of("ovf:id", "file1", "ovf:href", disk, "ovf:size", Long.toString(diskLength)));
        end();
        begin("DiskSection");
        leaf("Info", "The machine's disk");
        empty(
                "Disk",
                Map.of(
                        "ovf:diskId", "vmdisk1",
                        "ovf:fileRef", "file1",
                        "ovf:capacity", Long.toString(capacity),
                        "ovf:capacityAllocationUnits", "byte",
                        "ovf:format", "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized"));
        end();
        begin("NetworkSection");
        leaf("Info", "The machine's networks");
        begin("Network", Map.of("ovf:name", NETWORK));
        leaf("Description", "The network that the machine is attached to");
        end();
        end();
        system(machine);
        end();
        xml.writeEndDocument();
    }

    private void system(OvaMachine machine) throws XMLStreamException {
        begin("VirtualSystem", Map.of("ovf:id", "vm"));
        leaf("Info", "A template for Apache CloudStack");
        leaf("Name", displayName(machine.title()));
        begin("OperatingSystemSection", Map.of("ovf:id", CIM_LINUX_64, "vmw:osType", machine.osType()));
        leaf("Info", "The operating system");
        leaf("Description", displayName(machine.title()));
        end();
        begin("VirtualHardwareSection");
        leaf("Info", "The machine's hardware");
        begin("System");
        leaf("vssd:ElementName", "Virtual Hardware Family");
        leaf("vssd:InstanceID", "0");
        leaf("vssd:VirtualSystemIdentifier", "vm");
        leaf("vssd:VirtualSystemType", "vmx-%02d".formatted(machine.hardwareVersion()));
        end();
        hardware(machine);
        end();
        end();
    }

    /** Elements of an item are in alphabetical order, as the schema requires. */
    private void hardware(OvaMachine machine) throws XMLStreamException {
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
        empty(
                "vmw:Config",
                Map.of(
                        "ovf:required",
                        "false",
                        "vmw:key",
                        "firmware",
                        "vmw:value",
                        machine.firmware() == Firmware.UEFI ? "efi" : "bios"));
    }

    private void item(String... namesAndValues) throws XMLStreamException {
        begin("Item");
        for (var index = 0; index < namesAndValues.length; index += 2) {
            leaf("rasd:" + namesAndValues[index], namesAndValues[index + 1]);
        }
        end();
    }

    private void begin(String name) throws XMLStreamException {
        indent();
        xml.writeStartElement(name);
        depth++;
    }

    private void begin(String name, Map<String, String> attributes) throws XMLStreamException {
        begin(name);
        attributes(attributes);
    }

    private void empty(String name, Map<String, String> attributes) throws XMLStreamException {
        indent();
        xml.writeEmptyElement(name);
        attributes(attributes);
    }

    /** Sorted by name, so that the output is reproducible. */
    private void attributes(Map<String, String> attributes) throws XMLStreamException {
        for (var attribute : new TreeMap<>(attributes).entrySet()) {
            xml.writeAttribute(attribute.getKey(), attribute.getValue());
        }
    }

    private void leaf(String name, String value) throws XMLStreamException {
        indent();
        xml.writeStartElement(name);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }

    /** Text without what XML 1.0 can't hold (control characters, halves of surrogate pairs), cut to {@link #MAX_NAME} characters. */
    private static String displayName(String text) {
        return text.codePoints()
                .map(each -> isXml(each) ? each : ' ')
                .limit(MAX_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isXml(int codePoint) {
        return !Character.isISOControl(codePoint)
                && Character.getType(codePoint) != Character.SURROGATE
                && codePoint != 0xFFFE
                && codePoint != 0xFFFF;
    }

    private void end() throws XMLStreamException {
        depth--;
        indent();
        xml.writeEndElement();
    }

    private void indent() throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }
}
