/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.io.BoundedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * An OVF descriptor, read as CloudStack does: by the literal names of elements and attributes, prefix included. The document may be
 * hostile: document types, entities and external references are refused, depth is limited.
 *
 * @param document parsed with namespaces, so that prefixes can be distinguished from their namespaces
 */
record Ovf(Document document) {

    static final String NAMESPACE = "http://schemas.dmtf.org/ovf/envelope/1";
    static final String VMWARE_NAMESPACE = "http://www.vmware.com/schema/ovf";

    private static final int MAX_DEPTH = 32;

    /** Parses a member of the archive; {@code offset} is that of the member, for messages. */
    static Ovf parse(BoundedFile archive, long offset, byte[] text) {
        try {
            var builder = factory().newDocumentBuilder();
            builder.setErrorHandler(new StrictErrorHandler());
            builder.setEntityResolver((publicId, systemId) -> {
                throw new SAXException("external reference: " + systemId);
            });
            return new Ovf(builder.parse(new ByteArrayInputStream(text)));
        } catch (SAXException | IOException e) {
            var place = e instanceof SAXParseException at ? " in line " + at.getLineNumber() : "";
            throw archive.broken(
                            offset, "the OVF is not valid XML%s (%s)".formatted(place, e.getMessage()), "a descriptor")
                    .because(e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("Every JDK has these features", e);
        }
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        var factory = DocumentBuilderFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setAttribute("jdk.xml.maxElementDepth", MAX_DEPTH);
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    /** Treats warnings as errors and prints nothing. */
    private static final class StrictErrorHandler implements ErrorHandler {

        @Override
        public void warning(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void error(SAXParseException exception) throws SAXException {
            throw exception;
        }

        @Override
        public void fatalError(SAXParseException exception) throws SAXException {
            throw exception;
        }
    }

    Element root() {
        return document.getDocumentElement();
    }

    /** Elements with exactly this name; if there are none, those with the prefix {@code ovf}. */
    List<Element> named(String name) {
        var plain = elements(document.getElementsByTagName(name));
        return plain.isEmpty() ? elements(document.getElementsByTagName("ovf:" + name)) : plain;
    }

    /** The text of the first child with exactly this name; empty if there is none. */
    static String child(Element parent, String name) {
        for (var child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child.getNodeName().equals(name)) {
                return child.getTextContent().strip();
            }
        }
        return "";
    }

    /** Elements with this name in any namespace, in the document's order. */
    List<Element> local(String name) {
        return elements(document.getElementsByTagNameNS("*", name));
    }

    /** The text of the first child with this name in any namespace; empty if there is none. */
    static String localChild(Element parent, String name) {
        for (var child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (name.equals(child.getLocalName())) {
                return child.getTextContent().strip();
            }
        }
        return "";
    }

    private static List<Element> elements(NodeList nodes) {
        var elements = new ArrayList<Element>();
        for (var index = 0; nodes.item(index) instanceof Element element; index++) {
            elements.add(element);
        }
        return elements;
    }
}
