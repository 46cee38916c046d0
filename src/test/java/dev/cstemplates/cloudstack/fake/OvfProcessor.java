/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import dev.cstemplates.cloudstack.fake.FormatProcessor.BadFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Parses an OVA as CloudStack does, which compares prefixes literally. */
final class OvfProcessor {

    private static final String ENVELOPE = "http://schemas.dmtf.org/ovf/envelope/1";
    private static final int MOST_TEXT = 1 << 20;

    private OvfProcessor() {}

    /** The capacity of the first disk in bytes. */
    static long capacity(Path ova) throws IOException, BadFile {
        var sizes = new LinkedHashMap<String, Long>();
        var ovf = read(ova, sizes);
        var document = parse(ovf);
        if (elements(document, "VirtualSystem").size() != 1) {
            throw new BadFile("Expected exactly one VirtualSystem in the OVF");
        }
        checkFiles(document, sizes);
        var disks = elements(document, "Disk");
        if (disks.isEmpty()) {
            throw new BadFile("No disk was found in the OVF");
        }
        return capacity(disks.getFirst());
    }

    private static byte[] read(Path ova, Map<String, Long> sizes) throws IOException, BadFile {
        var ovf = new byte[0];
        try (var members = new TarArchiveInputStream(Files.newInputStream(ova))) {
            for (var member = members.getNextEntry(); member != null; member = members.getNextEntry()) {
                if (member.isDirectory() || !member.isFile()) {
                    throw new BadFile("The OVA contains something that is not a plain file: " + member.getName());
                }
                sizes.put(member.getName(), member.getSize());
                if (member.getName().endsWith(".ovf") && ovf.length == 0) {
                    ovf = members.readNBytes(MOST_TEXT);
                }
            }
        }
        if (ovf.length == 0) {
            throw new BadFile("Unable to locate OVF file in template package directory");
        }
        return ovf;
    }

    private static Document parse(byte[] ovf) throws IOException, BadFile {
        try {
            var factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            return factory.newDocumentBuilder().parse(new ByteArrayInputStream(ovf));
        } catch (ParserConfigurationException | SAXException e) {
            throw new BadFile("Failed to parse the OVF: " + e.getMessage());
        }
    }

    private static void checkFiles(Document document, Map<String, Long> sizes) throws BadFile {
        for (var file : elements(document, "File")) {
            var href = file.getAttribute("ovf:href");
            if (!href.endsWith("vmdk") && !href.endsWith("iso")) {
                throw new BadFile("Unknown file in the OVF: " + href);
            }
            if (!sizes.containsKey(href)) {
                throw new BadFile("The OVF names a file that isn't in the OVA: " + href);
            }
            if (!file.getAttribute("ovf:size").equals(String.valueOf(sizes.get(href)))) {
                throw new BadFile("The OVF says another size than the OVA has: " + href);
            }
        }
    }

    private static long capacity(Element disk) throws BadFile {
        var capacity = disk.getAttribute("ovf:capacity");
        if (capacity.isEmpty()) {
            throw new BadFile("A disk of the OVF has no ovf:capacity");
        }
        return Long.parseLong(capacity) * unit(disk.getAttribute("ovf:capacityAllocationUnits"));
    }

    /** Unknown units count as bytes. */
    private static long unit(String name) {
        return switch (name) {
            case "KB", "KiloBytes", "byte * 2^10" -> 1L << 10;
            case "MB", "MegaBytes", "byte * 2^20" -> 1L << 20;
            case "GB", "GigaBytes", "byte * 2^30" -> 1L << 30;
            default -> 1;
        };
    }

    private static List<Element> elements(Document document, String name) {
        NodeList found = document.getElementsByTagNameNS(ENVELOPE, name);
        var elements = new ArrayList<Element>();
        for (var i = 0; i < found.getLength(); i++) {
            if (found.item(i) instanceof Element element) {
                elements.add(element);
            }
        }
        return elements;
    }
}
