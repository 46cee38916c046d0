/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.Tools;
import dev.cstemplates.host.doctor.Doctor;
import dev.cstemplates.host.doctor.KvmProbe;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.host.process.SearchPath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** On a host without any of the tools. */
class DoctorCommandTest {

    @TempDir
    Path root;

    record Result(int exitCode, String output) {}

    @Test
    void printsEachToolItsPurposeAndOneCommandThatInstallsAll() throws IOException {
        var result = run();

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.output())
                .containsPattern("missing +qemu-img +not installed \\(for converting and checking disks\\)")
                .contains("This host cannot build templates yet.", "cst doctor --fix")
                .containsPattern("dnf install -y packer qemu-system-x86 .*ShellCheck");
    }

    @Test
    void printsTheSameAsJson() throws IOException {
        var result = run("--json");

        var report = JsonMapper.shared().readTree(result.output());
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(report.get("fit").booleanValue()).isFalse();
        assertThat(report.get("remedy").stringValue()).startsWith("dnf install -y packer");
        assertThat(report.get("checks").get(0).get("name").stringValue()).isEqualTo("packer");
        assertThat(report.get("checks").get(0).get("status").stringValue()).isEqualTo("missing");
    }

    private Result run(String... arguments) throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/os-release"), "ID=fedora\n");
        var host = new Host(root, new SearchPath(List.of(root.resolve("bin"))), "root");
        var home = new CstHome(root.resolve("home"));
        var out = new StringWriter();
        try (var processes = new Processes()) {
            var kvm = new KvmProbe(host, processes, home, KvmProbe.LIMIT);
            var command = new DoctorCommand(
                    host, (target, ids) -> new Doctor(host, processes, home, kvm, target, Tools.alsoFor(target)));
            var exitCode = new CommandLine(command).setOut(new PrintWriter(out)).execute(arguments);
            return new Result(exitCode, out.toString());
        }
    }
}
