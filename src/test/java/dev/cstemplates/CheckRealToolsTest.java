package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every shipped definition, checked by Packer and by the answer-file validators of this host. */
@Tag("real-tools")
class CheckRealToolsTest {

    @Test
    void everyDefinitionPassesEveryCheck(@TempDir Path home) {
        var run = new Cst(home).run("check");
        assertThat(run.out()).contains(" 0 errors");
        assertThat(run.exitCode()).as(run.out()).isZero();
    }
}
