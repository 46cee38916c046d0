/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import org.jspecify.annotations.Nullable;

/**
 * The mirror of a build, for installers whose answers have a place for it. Other installers get it as the prefix of their repositories.
 *
 * @param archive base URL without a slash at its end
 * @param security the same for security updates; null for the vendor's own
 */
public record PackageMirror(String archive, @Nullable String security) {

    public PackageMirror {
        InstallerAnswers.requirePlain(archive);
        if (security != null) {
            InstallerAnswers.requirePlain(security);
        }
    }
}
