package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.nio.ByteBuffer;

/** What takes the body of an answer. Both methods refuse by throwing a {@link Failure}, which ends the transfer. */
interface BodySink {

    /** Comes before the bytes of an answer that has content. */
    void start(HttpResponseHead answer);

    void write(ByteBuffer bytes);
}
