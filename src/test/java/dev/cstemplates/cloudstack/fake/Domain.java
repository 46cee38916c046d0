/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

/**
 * A domain of accounts.
 *
 * @param path for example {@code ROOT/acme}
 */
public record Domain(String id, String name, String path) {

    public static final Domain ROOT = new Domain("ae22ac39-e6a7-11f1-a1d4-02fc00000001", "ROOT", "ROOT");

    /** Whether it is {@code other} or lies in it. */
    boolean isIn(Domain other) {
        return path.equals(other.path) || path.startsWith(other.path + "/");
    }
}
