/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

/**
 * The users who see a template in addition to its owner.
 *
 * @param isPublic all users
 * @param isFeatured listed first; any owner can set it on a registered template, only a root administrator when registering
 * @param isExtractable whether its disk can be downloaded
 */
public record Visibility(boolean isPublic, boolean isFeatured, boolean isExtractable) {}
