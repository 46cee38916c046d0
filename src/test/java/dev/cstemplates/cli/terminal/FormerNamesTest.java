/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deprecated names of options and commands: they still work, warn, and are hidden from the help. */
class FormerNamesTest {

    private final StringWriter err = new StringWriter();
    private final Work work = new Work();
    private final Prune prune = new Prune();
    private final CommandLine root = root();

    @Command(name = "cst")
    static final class Root {}

    @Command(name = "work")
    static final class Work implements Runnable {
        @FormerName("--finish")
        @Option(names = "--grace-period", description = "Seconds.")
        private int gracePeriod = 60;

        @FormerName("--on")
        @Option(
                names = {"-q", "--queue"},
                split = ",")
        private List<String> queues = List.of("all");

        @Override
        public void run() {}
    }

    @Command(name = "publications")
    static final class Publications {}

    @FormerName("prune")
    @Command(name = "prune")
    static final class Prune implements Runnable {
        private int runs;

        @FormerName("--untested")
        @Option(names = "--skip-tests")
        private boolean skipTests;

        @Override
        public void run() {
            runs++;
        }
    }

    private CommandLine root() {
        var line = new CommandLine(new Root());
        line.addSubcommand(work);
        line.addSubcommand(new CommandLine(new Publications()).addSubcommand(prune));
        FormerNames.addTo(line);
        return line.setErr(new PrintWriter(err, true)).setOut(new PrintWriter(err, true));
    }

    @Test
    void theFormerOptionSetsTheSameValueAndWarns() {
        assertThat(root.execute("work", "--finish", "5", "--on", "a,b")).isZero();

        assertThat(work.gracePeriod).isEqualTo(5);
        assertThat(work.queues).containsExactly("a", "b");
        assertThat(err).hasToString("""
            warning: '--finish' is deprecated and will be removed; use '--grace-period'
            warning: '--on' is deprecated and will be removed; use '--queue'
            """);
    }

    @Test
    void theCurrentOptionDoesNotWarn() {
        assertThat(root.execute("work", "--grace-period", "7", "--queue", "c")).isZero();

        assertThat(work.gracePeriod).isEqualTo(7);
        assertThat(work.queues).containsExactly("c");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void withNeitherNameTheDefaultsApply() {
        assertThat(root.execute("work")).isZero();

        assertThat(work.gracePeriod).isEqualTo(60);
        assertThat(work.queues).containsExactly("all");
    }

    @Test
    void theHelpShowsNoFormerNames() {
        root.execute("work", "--help");

        assertThat(new CommandLine.Help(root.getCommandSpec()).commandList()).doesNotContain("prune");
        assertThat(Objects.requireNonNull(root.getSubcommands().get("work")).getUsageMessage())
                .contains("--grace-period")
                .doesNotContain("--finish")
                .doesNotContain("--on");
    }

    @Test
    void theFormerCommandRunsTheCurrentOneAndWarns() {
        assertThat(root.execute("prune", "--untested")).isZero();

        assertThat(prune.runs).isEqualTo(1);
        assertThat(prune.skipTests).isTrue();
        assertThat(err).hasToString("""
            warning: 'cst prune' is deprecated and will be removed; use 'cst publications prune'
            warning: '--untested' is deprecated and will be removed; use '--skip-tests'
            """);
    }

    @Test
    void theCurrentCommandDoesNotWarn() {
        assertThat(root.execute("publications", "prune", "--skip-tests")).isZero();

        assertThat(prune.runs).isEqualTo(1);
        assertThat(err).asString().isEmpty();
    }
}
