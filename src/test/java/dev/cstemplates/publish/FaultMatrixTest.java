package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.cloudstack.standin.DownloadFate;
import dev.cstemplates.cloudstack.standin.Fault;
import dev.cstemplates.cloudstack.standin.UploadFate;
import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault that a cloud has, with what comes of a publication that meets it, and of the next one when it is mended. */
class FaultMatrixTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /**
     * One fault.
     *
     * @param words what the failure says; empty when the publication gets over it
     */
    record Case(String name, boolean isUpload, Consumer<RunRig> fault, Consumer<RunRig> mending, String words) {

        static Case overcome(String name, boolean isUpload, Consumer<RunRig> fault) {
            return new Case(name, isUpload, fault, rig -> {}, "");
        }

        static Case fatal(String name, boolean isUpload, String words, Consumer<RunRig> fault) {
            return new Case(name, isUpload, fault, rig -> {}, words);
        }

        Case mendedBy(Consumer<RunRig> mending) {
            return new Case(name, isUpload, fault, mending, words);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                Case.fatal(
                                "401 by a clock that is behind the server's",
                                false,
                                "minutes behind the server's",
                                rig -> rig.setClock(Duration.ofMinutes(-20)))
                        .mendedBy(rig -> rig.setClock(Duration.ZERO)),
                Case.overcome("429 to a list and to a change", false, rig -> {
                    next(rig, "listTemplates", Fault.rateLimited());
                    next(rig, "registerTemplate", Fault.rateLimited(), Fault.rateLimited());
                }),
                Case.fatal(
                                "431: the server does not like the URL",
                                false,
                                "Illegal host specified in URL.",
                                rig -> rig.standIn().settings().validateUrl = true)
                        .mendedBy(rig -> rig.standIn().settings().validateUrl = false),
                Case.fatal(
                        "530 to a change",
                        false,
                        "Internal error",
                        rig -> next(rig, "registerTemplate", Fault.internalError())),
                Case.overcome("503 to new jobs", true, rig -> {
                    next(rig, "createTags", Fault.shuttingDown());
                    next(rig, "copyTemplate", Fault.shuttingDown(), Fault.shuttingDown());
                }),
                Case.overcome(
                        "502 by a proxy",
                        false,
                        rig -> next(rig, "listTemplates", new Fault.ProxyPage(502), new Fault.ProxyPage(502))),
                Case.overcome(
                        "an empty body instead of a list",
                        false,
                        rig -> next(rig, "listTemplates", new Fault.EmptyBody(), new Fault.EmptyBody())),
                Case.overcome(
                        "an empty body instead of the new template",
                        false,
                        rig -> next(rig, "registerTemplate", new Fault.EmptyBody())),
                Case.overcome(
                        "a connection that is cut before the registration",
                        false,
                        rig -> next(rig, "registerTemplate", new Fault.CutBefore())),
                Case.overcome(
                        "a connection that is cut after the registration",
                        false,
                        rig -> next(rig, "registerTemplate", new Fault.CutAfter())),
                Case.overcome(
                        "a connection that is cut in the middle of a job",
                        true,
                        rig -> rig.standIn()
                                .faults()
                                .after(3, "queryAsyncJobResult", new Fault.CutBefore(), new Fault.CutAfter())),
                Case.overcome(
                        "a connection that is cut after tags were made",
                        false,
                        rig -> next(rig, "createTags", new Fault.CutAfter())),
                Case.overcome(
                        "an upload that dies at 50 %",
                        true, rig -> rig.standIn().faults().nextUploads(UploadFate.DIES_HALFWAY)),
                Case.fatal(
                        "uploads that all die at 50 %",
                        true,
                        "upload",
                        rig -> rig.standIn()
                                .faults()
                                .nextUploads(
                                        UploadFate.DIES_HALFWAY, UploadFate.DIES_HALFWAY, UploadFate.DIES_HALFWAY)),
                Case.fatal(
                        "an upload that the storage's monitor finds broken",
                        true,
                        "UploadError",
                        rig -> rig.standIn().faults().nextUploads(UploadFate.FAILS_AFTERWARDS)),
                Case.fatal(
                        "an upload that vanishes",
                        true,
                        "vanished",
                        rig -> rig.standIn().faults().nextUploads(UploadFate.VANISHES)),
                Case.fatal(
                        "a download that ends in DOWNLOAD_ERROR in one zone",
                        false,
                        "Sandbox-2: No space left on device",
                        rig -> rig.standIn()
                                .faults()
                                .nextDownloads(
                                        new DownloadFate.AsServed(),
                                        new DownloadFate.Fails("No space left on device"))),
                Case.fatal(
                        "a download that is ABANDONED",
                        false,
                        "ABANDONED",
                        rig -> rig.standIn()
                                .faults()
                                .nextDownloads(new DownloadFate.Abandoned(), new DownloadFate.Abandoned())),
                Case.fatal(
                        "NOT_DOWNLOADED for ever",
                        false,
                        "no change for 30 min",
                        rig -> rig.standIn()
                                .faults()
                                .nextDownloads(new DownloadFate.NeverBegins(""), new DownloadFate.NeverBegins(""))),
                Case.fatal(
                        "NOT_DOWNLOADED with an error in its status",
                        false,
                        "Storage agent is not connected",
                        rig -> rig.standIn()
                                .faults()
                                .nextDownloads(
                                        new DownloadFate.NeverBegins("Storage agent is not connected"),
                                        new DownloadFate.NeverBegins("Storage agent is not connected"))),
                Case.fatal(
                                "a copy that failed and whose job says success",
                                true,
                                "HTTP Server returned 404",
                                rig -> rig.standIn()
                                        .faults()
                                        .failCopiesInto(rig.standIn().zone2().id()))
                        .mendedBy(rig -> rig.standIn().faults().mendCopies()),
                Case.fatal(
                                "a template that is hidden because its last host has gone",
                                false,
                                "KVM",
                                rig -> rig.standIn()
                                        .faults()
                                        .then(
                                                "registerTemplate",
                                                () -> rig.standIn().removeHosts("KVM")))
                        .mendedBy(rig -> rig.standIn().addHosts("KVM")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isOvercomeOrToldAndThenMended(Case fault) throws Exception {
        try (var rig = new RunRig(folder)) {
            var request = rig.request(rig.artifact(1), fault.isUpload(), "kvm");
            fault.fault().accept(rig);

            if (fault.words().isEmpty()) {
                assertThat(rig.publisher().publish(request)).allMatch(Publication::isReady);
                assertReadyOnce(rig);
                return;
            }
            assertThatThrownBy(() -> rig.publisher().publish(request))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(fault.words())
                    .satisfies(failure -> assertThat(failure.toString())
                            .doesNotContain(rig.standIn().admin().secretKey()));

            fault.mending().accept(rig);
            assertThat(rig.publisher().publish(request)).allMatch(Publication::isReady);
            assertReadyOnce(rig);
        }
    }

    private static void assertReadyOnce(RunRig rig) {
        assertThat(rig.standIn().templates()).singleElement().satisfies(template -> {
            assertThat(template.isReadyIn(rig.standIn().zone1())).isTrue();
            assertThat(template.isReadyIn(rig.standIn().zone2())).isTrue();
            assertThat(template.tags()).containsKeys("cst-sha256", "cst-version");
        });
    }

    private static void next(RunRig rig, String command, Fault... faults) {
        rig.standIn().faults().next(command, faults);
    }
}
