/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

/** How an upload to the secondary storage VM ends. */
public enum UploadFate {
    /** Whatever the content leads to. */
    AS_SENT,
    /** The connection is cut after half of the file. */
    DIES_HALFWAY,
    /** The VM reports success; the template is missing from the next listing. */
    VANISHES,
    /** The VM reports success; the monitor finds an error. */
    FAILS_AFTERWARDS
}
