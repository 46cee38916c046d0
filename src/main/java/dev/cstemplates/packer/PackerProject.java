package dev.cstemplates.packer;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** What one phase asks of Packer; {@link ProjectRenderer} turns it into a folder that plain {@code packer build} runs. */
public sealed interface PackerProject permits BootstrapProject, InstallerProject, PrepareProject {

    /** Name of the rendered folder. */
    String phase();

    /** Name of the configuration that it starts from. */
    default String configuration() {
        return phase();
    }

    Architecture architecture();

    Accelerator accelerator();

    /** Virtual size of the disk that the phase leaves. */
    ByteSize disk();

    /** What Packer runs, in this order; no two of one file name. Empty only where an installer does all. */
    List<Path> scripts();

    /** Files that the scripts look for beside themselves. */
    default List<Path> helpers() {
        return List.of();
    }

    /** What the scripts are told, {@code CST_…} names; each can be changed by hand, see {@link ProjectRenderer}. */
    Map<String, String> environment();

    /** Settings of the machine that the phase runs on, by the name of their Packer variable. They do not shape the disk. */
    SortedMap<String, String> machine();

    /** Names of the configurations that are merged over the phase's own, where they exist; later ones win. */
    List<String> qualifiers();
}
