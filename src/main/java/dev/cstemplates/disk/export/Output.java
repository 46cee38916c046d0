package dev.cstemplates.disk.export;

import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.ova.OvaMachine;
import java.nio.file.Path;

/**
 * A file that an export writes.
 *
 * @param target replaced whole, or not touched
 * @param machine what an OVA describes; not looked at for other formats
 */
public record Output(DiskFormat format, Content content, Path target, OvaMachine machine) {

    /** The file's name without the format's ending. */
    String baseName() {
        var name = target.getFileName().toString();
        var ending = "." + format.extension();
        return name.endsWith(ending) ? name.substring(0, name.length() - ending.length()) : name;
    }
}
