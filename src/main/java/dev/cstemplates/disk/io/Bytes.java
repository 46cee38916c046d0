/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Fields of binary headers: fixed-length texts, byte sums, reserved ranges. */
public final class Bytes {

    private Bytes() {}

    /** The sum of all bytes, each from 0 to 255. */
    public static int sum(ByteBuffer bytes) {
        var sum = 0;
        for (var index = 0; index < bytes.limit(); index++) {
            sum += bytes.get(index) & 0xff;
        }
        return sum;
    }

    /** Whether all bytes from {@code from} (inclusive) to {@code to} (exclusive) are zero. */
    public static boolean isZero(ByteBuffer bytes, int from, int to) {
        for (var index = from; index < to; index++) {
            if (bytes.get(index) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Decodes one character per byte, zero bytes included. */
    public static String text(ByteBuffer bytes, int from, int length) {
        return StandardCharsets.ISO_8859_1.decode(bytes.slice(from, length)).toString();
    }

    public static String upToZero(String text) {
        var end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
