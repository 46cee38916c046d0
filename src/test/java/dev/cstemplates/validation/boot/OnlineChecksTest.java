package dev.cstemplates.validation.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineChecksTest {

    private final OnlineChecks checks = new OnlineChecks(Path.of("scripts/validation/online"));

    @Test
    void readsOneCheckPerLine() throws IOException {
        assertThat(checks.parse("""
            {"id":"a-b","title":"A","status":"pass","detail":""}

            {"id":"c","title":"C","status":"fail","detail":"no \\"c\\""}
            """))
                .containsExactly(
                        new CheckResult("a-b", "A", Status.PASSED, ""),
                        new CheckResult("c", "C", Status.FAILED, "no \"c\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "all is well",
                "{\"id\":\"a\",\"title\":\"A\",\"status\":\"pass\"}",
                "{\"id\":\"a\",\"title\":\"A\",\"status\":\"pass\",\"detail\":\"\",\"more\":1}",
                "{\"id\":\"a\",\"title\":\"A\",\"status\":\"ok\",\"detail\":\"\"}",
                "{\"id\":\"a\",\"title\":\"A\",\"status\":\"PASS\",\"detail\":\"\"}",
                "{\"id\":\"a\",\"title\":null,\"status\":\"pass\",\"detail\":\"\"}",
                "{\"id\":\"<b>\",\"title\":\"A\",\"status\":\"pass\",\"detail\":\"\"}",
                "{\"id\":\"a\",\"id\":\"b\",\"title\":\"A\",\"status\":\"pass\",\"detail\":\"\"}",
                "{\"id\":\"a\",\"title\":\"A\",\"status\":\"pass\",\"detail\":\"\"} trailing",
                "{\"id\":\"a\",\"title\":\"A\",\"status\":\"pass\",\"detail\":\"\"}\n"
                        + "{\"id\":\"a\",\"title\":\"A\",\"status\":\"fail\",\"detail\":\"\"}",
                "[]"
            })
    void rejectsOtherOutput(String output) {
        assertThatThrownBy(() -> checks.parse(output)).isInstanceOf(IOException.class);
    }

    @Test
    void rejectsTooManyChecks() {
        var line = "{\"id\":\"a\",\"title\":\"A\",\"status\":\"pass\",\"detail\":\"" + "x".repeat(5000) + "\"}";

        assertThatThrownBy(() -> checks.parse(line)).isInstanceOf(IOException.class);
    }

    @Test
    void theScriptsReportAnyTextAsJson() throws IOException {
        try (var processes = new Processes()) {
            var result = processes.check(Command.of(List.of(
                    "bash",
                    "-c",
                    "source scripts/validation/online/report.sh; report odd 'A title' warn \"$(printf"
                            + " 'a\"b\\\\c\\n"
                            + "d\\te\\033[1m\\377ü')\"")));

            assertThat(checks.parse(result.output()))
                    .containsExactly(new CheckResult("odd", "A title", Status.WARNING, "a\"b\\c d e [1mü"));
        }
    }
}
