package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** A version of Packer or of a plugin, without what follows a dash. */
public record PackerVersion(int major, int minor, int patch) implements Comparable<PackerVersion> {

    /** The oldest that renders and builds are tested with: Debian 12's. */
    public static final PackerVersion OLDEST = new PackerVersion(1, 6, 6);

    private static final PackerVersion WITHOUT_BUILDERS = new PackerVersion(1, 10, 0);
    private static final Pattern SAID =
            Pattern.compile("(?:Packer v|\\d+,,version,)?(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})(?:[-+ ].*)?");
    private static final Comparator<PackerVersion> ORDER = Comparator.comparingInt(PackerVersion::major)
            .thenComparingInt(PackerVersion::minor)
            .thenComparingInt(PackerVersion::patch);

    /** Reads what {@code packer version} prints, machine-readable or not; too old a Packer is a {@link Failure} of kind host. */
    public static PackerVersion parse(List<String> lines) {
        for (var line : lines) {
            var said = SAID.matcher(line.strip());
            if (said.matches()) {
                var version = new PackerVersion(
                        Integer.parseInt(said.group(1)),
                        Integer.parseInt(said.group(2)),
                        Integer.parseInt(said.group(3)));
                if (version.compareTo(OLDEST) < 0) {
                    throw Failure.host("Packer " + version + " is too old", "Install Packer " + OLDEST + " or newer.");
                }
                return version;
            }
        }
        throw Failure.host(
                "This program does not say which version of Packer it is: " + String.join(" ", lines),
                "Put HashiCorp's Packer first on the PATH ('packer version' should print it).");
    }

    /** Whether the QEMU builder comes as a plugin of its own. */
    public boolean needsPlugins() {
        return compareTo(WITHOUT_BUILDERS) >= 0;
    }

    @Override
    public int compareTo(PackerVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
