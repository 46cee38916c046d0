package dev.cstemplates.core;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Builds an indented XML document in memory. Names are written as given, prefix included; namespaces are declared by attributes. Attributes
 * are pairs of name and value, in the order of the document. Characters that XML 1.0 cannot hold, such as control characters and lone
 * surrogates, are left out.
 */
public final class XmlWriter {

    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml;
    private int depth;

    /** One call to the JDK's writer. */
    @FunctionalInterface
    private interface Step {
        void run() throws XMLStreamException;
    }

    /** A document in UTF-8. */
    public XmlWriter() {
        try {
            xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
    }

    /** A document type without a definition. */
    public void docType(String root) {
        write(() -> xml.writeDTD("<!DOCTYPE " + root + ">"));
    }

    /** Opens an element with children. */
    public void begin(String name, String... attributes) {
        write(() -> xml.writeStartElement(name));
        attributes(attributes);
        depth++;
    }

    /** Closes the element that was opened last. */
    public void end() {
        depth--;
        write(xml::writeEndElement);
    }

    /** An element with text only. */
    public void leaf(String name, String content, String... attributes) {
        write(() -> xml.writeStartElement(name));
        attributes(attributes);
        run(() -> xml.writeCharacters(legal(content)));
        run(xml::writeEndElement);
    }

    /** An element without content. */
    public void empty(String name, String... attributes) {
        write(() -> xml.writeEmptyElement(name));
        attributes(attributes);
    }

    /** Closes all open elements and returns the whole document. */
    public String document() {
        while (depth > 0) {
            end();
        }
        run(() -> {
            xml.writeCharacters("\n");
            xml.writeEndDocument();
            xml.close();
        });
        return text.toString();
    }

    private void attributes(String... namesAndValues) {
        for (var index = 0; index < namesAndValues.length; index += 2) {
            var name = namesAndValues[index];
            var value = namesAndValues[index + 1];
            run(() -> xml.writeAttribute(name, legal(value)));
        }
    }

    private static String legal(String content) {
        return content.codePoints()
                .filter(XmlWriter::isLegal)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isLegal(int codePoint) {
        return codePoint == '\t'
                || codePoint == '\n'
                || codePoint == '\r'
                || (!Character.isISOControl(codePoint)
                        && Character.getType(codePoint) != Character.SURROGATE
                        && codePoint != 0xfffe
                        && codePoint != 0xffff);
    }

    private void write(Step step) {
        run(() -> xml.writeCharacters("\n" + "  ".repeat(depth)));
        run(step);
    }

    private static void run(Step step) {
        try {
            step.run();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
    }
}
