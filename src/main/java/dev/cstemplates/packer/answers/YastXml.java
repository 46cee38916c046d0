/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import dev.cstemplates.core.XmlWriter;
import java.util.List;

/** Writes XML as YaST does: nested elements, with a type attribute for everything except text. */
final class YastXml {

    private final XmlWriter xml = new XmlWriter();

    YastXml() {
        xml.docType("profile");
        xml.begin(
                "profile",
                "xmlns",
                "http://www.suse.com/1.0/yast2ns",
                "xmlns:config",
                "http://www.suse.com/1.0/configns");
    }

    void map(String name, Runnable content) {
        xml.begin(name);
        content.run();
        xml.end();
    }

    void list(String name, Runnable content) {
        xml.begin(name, "config:type", "list");
        content.run();
        xml.end();
    }

    void list(String name, String each, List<String> texts) {
        list(name, () -> texts.forEach(text -> text(each, text)));
    }

    void text(String name, String text) {
        xml.leaf(name, text);
    }

    void flag(String name, boolean value) {
        xml.leaf(name, Boolean.toString(value), "config:type", "boolean");
    }

    void number(String name, int value) {
        xml.leaf(name, Integer.toString(value), "config:type", "integer");
    }

    void symbol(String name, String value) {
        xml.leaf(name, value, "config:type", "symbol");
    }

    String document() {
        return xml.document();
    }
}
