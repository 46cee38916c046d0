package dev.cstemplates.media;

/** Told what happens while a medium is fetched. Called from the fetching thread and from that of the network. */
public interface MediaListener {

    MediaListener SILENT = new MediaListener() {};

    /** It is known which medium is wanted, and why it will be believed. */
    default void resolved(String fileName, String version, Provenance evidence) {}

    /**
     * Bytes of the medium that are here.
     *
     * @param total -1 while the mirror has not said
     */
    default void progress(long bytes, long total) {}

    /** Something went another way than usual, and work goes on: a retry, another mirror, a wait for another process. */
    default void notice(String text) {}
}
