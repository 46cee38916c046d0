/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.delivery;

import java.net.URI;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * Offers files by URL. CloudStack's secondary storage sends {@code HEAD} and {@code GET} with {@code Range}, follows no redirects, and
 * requires the format's extension at the end of the path.
 */
public interface Delivery extends AutoCloseable {

    /** A file to offer; {@code sha256} in lower-case hexadecimal. */
    record OfferedFile(Path file, String sha256) {

        public String name() {
            return String.valueOf(file.getFileName());
        }
    }

    /** The URL of a file; does not make it available yet. */
    URI address(OfferedFile item);

    /**
     * Makes a file available until this is closed; does nothing if it is available already.
     *
     * @param progress receives the number of bytes transferred
     * @return the URL to download from, whose query may contain secrets
     */
    URI offer(OfferedFile item, LongConsumer progress);

    /**
     * Whether its URLs still work after it is closed. CloudStack downloads public templates from them again whenever a zone gets another image
     * store ({@code TemplateServiceImpl.handleTemplateSync}).
     */
    boolean isPermanent();

    @Override
    void close();
}
