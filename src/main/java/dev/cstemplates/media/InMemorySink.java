/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;

/** A small file in memory: a checksum list, a signature, a key. */
final class InMemorySink implements BodySink {

    private final URI uri;
    private final ByteSize limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    InMemorySink(URI uri, ByteSize limit) {
        this.uri = uri;
        this.limit = limit;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    @Override
    public void start(HttpResponseHead answer) {
        bytes.reset();
        if (answer.headers().firstValueAsLong("content-length").orElse(0) > limit.bytes()) {
            throw tooLarge();
        }
    }

    @Override
    public void write(ByteBuffer more) {
        if (bytes.size() + more.remaining() > limit.bytes()) {
            throw tooLarge();
        }
        var chunk = new byte[more.remaining()];
        more.get(chunk);
        bytes.writeBytes(chunk);
    }

    private Failure tooLarge() {
        return Failure.build(
                Urls.redacted(uri) + " is larger than " + limit + ", too large for a checksum file, signature or key",
                "Check what the mirror delivers, or use another mirror.");
    }
}
