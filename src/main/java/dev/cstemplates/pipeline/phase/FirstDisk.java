/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

/** Names shared by the phases that create the first disk, so that the next phase does not depend on the source. */
final class FirstDisk {

    static final String PHASE = "install";

    /** The disk in the result. */
    static final String FILE = "disk.qcow2";

    private FirstDisk() {}
}
