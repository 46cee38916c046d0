package dev.cstemplates.packer;

import dev.cstemplates.host.ByteSize;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that plain {@code packer build FOLDER/packer.json} runs, from whatever working folder.
 *
 * @param folder absolute
 * @param phase {@code install} or {@code prepare}
 * @param scripts file names in {@code scripts/}, in the order in which Packer runs them
 * @param diskSize virtual size that the resulting disk must have
 */
public record RenderedProject(Path folder, String phase, List<String> scripts, ByteSize diskSize) {

    public RenderedProject {
        scripts = List.copyOf(scripts);
    }

    public Path template() {
        return folder.resolve("packer.json");
    }

    /** Where the result lies unless the variable {@code output_directory} says otherwise. */
    public Path output() {
        return folder.resolve("output");
    }

    /** The result: a QCOW2 file, once a run has succeeded. */
    public Path disk() {
        return output().resolve("disk.qcow2");
    }

    /** What the guest wrote to its serial console; exists from the guest's power-on. */
    public Path serialLog() {
        return folder.resolve("serial.log");
    }
}
