package dev.cstemplates.packer.answers;

import java.io.Writer;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes XML as YaST does: nested elements, with a type attribute for everything except text. */
final class YastXml implements AutoCloseable {

    private static final String YAST = "http://www.suse.com/1.0/yast2ns";
    private static final String CONFIG = "http://www.suse.com/1.0/configns";

    private final XMLStreamWriter out;
    private int depth;

    YastXml(Writer target) throws XMLStreamException {
        out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(target);
        out.writeStartDocument("UTF-8", "1.0");
        out.writeCharacters("\n");
        out.writeDTD("<!DOCTYPE profile>");
        out.writeCharacters("\n");
        out.writeStartElement("profile");
        out.writeDefaultNamespace(YAST);
        out.writeNamespace("config", CONFIG);
    }

    /** Writes the content of an element. */
    @FunctionalInterface
    interface ElementWriter {
        void write() throws XMLStreamException;
    }

    void map(String name, ElementWriter content) throws XMLStreamException {
        open(name, "");
        nested(content);
    }

    void list(String name, ElementWriter content) throws XMLStreamException {
        open(name, "list");
        nested(content);
    }

    void list(String name, String each, List<String> texts) throws XMLStreamException {
        list(name, () -> {
            for (var text : texts) {
                text(each, text);
            }
        });
    }

    void text(String name, String text) throws XMLStreamException {
        leaf(name, "", text);
    }

    void flag(String name, boolean value) throws XMLStreamException {
        leaf(name, "boolean", Boolean.toString(value));
    }

    void number(String name, int value) throws XMLStreamException {
        leaf(name, "integer", Integer.toString(value));
    }

    void symbol(String name, String value) throws XMLStreamException {
        leaf(name, "symbol", value);
    }

    private void leaf(String name, String type, String text) throws XMLStreamException {
        open(name, type);
        out.writeCharacters(text);
        out.writeEndElement();
    }

    private void nested(ElementWriter content) throws XMLStreamException {
        depth++;
        content.write();
        depth--;
        line();
        out.writeEndElement();
    }

    private void open(String name, String type) throws XMLStreamException {
        line();
        out.writeStartElement(name);
        if (!type.isEmpty()) {
            out.writeAttribute("config", CONFIG, "type", type);
        }
    }

    private void line() throws XMLStreamException {
        out.writeCharacters("\n" + "  ".repeat(depth + 1));
    }

    @Override
    public void close() throws XMLStreamException {
        out.writeCharacters("\n");
        out.writeEndElement();
        out.writeCharacters("\n");
        out.writeEndDocument();
        out.close();
    }
}
