/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

/** The resources that a phase holds until this is closed. */
@FunctionalInterface
public interface AcquiredResources extends AutoCloseable {

    @Override
    void close();
}
