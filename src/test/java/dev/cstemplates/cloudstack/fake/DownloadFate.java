/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

/** How a download by the secondary storage VM ends. */
public sealed interface DownloadFate {

    /** Whatever the content of the URL leads to. */
    record AsServed() implements DownloadFate {}

    /** DOWNLOAD_ERROR with this text, regardless of what the URL serves. */
    record Fails(String text) implements DownloadFate {}

    /** ABANDONED: the download monitor gave up. */
    record Abandoned() implements DownloadFate {}

    /** NOT_DOWNLOADED with this status forever; the text is empty or an error. */
    record NeverBegins(String text) implements DownloadFate {}
}
