/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class XmlWriterTest {

    @Test
    void writesAnIndentedDocument() {
        var xml = new XmlWriter();
        xml.docType("profile");
        xml.begin("profile", "xmlns", "urn:one", "xmlns:two", "urn:two");
        xml.begin("list", "two:type", "a \"list\" & more");
        xml.leaf("item", "1 < 2 & 3 > 2 \u00fc", "two:type", "integer");
        xml.empty("item", "n", "2");
        xml.end();
        xml.leaf("empty", "");

        assertThat(xml.document()).isEqualTo("""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE profile>
            <profile xmlns="urn:one" xmlns:two="urn:two">
              <list two:type="a &quot;list&quot; &amp; more">
                <item two:type="integer">1 &lt; 2 &amp; 3 &gt; 2 \u00fc</item>
                <item n="2"/>
              </list>
              <empty></empty>
            </profile>
            """);
    }

    @Test
    void leavesOutWhatXmlCannotHold() {
        var xml = new XmlWriter();
        xml.leaf("a", "1\u0000\u001b2\t\n3\ud8004\ud83d\ude00\uffff", "b", "5\u00076");

        assertThat(xml.document()).endsWith("<a b=\"56\">12\t\n34\ud83d\ude00</a>\n");
    }
}
