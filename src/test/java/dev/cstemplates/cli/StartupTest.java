package dev.cstemplates.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StartupTest {

    /** Loading the classes that build takes a second, which a read-only command must not spend. */
    @Test
    void listLoadsNoBuildClasses() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try (var processes = new Processes()) {
            var result = processes.check(Command.of(
                    java,
                    "-Xlog:class+load",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "list"));
            assertThat(result.lines()).anySatisfy(line -> assertThat(line).contains("picocli.CommandLine"));
            assertThat(result.output())
                    .doesNotContain("org.apache.sshd", "freemarker.", "org.jline", "org.bouncycastle");
        }
    }
}
