/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

/** Notified while a medium is fetched, from the calling thread and the network thread. */
public interface MediaListener {

    MediaListener SILENT = new MediaListener() {};

    /** The medium and the proof of its origin are known. */
    default void resolved(String fileName, String version, Provenance evidence) {}

    /**
     * Bytes downloaded so far.
     *
     * @param total -1 if the mirror has not sent the size
     */
    default void progress(long bytes, long total) {}

    /** Something unusual happened and work continues: a retry, another mirror, a wait for another process. */
    default void notice(String text) {}
}
