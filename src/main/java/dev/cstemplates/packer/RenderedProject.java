package dev.cstemplates.packer;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.FileTrees;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder that plain {@code packer build FOLDER/packer.json} runs, from whatever working folder.
 *
 * @param folder absolute
 * @param phase {@code install} or {@code prepare}
 * @param scripts file names in {@code scripts/}, in the order in which Packer runs them
 * @param diskSize virtual size that the resulting disk must have
 * @param completionMarker what the guest's console shows once all is done; null where the exit code of a script says so
 */
public record RenderedProject(
        Path folder,
        String phase,
        List<String> scripts,
        ByteSize diskSize,
        @Nullable String completionMarker) {

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

    /** Where an installer's ISO, and kernel and initrd out of it, lie unless variables say otherwise. */
    public Path media() {
        return folder.resolve("media");
    }

    /** What the guest wrote to its serial console; exists from the guest's power-on. */
    public Path serialLog() {
        return folder.resolve("serial.log");
    }

    /** Removes what only one run may have: its key, an installer's answers, what was read out of its ISO, an unfinished disk. */
    public void forget() {
        forget(folder);
    }

    /** The same for the project in {@code folder}, of which perhaps nothing is there. */
    public static void forget(Path folder) {
        for (var part : List.of("ssh", "answers", "media", "output")) {
            FileTrees.forget(folder.resolve(part));
        }
    }
}
