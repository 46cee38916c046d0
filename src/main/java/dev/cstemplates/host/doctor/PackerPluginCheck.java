package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Version;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.process.Processes;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Packer has its QEMU builder built in up to 1.9; later it is a plugin, of which one version is broken. */
final class PackerPluginCheck {

    private static final String NAME = "packer plugin qemu";
    private static final String PURPOSE = "starting guests from Packer";
    private static final String SOURCE = "github.com/hashicorp/qemu";
    private static final String GOOD = "1.1.1";

    /** hashicorp/packer-plugin-qemu issues 197 and 198; taken back in 1.1.3. */
    private static final Version BROKEN = new Version(1, 1, 2);

    private static final Version FIRST_PACKER_WITH_PLUGINS = new Version(1, 7, 0);
    private static final Version FIRST_PACKER_WITHOUT_BUILDER = new Version(1, 10, 0);
    private static final Pattern FILE = Pattern.compile("packer-plugin-qemu_v(\\d+\\.\\d+\\.\\d+)");
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Host host;
    private final Processes processes;

    PackerPluginCheck(Host host, Processes processes) {
        this.host = host;
        this.processes = processes;
    }

    CheckResult examine() {
        if (host.path().find("packer").isEmpty()) {
            // Not a lack of its own: which Packer comes decides whether a plugin is needed.
            return CheckResult.problem(NAME, PURPOSE, Status.WARN, "known once packer is installed");
        }
        var packer = Version.in(output("version")).orElse(new Version(0, 0, 0));
        if (packer.isBefore(FIRST_PACKER_WITH_PLUGINS)) {
            return CheckResult.ok(NAME, PURPOSE, "built in");
        }
        var plugin = newestPlugin();
        if (plugin.isEmpty()) {
            return packer.isBefore(FIRST_PACKER_WITHOUT_BUILDER)
                    ? CheckResult.ok(NAME, PURPOSE, "built in")
                    : CheckResult.problem(NAME, PURPOSE, Status.MISSING, "not installed for " + host.user())
                            .mendedBy(FixCommand.asUser("packer", "plugins", "install", SOURCE, GOOD));
        }
        if (plugin.get().equals(BROKEN)) {
            return CheckResult.problem(
                            NAME,
                            PURPOSE,
                            Status.MISSING,
                            BROKEN + " is refused: it switches a guest off while its installer is still running")
                    .mendedBy(
                            FixCommand.asUser("packer", "plugins", "remove", SOURCE, BROKEN.toString()),
                            FixCommand.asUser("packer", "plugins", "install", SOURCE, GOOD));
        }
        return CheckResult.ok(NAME, PURPOSE, plugin.get().toString());
    }

    /** Packer takes the newest of those that are installed. */
    private Optional<Version> newestPlugin() {
        return FILE.matcher(output("plugins", "installed"))
                .results()
                .flatMap(match -> Version.in(match.group(1)).stream())
                .max(Comparator.naturalOrder());
    }

    private String output(String... arguments) {
        var command = host.command("packer")
                .with(arguments)
                .env("CHECKPOINT_DISABLE", "1")
                .timeout(LIMIT);
        try {
            return processes.run(command).output();
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            return "";
        }
    }
}
