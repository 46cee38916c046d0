/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

/**
 * A version that {@link Lifecycle#prune} deleted or would delete.
 *
 * @param isFailed whether it should have been deleted
 * @param reason why it was kept
 */
public record Pruned(String template, String name, boolean isDeleted, boolean isFailed, String reason) {}
