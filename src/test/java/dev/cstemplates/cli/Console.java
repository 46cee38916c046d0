/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli;

import dev.cstemplates.cli.terminal.GlobalOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.host.Installation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** Runs the command line in this process, as {@link Main} does. */
public record Console(Path installation, Path home, Instant now) {

    /** Homes share the verdict of KVM's probe, which takes 10 seconds where kernels hang under KVM. */
    private static final Path KVM_VERDICT = Path.of("target/kvm.json");

    /** What a run printed, and its exit code. */
    public record Run(int exitCode, String out, String err) {}

    public Console(Path installation, Path home) {
        this(installation, home, Instant.parse("2026-11-22T12:00:00Z"));
    }

    public Run run(String... args) {
        shareKvmVerdict(KVM_VERDICT, home.resolve("host/kvm.json"));
        var run = runWithHome(args);
        shareKvmVerdict(home.resolve("host/kvm.json"), KVM_VERDICT);
        return run;
    }

    private static void shareKvmVerdict(Path from, Path to) {
        if (Files.exists(from) && !Files.exists(to)) {
            try {
                Files.createDirectories(to.getParent());
                AtomicFiles.write(to, Files.readString(from));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Run runWithHome(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var options = new GlobalOptions();
        var environment = Map.of("CST_HOME", home.toString());
        var output = new Output(new PrintWriter(out, true), new PrintWriter(err, true));
        try (var app = new App(
                options, environment, () -> new Installation(installation), Clock.fixed(now, ZoneOffset.UTC), output)) {
            var exitCode = Main.execute(Main.commandLine(app, options), Main.exceptionHandler(app, options), args);
            return new Run(exitCode, out.toString(), err.toString());
        }
    }
}
