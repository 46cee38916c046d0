package dev.cstemplates.packer;

import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.regex.Pattern;

/** The plugin that later Packers need to start QEMU. */
public final class QemuPlugin {

    /** It stops without waiting for the guest to power off, so that disks are cut short. */
    private static final PackerVersion REFUSED = new PackerVersion(1, 1, 2);

    private static final String REMEDY = "Install another: packer plugins install github.com/hashicorp/qemu v1.1.4";
    private static final Pattern LISTED =
            Pattern.compile(".*packer-plugin-qemu_v(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})[^/]*");

    private QemuPlugin() {}

    /**
     * The version that Packer will use, the highest of those that {@code packer plugins installed} lists. A {@link Failure} of kind
     * host if there is none, or if it is 1.1.2.
     */
    public static PackerVersion usable(List<String> listed) {
        var version = listed.stream()
                .map(line -> LISTED.matcher(line.strip()))
                .filter(found -> found.matches())
                .map(found -> new PackerVersion(
                        Integer.parseInt(found.group(1)),
                        Integer.parseInt(found.group(2)),
                        Integer.parseInt(found.group(3))))
                .max(PackerVersion::compareTo)
                .orElseThrow(() -> Failure.host("This Packer has no QEMU plugin", REMEDY));
        if (version.equals(REFUSED)) {
            throw Failure.host(
                    "Packer's QEMU plugin " + version + " is known to cut disks short",
                    REMEDY + " and remove " + version);
        }
        return version;
    }
}
