/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

/** How an installer gets its answer files. */
public sealed interface AnswerDelivery {

    /** On a CD with the volume label that the installer searches for. */
    record Cd(String label) implements AnswerDelivery {}

    /** From Packer's web server; the kernel argument called {@code argument} carries the URL. */
    record Url(String argument) implements AnswerDelivery {}
}
