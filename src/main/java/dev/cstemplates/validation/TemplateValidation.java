/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.disk.DiskFormat;
import dev.cstemplates.disk.DiskReaders;
import dev.cstemplates.disk.DiskSource;
import dev.cstemplates.disk.FormatCheck;
import dev.cstemplates.disk.InputOptions;
import dev.cstemplates.disk.export.Content;
import dev.cstemplates.disk.export.DiskExport;
import dev.cstemplates.disk.export.Output;
import dev.cstemplates.disk.ova.OvaMachine;
import dev.cstemplates.guest.HypervisorProfile;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.validation.boot.BootRequest;
import dev.cstemplates.validation.boot.BootValidation;
import dev.cstemplates.validation.offline.OfflineRequest;
import dev.cstemplates.validation.offline.OfflineValidation;
import dev.cstemplates.validation.report.Attachment;
import dev.cstemplates.validation.report.CheckGroup;
import dev.cstemplates.validation.report.InstalledPackage;
import dev.cstemplates.validation.report.Report;
import dev.cstemplates.validation.target.ValidationTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;

/** The whole validation of a template: its format, its content offline, its behaviour when booted, and its variants. */
public final class TemplateValidation {

    private final FormatCheck format;
    private final OfflineValidation offline;
    private final BootValidation boot;
    private final VariantValidation variants;
    private final Path checks;
    private final Processes processes;
    private final Clock clock;

    /** Runs the scripts in the directories {@code offline} and {@code online} of {@code checks}. */
    public TemplateValidation(Processes processes, Path checks, Clock clock) {
        this.format = new FormatCheck(processes);
        this.offline = new OfflineValidation(processes, checks.resolve("offline"));
        this.boot = new BootValidation(processes);
        this.variants = new VariantValidation(processes, format, offline);
        this.checks = checks;
        this.processes = processes;
        this.clock = clock;
    }

    /**
     * What to validate.
     *
     * @param subject its name in the report
     * @param target the disk for KVM, a QCOW2 file; one in another format is checked by the rules of that format, then its content as
     *     QCOW2
     * @param variants the same template for other hypervisors
     * @param scratch empty directory whose content is not needed afterwards
     * @param logs directory for logs and screenshots, which the report refers to
     */
    public record ValidationRequest(
            String subject, ValidationTarget target, List<Variant> variants, Path scratch, Path logs) {

        public ValidationRequest {
            variants = List.copyOf(variants);
        }
    }

    /**
     * A disk for another hypervisor than KVM.
     *
     * @param format QEMU's name: {@code vpc}, {@code vhdx}; {@code vmdk} means the disk inside an OVA
     * @param datasources required {@code datasource_list} of cloud-init
     */
    public record Variant(Hypervisor hypervisor, Path file, String format, List<String> datasources) {}

    /** The report, and the packages installed in the guest. */
    public record ValidationResult(Report report, List<InstalledPackage> packages) {

        public ValidationResult {
            packages = List.copyOf(packages);
        }
    }

    /** Runs every check. A disk that is not a valid QCOW2 file is not opened; one without an operating system is not booted. */
    public ValidationResult run(ValidationRequest request, Consumer<String> activity) {
        var startedAt = clock.instant();
        var started = System.nanoTime();
        var groups = new ArrayList<CheckGroup>();
        var facts = new LinkedHashMap<String, String>();
        var attachments = new ArrayList<Attachment>();
        var packages = new ArrayList<InstalledPackage>();

        activity.accept("checking the format");
        var target = inQcow2(request, groups, activity);
        var formatResults = format.check(
                target.disk(), target.expected().virtualSize(), request.logs().resolve("format.log"));
        groups.add(new CheckGroup("format", formatResults));
        if (CheckResult.noneFailed(formatResults)) {
            var content = offline.run(
                    OfflineRequest.allChecks(target, "offline", request.scratch(), request.logs()), activity);
            groups.add(new CheckGroup("offline", content.checks()));
            facts.putAll(content.facts());
            packages.addAll(content.packages());
        }
        if (!packages.isEmpty()) {
            var booted = boot.run(
                    new BootRequest(
                            target,
                            HypervisorProfile.of(Hypervisor.KVM),
                            checks.resolve("online"),
                            request.scratch().resolve("boot")),
                    activity);
            groups.addAll(booted.groups());
            facts.putAll(booted.facts());
            booted.attachments().forEach(attachment -> attachments.add(copied(attachment, request.logs())));
        }
        for (var variant : request.variants()) {
            groups.addAll(variants.run(request, variant, activity));
        }
        var elapsed = Duration.ofNanos(System.nanoTime() - started);
        return new ValidationResult(
                new Report(request.subject(), startedAt, elapsed, groups, facts, attachments), packages);
    }

    /** The target as it is, or converted after checks of its own format; unchanged if these fail. */
    private ValidationTarget inQcow2(ValidationRequest request, List<CheckGroup> groups, Consumer<String> activity) {
        var target = request.target();
        if (!Files.isReadable(target.disk())
                || DiskReaders.detect(target.disk()).equals("qcow2")) {
            return target;
        }
        var own = ownFormat(request);
        groups.add(new CheckGroup("format of " + target.disk().getFileName(), own));
        if (!CheckResult.noneFailed(own)) {
            return target;
        }
        var qcow2 = request.scratch().resolve("validated.qcow2");
        var log = request.logs().resolve("convert.log");
        var options = InputOptions.warning(text -> activity.accept("warning: " + text));
        try (var disk = DiskSource.open(target.disk(), options, processes, request.scratch(), log, activity)) {
            new DiskExport(processes, clock)
                    .run(
                            disk,
                            List.of(new Output(
                                    DiskFormat.QCOW2, Content.of(disk), qcow2, OvaMachine.ofUnknown("validated"))),
                            log,
                            activity);
        }
        return new ValidationTarget(qcow2, "qcow2", target.expected(), target.accelerator());
    }

    private List<CheckResult> ownFormat(ValidationRequest request) {
        var target = request.target();
        var found = DiskReaders.detect(target.disk());
        if (List.of("vpc", "vhdx", "ova").contains(found)) {
            return format.check(
                    target.disk(),
                    target.expected().virtualSize(),
                    request.logs().resolve("format.log"));
        }
        return List.of(new CheckResult(
                "format.own",
                "CloudStack registers this format",
                CheckResult.Status.WARNING,
                "the content is validated; publish it as QCOW2, VHD or OVA: 'cst convert' writes them"));
    }

    /** Copies an attachment to where it stays, under its name, which is unique; its file's name may not be. */
    private static Attachment copied(Attachment attachment, Path directory) {
        var copy = directory.resolve(attachment.name());
        try {
            Files.copy(attachment.file(), copy, StandardCopyOption.REPLACE_EXISTING);
            return new Attachment(attachment.name(), attachment.mediaType(), copy);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot copy " + attachment.file() + " to " + directory + ": " + e,
                            "Check free disk space.")
                    .because(e);
        }
    }
}
