/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.export;

import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.ova.OvaMachine;
import java.nio.file.Path;

/**
 * A file that an export writes.
 *
 * @param target replaced atomically
 * @param machine described by an OVA; ignored for other formats
 */
public record Output(DiskFormat format, Content content, Path target, OvaMachine machine) {

    /** The file name without the format's extension. */
    String baseName() {
        var name = target.getFileName().toString();
        var ending = "." + format.extension();
        return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
    }
}
