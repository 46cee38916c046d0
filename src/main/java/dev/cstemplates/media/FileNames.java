/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.util.regex.Pattern;

/** Validates names from outside that become file names on this host. */
final class FileNames {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~@-]{0,199}");

    private FileNames() {}

    static boolean isPlain(String name) {
        return PLAIN.matcher(name).matches();
    }

    static void require(String name) {
        if (!isPlain(name)) {
            throw Failure.usage("Invalid file name '" + name + "'", "Use the medium's name without folders or spaces.");
        }
    }
}
