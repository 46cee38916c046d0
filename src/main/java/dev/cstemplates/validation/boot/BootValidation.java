package dev.cstemplates.validation.boot;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.ResourceExhaustion;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.router.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Boots a disk as CloudStack's KVM does, under an emulated virtual router, and checks the guest. Runs in its own namespaces: root is not
 * required, and this host's network is not touched.
 */
public final class BootValidation {

    /** For three boots and their checks, in addition to the boot limits. */
    private static final Duration BEYOND_BOOTS = Duration.ofMinutes(30);

    private static final List<String> NAMESPACES = List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
            "--");

    private final Processes processes;

    public BootValidation(Processes processes) {
        this.processes = processes;
    }

    /**
     * Boots and checks. Errors of the guest are failed checks; errors of the host or of QEMU throw a {@link Failure}. Interrupting the
     * calling thread ends everything at once.
     *
     * @param activity receives what is being done
     */
    public BootResult run(BootRequest request, Consumer<String> activity) {
        return run(new BootPlan(request, Set.of(), false), activity);
    }

    /** Boots once, with faults injected into the router. */
    BootResult runOnceWith(Set<Fault> faults, BootRequest request, Consumer<String> activity) {
        return run(new BootPlan(request, faults, true), activity);
    }

    private BootResult run(BootPlan plan, Consumer<String> activity) {
        var folder = CstHome.createDirectories(
                plan.request().workDir().toAbsolutePath().normalize());
        var planFile = folder.resolve("boot-plan.json");
        var answerFile = folder.resolve("boot-answer.json");
        try (var deathWatch = ParentDeathWatch.hold(folder.resolve("boot.lock"))) {
            Files.deleteIfExists(answerFile);
            JsonFiles.write(planFile, plan);
            var result = processes.run(Command.of(NAMESPACES)
                    .with(java(BootCheckMain.class, planFile, answerFile, deathWatch.file()))
                    .log(folder.resolve("boot.log"))
                    .timeout(plan.request().target().bootLimit().multipliedBy(6).plus(BEYOND_BOOTS))
                    .onLine(line -> BootCheckMain.activityIn(line).ifPresent(activity)));
            if (!Files.exists(answerFile)) {
                throw withoutAnswer(result);
            }
            return JsonFiles.read(answerFile, BootAnswer.class).resultOrThrow();
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot write or read the files of the boot check in " + folder + ": " + e,
                            "Check free disk space.")
                    .because(e);
        }
    }

    private static Failure withoutAnswer(Processes.Result result) {
        if (result.output().contains("unshare:")) {
            return Failure.host(
                    "This user may not create namespaces, which the emulated router requires:\n" + result.tail(),
                    "Allow them with 'cst doctor --fix' (sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 on"
                        + " Ubuntu, user.max_user_namespaces and kernel.unprivileged_userns_clone elsewhere), or run"
                        + " as root.");
        }
        return ResourceExhaustion.in(result.output())
                .orElseGet(() ->
                        Failure.build("The boot check exited without a result: " + Processes.describe(result), ""));
    }

    /** The Java and class path of this process: works for a checkout, a jar and a test run. */
    private static String[] java(Class<?> main, Path plan, Path answer, Path deathWatch) {
        return new String[] {
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            "-cp",
            System.getProperty("java.class.path", ""),
            main.getName(),
            plan.toString(),
            answer.toString(),
            deathWatch.toString()
        };
    }
}
