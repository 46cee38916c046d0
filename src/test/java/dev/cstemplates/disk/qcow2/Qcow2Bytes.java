/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.qcow2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** A QCOW2 file with a disk of 64 MiB: header, refcount table and L1 table, for tests to modify. */
final class Qcow2Bytes {

    private static final int CLUSTER = 65_536;

    private final ByteBuffer bytes = ByteBuffer.allocate(4 * CLUSTER);

    Qcow2Bytes() {
        intAt(0, 0x514649fb).intAt(4, 3).intAt(20, 16).longAt(24, 64L << 20);
        intAt(36, 1).longAt(40, 3 * CLUSTER);
        longAt(48, CLUSTER).intAt(56, 1);
        intAt(96, 4).intAt(100, 112);
    }

    Qcow2Bytes intAt(int offset, int value) {
        bytes.putInt(offset, value);
        return this;
    }

    Qcow2Bytes longAt(int offset, long value) {
        bytes.putLong(offset, value);
        return this;
    }

    Path writeTo(Path file) throws IOException {
        return Files.write(file, bytes.array());
    }
}
