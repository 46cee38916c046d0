package dev.cstemplates.cli.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Failure;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The report of finished builds, and the exit code. */
class BuildReportTest {

    private static final BuildResult DONE = new BuildResult("debian-12", 3, null, null);
    private static final BuildResult UP_TO_DATE = new BuildResult("debian-13", 0, null, null);
    private static final BuildResult FAILED =
            new BuildResult("fedora-44", 1, null, Failure.build("the partition table is corrupt", "Recreate it."));
    private static final BuildResult NO_MEMORY =
            new BuildResult("rhel-9", 0, null, Failure.host("no memory", "Stop other programs."));
    private static final BuildResult CANCELLED =
            new BuildResult("suse-leap-16.0", 2, null, Failure.cancelled("Build suse-leap-16.0-1"));

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aBuildWithoutAnArtifactIsDoneUpToItsLastPhase() {
        assertThat(print("prepare", false, DONE)).isZero();

        assertThat(out).hasToString("debian-12 is done up to phase prepare\n");
        assertThat(err).asString().isEmpty();
    }

    @Test
    void failuresAndRemediesGoToStandardError() {
        assertThat(print(null, false, DONE, FAILED)).isEqualTo(1);

        assertThat(out).hasToString("debian-12 is done\n");
        assertThat(err).hasToString("error: fedora-44: the partition table is corrupt\nRecreate it.\n");
    }

    @Test
    void theExitCodeIsThatOfTheWorstFailure() {
        assertThat(print(null, false, FAILED, NO_MEMORY)).isEqualTo(3);
        assertThat(print(null, false, FAILED, CANCELLED)).isEqualTo(130);
        assertThat(print(null, false)).isZero();
    }

    @Test
    void jsonContainsTheOutcomeOfEveryBuild() {
        assertThat(print(null, true, DONE, UP_TO_DATE, FAILED, CANCELLED)).isEqualTo(130);

        var builds = JsonMapper.shared().readTree(out.toString());
        assertThat(builds.valueStream().map(build -> build.path("outcome").asString("")))
                .containsExactly("built", "up-to-date", "failed", "cancelled");
        assertThat(builds.path(0).path("phasesRun").asInt(-1)).isEqualTo(3);
        assertThat(builds.path(2).path("error").asString("")).isEqualTo("the partition table is corrupt");
        assertThat(builds.path(2).path("remedy").asString("")).isEqualTo("Recreate it.");
        assertThat(builds.path(3).path("id").asString("")).isEqualTo("suse-leap-16.0");
        assertThat(err).asString().isEmpty();
    }

    private int print(@Nullable String until, boolean json, BuildResult... results) {
        var output = new Output(new PrintWriter(out, true), new PrintWriter(err, true));
        return new BuildReport(output, until, Map.of()).print(List.of(results), json);
    }
}
