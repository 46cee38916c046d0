package dev.cstemplates.cloudstack.standin;

/** How a download by the secondary storage VM ends. */
public sealed interface DownloadFate {

    /** As what the URL serves deserves. */
    record AsServed() implements DownloadFate {}

    /** DOWNLOAD_ERROR with this text, whatever the URL serves. */
    record Fails(String text) implements DownloadFate {}

    /** ABANDONED: the download monitor gave it up. */
    record Abandoned() implements DownloadFate {}

    /** NOT_DOWNLOADED with this status for ever; the text is empty or an error. */
    record NeverBegins(String text) implements DownloadFate {}
}
