/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import dev.cstemplates.core.PlainText;

/** Makes text that a guest wrote safe to show. */
final class TextSanitizer {

    private TextSanitizer() {}

    /** Without characters that XML 1.0 does not allow: control characters, lone surrogates. */
    static String clean(String text) {
        var kept = new StringBuilder(text.length());
        text.codePoints().filter(TextSanitizer::isLegal).forEach(kept::appendCodePoint);
        return kept.toString();
    }

    /** A terminal's output as plain lines. */
    static String plain(String text) {
        return clean(PlainText.withoutEscapes(text).replace("\r\n", "\n").replace('\r', '\n'));
    }

    /** With question marks instead of lone surrogates, which UTF-8 cannot encode. */
    static String wellFormed(String text) {
        return text.codePoints()
                .map(each -> each >= 0xd800 && each <= 0xdfff ? '?' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isLegal(int each) {
        return each == '\t'
                || each == '\n'
                || each == '\r'
                || (each >= 0x20 && each <= 0x7e)
                || each == 0x85
                || (each >= 0xa0 && each <= 0xd7ff)
                || (each >= 0xe000 && each <= 0xfffd)
                || each >= 0x10000;
    }
}
