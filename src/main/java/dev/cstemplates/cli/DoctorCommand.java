/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.Doctor;
import dev.cstemplates.host.doctor.DoctorReport;
import dev.cstemplates.host.doctor.HostCheck;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code cst doctor}. */
@Command(
        name = "doctor",
        description = "Checks whether this host can build templates, and installs what is missing.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst doctor                        check only",
            "  cst doctor --fix                  check and install what is missing",
            "  cst doctor almalinux-10 --fix     the same, for building these templates",
            "  cst doctor --arch aarch64 --fix   prepare this host for building aarch64 templates"
        })
public final class DoctorCommand implements Callable<Integer> {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** The output of {@code --json}. */
    record JsonReport(boolean fit, List<JsonCheck> checks, String remedy) {}

    record JsonCheck(String name, String status, String found, String purpose, String remedy) {}

    private final Host host;
    private final BiFunction<Architecture, List<String>, Doctor> doctors;

    @Parameters(
            paramLabel = "ID",
            arity = "0..*",
            description = "Check what these templates need, too. Default: what every template needs.")
    private List<String> ids = List.of();

    @Option(names = "--fix", description = "Install what is missing.")
    private boolean fix;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "Architecture of the templates to build: x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(names = "--json", description = "Print the results as JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    /** {@code doctors} is called only when the command runs, because it depends on {@code --home}. */
    public DoctorCommand(Host host, BiFunction<Architecture, List<String>, Doctor> doctors) {
        this.host = host;
        this.doctors = doctors;
    }

    @Override
    public Integer call() {
        var command = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        var doctor = doctors.apply(arch == null ? Architecture.ofThisHost() : Architecture.parse(arch), ids);
        var report = doctor.examine();
        if (fix) {
            // With --json, standard output contains the report only.
            var progress = json ? command.getErr() : command.getOut();
            report = doctor.fix(report, line -> {
                progress.println(line);
                progress.flush();
            });
        }
        print(report, command.getOut());
        return report.isFit() ? 0 : Failure.Kind.HOST.exitCode();
    }

    private void print(DoctorReport report, PrintWriter out) {
        var fixes = FixCommand.line(report.fixCommands(), host.userIsRoot());
        if (json) {
            out.println(JSON.writeValueAsString(new JsonReport(
                    report.isFit(), report.checks().stream().map(this::toJson).toList(), fixes)));
        } else {
            report.checks().forEach(check -> printLine(check, out));
            out.println();
            out.println(report.isFit() ? "This host can build templates." : "This host cannot build templates yet.");
            if (!fixes.isEmpty()) {
                out.println("Run 'cst doctor --fix' to install what is missing, or run:");
                out.println("  " + fixes);
            }
        }
        out.flush();
    }

    private JsonCheck toJson(HostCheck check) {
        var result = check.result();
        return new JsonCheck(result.id(), word(result.status()), result.detail(), result.title(), check.fix(host));
    }

    private void printLine(HostCheck check, PrintWriter out) {
        var result = check.result();
        out.printf("%-8s %-20s %s (for %s)%n", word(result.status()), result.id(), result.detail(), result.title());
        var remedy = check.fix(host);
        if (!remedy.isEmpty()) {
            out.printf("%-8s %-20s → %s%n", "", "", remedy);
        }
    }

    private static String word(Status status) {
        return switch (status) {
            case PASSED -> "ok";
            case WARNING -> "warn";
            case FAILED -> "missing";
            case SKIPPED -> "skipped";
        };
    }
}
