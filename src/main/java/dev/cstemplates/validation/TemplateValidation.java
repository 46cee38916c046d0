package dev.cstemplates.validation;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.guest.HypervisorProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The whole validation of a template: its format, then its content offline, then booted. */
public final class TemplateValidation {

    private static final String FORMAT = "qcow2";

    private final FormatValidation format;
    private final OfflineValidation offline;
    private final BootValidation boot;
    private final VariantValidation variants;
    private final Path checks;
    private final Clock clock;

    /** Uses the checks in {@code checks}: the folders {@code offline} and {@code online}. */
    public TemplateValidation(
            FormatValidation format,
            OfflineValidation offline,
            BootValidation boot,
            VariantValidation variants,
            Path checks,
            Clock clock) {
        this.format = format;
        this.offline = offline;
        this.boot = boot;
        this.variants = variants;
        this.checks = checks;
        this.clock = clock;
    }

    /**
     * What to validate.
     *
     * @param subject what the report calls it
     * @param disk a QCOW2 file; it is never written to
     * @param variants the same template for other hypervisors
     * @param scratch empty folder, may be thrown away afterwards
     * @param logs folder for logs and screenshots, which the report refers to
     */
    public record Request(
            String subject,
            Path disk,
            Expectations expected,
            List<Variant> variants,
            Accelerator accelerator,
            Path scratch,
            Path logs) {

        public Request {
            variants = List.copyOf(variants);
        }
    }

    /**
     * A disk for another hypervisor than KVM.
     *
     * @param format as QEMU names it: {@code vpc}, {@code vhdx}; {@code vmdk} stands for the disk in an OVA
     * @param datasources what cloud-init's {@code datasource_list} has to be in it
     */
    public record Variant(Hypervisor hypervisor, Path file, String format, List<String> datasources) {}

    /** What was found, and what is installed in the guest. */
    public record Outcome(Report report, List<InstalledPackage> packages) {

        public Outcome {
            packages = List.copyOf(packages);
        }
    }

    /** Makes every check. A disk that is no sound QCOW2 file is not opened, one that holds no system is not booted. */
    public Outcome run(Request request, Consumer<String> activity) {
        var startedAt = clock.instant();
        var started = System.nanoTime();
        var expected = request.expected();
        var facts = new LinkedHashMap<String, String>();
        var attachments = new ArrayList<Attachment>();
        var packages = new ArrayList<InstalledPackage>();

        activity.accept("checking the format");
        var found = new ArrayList<>(format.run(
                request.disk(), expected.virtualSize(), request.logs().resolve("format.log")));
        if (isSound(found)) {
            var content = offline.run(
                    OfflineValidation.Request.of(
                            request, request.disk(), FORMAT, expected, checks.resolve("offline"), Set.of(), "offline"),
                    activity);
            found.addAll(content.checks());
            facts.putAll(content.facts());
            packages.addAll(content.packages());
        }
        if (!packages.isEmpty()) {
            var booted = boot.run(bootRequest(request), activity);
            found.addAll(booted.checks());
            facts.putAll(booted.facts());
            booted.attachments().forEach(attachment -> attachments.add(kept(attachment, request.logs())));
        }
        for (var variant : request.variants()) {
            found.addAll(variants.run(request, variant, activity));
        }
        var elapsed = Duration.ofNanos(System.nanoTime() - started);
        return new Outcome(new Report(request.subject(), startedAt, elapsed, found, facts, attachments), packages);
    }

    /** The attachment, copied to where it stays; its name is unique, its file's may not be. */
    private static Attachment kept(Attachment attachment, Path folder) {
        var copy = folder.resolve(attachment.name());
        try {
            Files.copy(attachment.file(), copy, StandardCopyOption.REPLACE_EXISTING);
            return new Attachment(attachment.name(), attachment.mediaType(), copy);
        } catch (IOException e) {
            throw Failure.host(attachment.file() + " can't be kept in " + folder + ": " + e, "Look for a full disk.")
                    .because(e);
        }
    }

    private static boolean isSound(List<Check> checks) {
        return checks.stream().noneMatch(check -> check.status() == Status.FAIL);
    }

    private BootValidation.Request bootRequest(Request request) {
        var expected = request.expected();
        var slowness = request.accelerator() == Accelerator.TCG ? expected.emulationFactor() : 1;
        return new BootValidation.Request(
                request.disk(),
                FORMAT,
                expected.virtualSize(),
                expected.architecture(),
                request.accelerator(),
                HypervisorProfile.of(Hypervisor.KVM),
                expected.cpu(),
                expected.memory(),
                expected.cpus(),
                expected.defaultUser(),
                expected.passwordEnabled(),
                expected.boot().multipliedBy(slowness),
                checks.resolve("online"),
                request.scratch().resolve("boot"));
    }
}
