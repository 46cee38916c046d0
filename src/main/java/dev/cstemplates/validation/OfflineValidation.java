package dev.cstemplates.validation;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.guest.Libguestfs;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks at a finished disk that is not running: one libguestfs session, the disk opened read-only, the checks of
 * {@code scripts/validation/offline/} run in its root folder.
 */
public final class OfflineValidation {

    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final String OPENS = "offline.opens";
    private static final String OPENS_TITLE = "The disk holds one system that libguestfs can open";

    private final Processes processes;

    public OfflineValidation(Processes processes) {
        this.processes = processes;
    }

    /**
     * What to look at, and what is expected of it.
     *
     * @param diskFormat QEMU's name of it, for example {@code qcow2}
     * @param family for example {@code debian}
     * @param release for example {@code 12}
     * @param packageFamily folder of checks beside {@code common}, for example {@code apt}
     * @param mirrors base URLs that the finished system's package sources may name, separated by spaces
     * @param datasources what cloud-init's {@code datasource_list} has to be for this variant, in order
     * @param passwordEnabled whether CloudStack's password server sets the default user's password
     * @param checks folder of the check scripts
     * @param scripts names of those to run, for example {@code common/identity.sh}; empty for all
     * @param workFolder for temporary files
     * @param log file that libguestfs' output is appended to
     */
    public record Request(
            Path disk,
            String diskFormat,
            Architecture architecture,
            Accelerator accelerator,
            String family,
            String release,
            String packageFamily,
            String mirrors,
            List<String> datasources,
            String defaultUser,
            boolean passwordEnabled,
            Path checks,
            Set<String> scripts,
            Path workFolder,
            Path log) {

        public Request {
            datasources = List.copyOf(datasources);
            scripts = Set.copyOf(scripts);
        }

        /**
         * One of a template's disks.
         *
         * @param name of its log and work folder
         */
        static Request of(
                TemplateValidation.Request template,
                Path disk,
                String diskFormat,
                Expectations expected,
                Path checks,
                Set<String> scripts,
                String name) {
            return new Request(
                    disk,
                    diskFormat,
                    expected.architecture(),
                    template.accelerator(),
                    expected.family(),
                    expected.release(),
                    expected.packageFamily(),
                    String.join(" ", expected.mirrors()),
                    expected.datasources(),
                    expected.defaultUser(),
                    expected.passwordEnabled(),
                    checks,
                    scripts,
                    template.scratch().resolve(name),
                    template.logs().resolve(name + ".log"));
        }
    }

    /**
     * What was found.
     *
     * @param facts by name, in the order in which they were found, for example {@code kernel}
     */
    public record Outcome(List<Check> checks, Map<String, String> facts, List<InstalledPackage> packages) {

        public Outcome {
            checks = List.copyOf(checks);
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            packages = List.copyOf(packages);
        }
    }

    /**
     * Makes every check. A disk without a system is a failed check; a host that can't run libguestfs is a {@link Failure}.
     *
     * @param activity told what is being looked at, for people
     */
    public Outcome run(Request request, Consumer<String> activity) {
        var library =
                CheckScript.read(request.checks(), request.packageFamily()).only(request.scripts());
        var session = new OfflineSession(request, library).lines();
        var output = new OfflineOutput();
        try {
            activity.accept("opening the disk");
            new Libguestfs(processes, request.accelerator(), request.architecture(), request.workFolder())
                    .guestfish(options(request), session, request.log(), LIMIT, line -> {
                        output.accept(line);
                        if (line.startsWith("{\"script\":")) {
                            activity.accept("looking at " + line.replaceAll(".*/|\\.sh.*", ""));
                        }
                    });
        } catch (Failure e) {
            if (output.isEmpty()) {
                return notOpened(e);
            }
            // What the session did not get to is a failed check below; any other failure is about the host, not the
            // disk.
            if (e.kind() != Failure.Kind.BUILD) {
                throw e;
            }
        }
        return withOpened(output.outcome(library.scripts()));
    }

    private static Outcome withOpened(Outcome outcome) {
        var checks = new ArrayList<Check>();
        checks.add(new Check(OPENS, OPENS_TITLE, OfflineOutput.GROUP, Status.PASS, ""));
        checks.addAll(outcome.checks());
        return new Outcome(checks, outcome.facts(), outcome.packages());
    }

    /** guestfish says "no operating system", "multi-boot operating systems": that is about the disk, all else about the host. */
    private static Outcome notOpened(Failure failure) {
        if (failure.kind() != Failure.Kind.BUILD || !failure.message().contains("operating system")) {
            throw failure;
        }
        var check = new Check(OPENS, OPENS_TITLE, OfflineOutput.GROUP, Status.FAIL, failure.message());
        return new Outcome(List.of(check), Map.of(), List.of());
    }

    private static List<String> options(Request request) {
        return List.of(
                "--ro",
                "--format=" + request.diskFormat(),
                "--add",
                request.disk().toAbsolutePath().toString(),
                "--inspector");
    }
}
