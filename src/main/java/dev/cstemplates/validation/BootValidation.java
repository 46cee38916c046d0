package dev.cstemplates.validation;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.core.ResourceExhaustion;
import dev.cstemplates.guest.HypervisorProfile;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.boot.BootAnswer;
import dev.cstemplates.validation.boot.BootCheckMain;
import dev.cstemplates.validation.boot.BootPlan;
import dev.cstemplates.validation.boot.ParentDeathWatch;
import dev.cstemplates.validation.router.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Boots a disk as CloudStack's KVM would, under an emulated virtual router, and checks what the guest makes of it: as root and
 * as an ordinary user alike, and without touching this host's network.
 */
public final class BootValidation {

    /** Three boots and what is done in them; a guest that is slower than its own limits is ended by those. */
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

    /**
     * What to boot.
     *
     * @param disk only read: every boot writes to an overlay of its own
     * @param diskFormat as QEMU names it, for example {@code qcow2}
     * @param virtualSize of the disk; it is booted 3 GiB larger, to see the root file system grow
     * @param hardware what the guest finds itself in
     * @param cpu what the guest needs: {@code x86-64-v1}, {@code x86-64-v2} or {@code x86-64-v3}; {@code armv8} for aarch64
     * @param memory for the guest
     * @param cpus number of virtual processors
     * @param defaultUser who gets the SSH key and the password
     * @param passwordEnabled whether the template takes passwords from CloudStack
     * @param bootLimit from power on to an SSH login, and again from there to cloud-init's end
     * @param onlineChecks folder with the scripts that run inside the guest, {@code NN-name.sh}
     * @param workFolder for overlays, logs and pictures; made if need be
     */
    public record Request(
            Path disk,
            String diskFormat,
            ByteSize virtualSize,
            Architecture architecture,
            Accelerator accelerator,
            HypervisorProfile hardware,
            String cpu,
            ByteSize memory,
            int cpus,
            String defaultUser,
            boolean passwordEnabled,
            Duration bootLimit,
            Path onlineChecks,
            Path workFolder) {}

    /** What was found. Times in {@code facts} are in seconds; attachments lie in the request's work folder. */
    public record Outcome(List<Check> checks, Map<String, String> facts, List<Attachment> attachments) {

        public Outcome {
            checks = List.copyOf(checks);
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
            attachments = List.copyOf(attachments);
        }
    }

    public BootValidation(Processes processes) {
        this.processes = processes;
    }

    /**
     * Boots and checks. A guest that does wrong gives failed checks; a {@link Failure} is thrown where the host or QEMU does.
     * Interrupting the calling thread ends everything at once.
     *
     * @param activity told what is being done, a few words at a time
     */
    public Outcome run(Request request, Consumer<String> activity) {
        return run(new BootPlan(request, Set.of(), false), activity);
    }

    /** Boots once, with a router that goes wrong in the given ways: the outcome has to be bad. */
    Outcome runOnceWith(Set<Fault> misbehaviours, Request request, Consumer<String> activity) {
        return run(new BootPlan(request, misbehaviours, true), activity);
    }

    private Outcome run(BootPlan plan, Consumer<String> activity) {
        var folder = CstHome.made(plan.request().workFolder().toAbsolutePath().normalize());
        var planFile = folder.resolve("boot-plan.json");
        var answerFile = folder.resolve("boot-answer.json");
        try (var lifeline = ParentDeathWatch.hold(folder.resolve("boot.lock"))) {
            Files.deleteIfExists(answerFile);
            JsonFiles.write(planFile, plan);
            var result = processes.run(Command.of(NAMESPACES)
                    .with(java(BootCheckMain.class, planFile, answerFile, lifeline.file()))
                    .log(folder.resolve("boot.log"))
                    .timeout(plan.request().bootLimit().multipliedBy(6).plus(BEYOND_BOOTS))
                    .onLine(line -> BootCheckMain.activityIn(line).ifPresent(activity)));
            if (!Files.exists(answerFile)) {
                throw withoutAnswer(result);
            }
            return JsonFiles.read(answerFile, BootAnswer.class).outcomeOrFailure();
        } catch (IOException e) {
            throw Failure.host(
                            "The boot check in " + folder + " can't be prepared or read: " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    private static Failure withoutAnswer(Processes.Result result) {
        if (result.output().contains("unshare:")) {
            return Failure.host(
                    "This host lets this user make no namespaces, which the emulated router runs in:\n" + result.tail(),
                    "Allow them (sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu,"
                            + " user.max_user_namespaces and kernel.unprivileged_userns_clone elsewhere), or run as root.");
        }
        return ResourceExhaustion.in(result.output())
                .orElseGet(() ->
                        Failure.build("The boot check ended without a result: " + Processes.describe(result), ""));
    }

    /** This process's own Java and class path: a checkout, a jar and a test run alike. */
    private static String[] java(Class<?> main, Path plan, Path answer, Path lifeline) {
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
            lifeline.toString()
        };
    }
}
