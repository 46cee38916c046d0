/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import dev.cstemplates.core.Architecture;

/**
 * A package repository.
 *
 * @param url <code>{arch}</code> is replaced by the architecture
 */
public record PackageRepository(String name, String url) {

    /** The same repository with its URL for {@code architecture}. */
    public PackageRepository forArchitecture(Architecture architecture) {
        return new PackageRepository(name, url.replace("{arch}", architecture.id()));
    }
}
