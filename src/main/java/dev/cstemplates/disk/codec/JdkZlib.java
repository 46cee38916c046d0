/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.codec;

import java.lang.foreign.MemorySegment;
import java.util.zip.Deflater;

/** zlib streams by the JDK, where libdeflate is missing. */
final class JdkZlib implements Compressor {

    private final Deflater deflater = new Deflater();

    @Override
    public long compress(MemorySegment source, MemorySegment target) {
        deflater.reset();
        deflater.setInput(source.asByteBuffer());
        deflater.finish();
        var buffer = target.asByteBuffer();
        while (!deflater.finished() && buffer.hasRemaining()) {
            deflater.deflate(buffer);
        }
        return deflater.finished() ? buffer.position() : 0;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
