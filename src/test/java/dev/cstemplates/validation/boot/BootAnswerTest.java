package dev.cstemplates.validation.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.guest.HypervisorProfile;
import dev.cstemplates.validation.report.Attachment;
import dev.cstemplates.validation.report.CheckGroup;
import dev.cstemplates.validation.router.Fault;
import dev.cstemplates.validation.target.Expectations;
import dev.cstemplates.validation.target.ValidationTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What crosses the border between {@code cst} and the process of the boot check. */
class BootAnswerTest {

    @TempDir
    Path folder;

    @Test
    void planSurvivesSerialization() throws IOException {
        var expected = new Expectations(
                Architecture.X86_64,
                "debian",
                "12",
                "apt",
                ByteSize.ofGiB(4),
                "x86-64-v2",
                2,
                ByteSize.ofGiB(1),
                "debian",
                true,
                List.of("CloudStack", "None"),
                List.of("http://mirror.example.org/debian"),
                Duration.ofMinutes(5),
                3);
        var target = new ValidationTarget(Path.of("/a/disk.qcow2"), "qcow2", expected, Accelerator.TCG);
        var plan = new BootPlan(
                new BootRequest(target, HypervisorProfile.of(Hypervisor.KVM), Path.of("/scripts"), Path.of("/work")),
                Set.of(Fault.NO_USER_DATA),
                true);

        assertThat(sent(plan, BootPlan.class)).isEqualTo(plan);
        assertThat(target.bootLimit()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void resultSurvivesSerialization() throws IOException {
        var result = new BootResult(
                List.of(new CheckGroup(
                        "Boot 1 (BIOS)",
                        List.of(
                                new CheckResult("boot1.ssh-key", "An SSH login", Status.PASSED, "8.1 s"),
                                new CheckResult("boot1.password", "A password", Status.SKIPPED, "disabled")))),
                Map.of("timeToSsh", "8.1"),
                List.of(new Attachment("boot-1-screen.png", "image/png", Path.of("/work/screen.png"))));

        assertThat(sent(BootAnswer.of(result), BootAnswer.class).resultOrThrow())
                .isEqualTo(result);
    }

    @Test
    void failureKeepsItsKindRemedyAndTransience() throws IOException {
        var failure = Failure.host("The disk is full", "Free some space").worthRetrying();

        var answer = sent(BootAnswer.of(failure), BootAnswer.class);

        assertThatThrownBy(answer::resultOrThrow).isInstanceOfSatisfying(Failure.class, thrown -> {
            assertThat(thrown.kind()).isEqualTo(Failure.Kind.HOST);
            assertThat(thrown.message()).isEqualTo("The disk is full");
            assertThat(thrown.remedy()).isEqualTo("Free some space");
            assertThat(thrown.isTransient()).isTrue();
        });
    }

    @Test
    void internalErrorIsAFailureWithItsCause() {
        var answer = BootAnswer.of(new IllegalStateException("no such thing"));

        assertThatThrownBy(answer::resultOrThrow)
                .isInstanceOf(Failure.class)
                .hasMessageContaining("Internal error")
                .hasMessageContaining("no such thing");
    }

    private <T> T sent(T value, Class<T> type) throws IOException {
        var file = folder.resolve("message.json");
        JsonFiles.write(file, value);
        return JsonFiles.read(file, type);
    }
}
