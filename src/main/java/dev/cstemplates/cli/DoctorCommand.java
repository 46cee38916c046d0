package dev.cstemplates.cli;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.doctor.CheckResult;
import dev.cstemplates.host.doctor.CheckResult.Status;
import dev.cstemplates.host.doctor.Doctor;
import dev.cstemplates.host.doctor.DoctorReport;
import dev.cstemplates.host.doctor.FixCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code cst doctor}: what this host lacks, and the command that mends it. */
@Command(
        name = "doctor",
        description = "Say what this host lacks for building templates, and how to mend it.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst doctor                        look",
            "  cst doctor --fix                  and install what is missing",
            "  cst doctor --arch aarch64 --fix   for building aarch64 templates, too"
        })
public final class DoctorCommand implements Callable<Integer> {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** As {@code --json} prints it. */
    record Report(boolean fit, List<Line> checks, String remedy) {

        record Line(String name, String status, String found, String purpose, String remedy) {}
    }

    private final Host host;
    private final Function<Architecture, Doctor> doctors;

    @Option(names = "--fix", description = "Run the command that installs what is missing.")
    private boolean fix;

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "What templates are built for: x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    /** @param doctors made only when the command runs, as it depends on {@code --home} */
    public DoctorCommand(Host host, Function<Architecture, Doctor> doctors) {
        this.host = host;
        this.doctors = doctors;
    }

    @Override
    public Integer call() {
        var command = Objects.requireNonNull(spec, "picocli sets it").commandLine();
        var doctor = doctors.apply(arch == null ? Architecture.ofThisHost() : Architecture.parse(arch));
        var diagnosis = doctor.examine();
        if (fix) {
            // With --json, standard output is for the report alone.
            var progress = json ? command.getErr() : command.getOut();
            diagnosis = doctor.mend(diagnosis, line -> {
                progress.println(line);
                progress.flush();
            });
        }
        print(diagnosis, command.getOut());
        return diagnosis.isFit() ? 0 : Failure.Kind.HOST.exitCode();
    }

    private void print(DoctorReport diagnosis, PrintWriter out) {
        var remedy = FixCommand.line(diagnosis.mendingSteps(), host.userIsRoot());
        if (json) {
            out.println(JSON.writeValueAsString(new Report(
                    diagnosis.isFit(),
                    diagnosis.findings().stream().map(this::line).toList(),
                    remedy)));
        } else {
            diagnosis.findings().forEach(finding -> print(finding, out));
            out.println();
            out.println(diagnosis.isFit() ? "This host can build templates." : "This host can't build templates yet.");
            if (!remedy.isEmpty()) {
                out.println("To mend what is missing, run 'cst doctor --fix', or by hand:");
                out.println("  " + remedy);
            }
        }
        out.flush();
    }

    private Report.Line line(CheckResult finding) {
        return new Report.Line(
                finding.name(),
                finding.status().id(),
                finding.found(),
                finding.purpose(),
                finding.status() == Status.OK ? "" : finding.remedy(host));
    }

    private void print(CheckResult finding, PrintWriter out) {
        out.printf(
                "%-8s %-20s %s (for %s)%n", finding.status().id(), finding.name(), finding.found(), finding.purpose());
        var remedy = finding.status() == Status.OK ? "" : finding.remedy(host);
        if (!remedy.isEmpty()) {
            out.printf("%-8s %-20s → %s%n", "", "", remedy);
        }
    }
}
