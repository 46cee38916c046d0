package dev.cstemplates.host;

import dev.cstemplates.core.Version;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which versions of Packer and of its QEMU plugin work. Both the doctor and the build use these rules. */
public final class PackerRequirements {

    /** The oldest version that templates are tested with (Debian 12's); older ones do not support {@code cd_files}. */
    public static final Version MINIMUM = new Version(1, 6, 6);

    /** Up to 1.9 the QEMU builder is part of Packer. */
    private static final Version FIRST_WITHOUT_QEMU_BUILDER = new Version(1, 10, 0);

    /** Powers guests off while their installer still runs: hashicorp/packer-plugin-qemu issues 197 and 198, reverted in 1.1.3. */
    private static final Version BROKEN_PLUGIN = new Version(1, 1, 2);

    public static final String PLUGIN_SOURCE = "github.com/hashicorp/qemu";

    /** The version to install. */
    public static final String PLUGIN_VERSION = "1.1.4";

    /** Red Hat's cracklib also has a program called {@code packer}. */
    private static final Pattern VERSION = Pattern.compile("(?m)^Packer v(\\d{1,6}\\.\\d{1,6}\\.\\d{1,6})\\b");

    private static final Pattern PLUGIN = Pattern.compile("packer-plugin-qemu_v(\\d{1,6}\\.\\d{1,6}\\.\\d{1,6})");

    private PackerRequirements() {}

    /** The version in the output of {@code packer version}; empty for any other program's output. */
    public static Optional<Version> versionIn(String output) {
        var found = VERSION.matcher(output);
        return found.find() ? Version.in(found.group(1)) : Optional.empty();
    }

    public static boolean needsPlugin(Version packer) {
        return !packer.isBefore(FIRST_WITHOUT_QEMU_BUILDER);
    }

    /** The plugin that Packer will use: the newest in the output of {@code packer plugins installed}. */
    public static Optional<Version> pluginIn(String output) {
        return PLUGIN.matcher(output)
                .results()
                .flatMap(match -> Version.in(match.group(1)).stream())
                .max(Comparator.naturalOrder());
    }

    public static boolean isBroken(Version plugin) {
        return plugin.equals(BROKEN_PLUGIN);
    }

    /** The commands that replace {@code plugin}, or install a plugin where there is none. */
    public static List<FixCommand> installPlugin(Optional<Version> plugin) {
        var install = FixCommand.asUser("packer", "plugins", "install", PLUGIN_SOURCE, PLUGIN_VERSION);
        return plugin.map(broken -> List.of(
                        FixCommand.asUser("packer", "plugins", "remove", PLUGIN_SOURCE, broken.toString()), install))
                .orElse(List.of(install));
    }
}
