/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.nio.ByteBuffer;

/** Receives the body of a response. Both methods may throw a {@link Failure}, which ends the transfer. */
interface BodySink {

    /** Called before the first byte of a response with content. */
    void start(HttpResponseHead answer);

    void write(ByteBuffer bytes);
}
