package dev.cstemplates.cloudstack;

/**
 * Who sees a template besides its owner.
 *
 * @param isPublic everybody
 * @param isFeatured everybody, above the others; only a root administrator may say so, the server ignores others silently
 * @param isExtractable its disk may be downloaded
 */
public record Visibility(boolean isPublic, boolean isFeatured, boolean isExtractable) {}
