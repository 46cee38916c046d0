/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

/** The product's command that restores SELinux's labels, for a system that is a folder of this host. */
public final class RestoredLabels {

    private RestoredLabels() {}

    /** A shell script that labels {@code folder} in the system's root. */
    public static String script(String folder) {
        var command = SelinuxLabels.restore(folder);
        return "#!/bin/sh\n" + command.substring("sh \"".length(), command.length() - 1) + "\n";
    }
}
