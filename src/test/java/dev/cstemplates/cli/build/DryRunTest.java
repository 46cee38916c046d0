package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** {@code cst build --dry-run} shows what would run, where and why, and creates nothing. */
class DryRunTest {

    @TempDir
    Path home;

    @Test
    void everyPhaseIsListedWithItsReasonAndTheBudget() {
        var run = cst("build", "debian-12", "--dry-run", "--memory", "8GiB", "--cpus", "4", "--disk", "100GiB");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("debian-12 from bootstrap on ", "install", "prepare", "package")
                .contains("Available on this host: 8 GiB of memory, 4 processors and 100 GiB of disk.");
        assertThat(home.resolve("builds")).doesNotExist();
    }

    @Test
    void theReasonNamesTheOptionThatForcesAPhase() {
        assertThat(firstReason("--no-cache")).isEqualTo("requested by --no-cache");
        assertThat(firstReason("--from", "install")).isEqualTo("requested by --from");
        assertThat(firstReason()).isEqualTo("it never ran on this host");
    }

    @Test
    void theQueueIsShown() {
        assertThat(cst("build", "debian-12", "--dry-run", "--queue", "fast-disk")
                        .out())
                .startsWith("debian-12 from bootstrap on fast-disk");
        var former = cst("build", "debian-12", "--dry-run", "--on", "fast-disk");
        assertThat(former.out()).startsWith("debian-12 from bootstrap on fast-disk");
        assertThat(former.err()).contains("'--on' is deprecated and will be removed; use '--queue'");
    }

    @Test
    void untilLimitsThePlan() {
        var phases = JsonMapper.shared()
                .readTree(cst("build", "debian-12", "--dry-run", "--json", "--until", "prepare")
                        .out())
                .path(0)
                .path("phases");

        assertThat(phases.valueStream().map(phase -> phase.path("phase").asString("")))
                .containsExactly("install", "prepare");
        assertThat(phases.path(0).path("expectedSeconds").asLong(0)).isPositive();
        assertThat(phases.path(0).path("memory").asLong(0)).isPositive();
    }

    private String firstReason(String... options) {
        var arguments = new ArrayList<>(List.of("build", "debian-12", "--dry-run", "--json"));
        arguments.addAll(List.of(options));
        var run = cst(arguments.toArray(String[]::new));
        return JsonMapper.shared()
                .readTree(run.out())
                .path(0)
                .path("phases")
                .path(0)
                .path("reason")
                .asString(run.err());
    }

    private Console.Run cst(String... args) {
        return new Console(Path.of("").toAbsolutePath(), home).run(args);
    }
}
