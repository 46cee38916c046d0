package dev.cstemplates.cloudstack;

/**
 * The users who see a template in addition to its owner.
 *
 * @param isPublic all users
 * @param isFeatured listed first; only a root administrator can set it, the server silently ignores it from others
 * @param isExtractable whether its disk can be downloaded
 */
public record Visibility(boolean isPublic, boolean isFeatured, boolean isExtractable) {}
