/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.cloudstack.fake.DownloadFate;
import dev.cstemplates.cloudstack.fake.Fault;
import dev.cstemplates.cloudstack.fake.UploadFate;
import dev.cstemplates.core.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault of a cloud: its effect on a publication, and that the next publication succeeds after the fault is fixed. */
class FaultMatrixTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /**
     * One fault.
     *
     * @param message part of the failure's message; empty if the publication succeeds despite the fault
     */
    record Case(String name, boolean isUpload, Consumer<RunRig> fault, Consumer<RunRig> fix, String message) {

        static Case tolerated(String name, boolean isUpload, Consumer<RunRig> fault) {
            return new Case(name, isUpload, fault, rig -> {}, "");
        }

        static Case fatal(String name, boolean isUpload, String message, Consumer<RunRig> fault) {
            return new Case(name, isUpload, fault, rig -> {}, message);
        }

        Case fixedBy(Consumer<RunRig> fix) {
            return new Case(name, isUpload, fault, fix, message);
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
                        .fixedBy(rig -> rig.setClock(Duration.ZERO)),
                Case.tolerated("429 to a list and to a change", false, rig -> {
                    next(rig, "listTemplates", Fault.rateLimited());
                    next(rig, "registerTemplate", Fault.rateLimited(), Fault.rateLimited());
                }),
                Case.fatal(
                                "431: the server rejects the URL",
                                false,
                                "Illegal host specified in URL.",
                                rig -> rig.fake().settings().validateUrl = true)
                        .fixedBy(rig -> rig.fake().settings().validateUrl = false),
                Case.fatal(
                        "530 to a change",
                        false,
                        "Internal error",
                        rig -> next(rig, "registerTemplate", Fault.internalError())),
                Case.tolerated("503 to new jobs", true, rig -> {
                    next(rig, "createTags", Fault.shuttingDown());
                    next(rig, "copyTemplate", Fault.shuttingDown(), Fault.shuttingDown());
                }),
                Case.tolerated(
                        "502 by a proxy",
                        false,
                        rig -> next(rig, "listTemplates", new Fault.ProxyPage(502), new Fault.ProxyPage(502))),
                Case.tolerated(
                        "an empty body instead of a list",
                        false,
                        rig -> next(rig, "listTemplates", new Fault.EmptyBody(), new Fault.EmptyBody())),
                Case.tolerated(
                        "an empty body instead of the new template",
                        false,
                        rig -> next(rig, "registerTemplate", new Fault.EmptyBody())),
                Case.tolerated(
                        "a connection that is cut before the registration",
                        false,
                        rig -> next(rig, "registerTemplate", new Fault.CutBefore())),
                Case.tolerated(
                        "a connection that is cut after the registration",
                        false,
                        rig -> next(rig, "registerTemplate", new Fault.CutAfter())),
                Case.tolerated(
                        "a connection that is cut in the middle of a job",
                        true,
                        rig -> rig.fake()
                                .faults()
                                .after(3, "queryAsyncJobResult", new Fault.CutBefore(), new Fault.CutAfter())),
                Case.tolerated(
                        "a connection that is cut after tags were created",
                        false,
                        rig -> next(rig, "createTags", new Fault.CutAfter())),
                Case.tolerated(
                        "an upload that dies at 50 %",
                        true, rig -> rig.fake().faults().nextUploads(UploadFate.DIES_HALFWAY)),
                Case.fatal(
                        "uploads that all die at 50 %",
                        true,
                        "upload",
                        rig -> rig.fake()
                                .faults()
                                .nextUploads(
                                        UploadFate.DIES_HALFWAY, UploadFate.DIES_HALFWAY, UploadFate.DIES_HALFWAY)),
                Case.fatal(
                        "an upload that the storage's monitor finds broken",
                        true,
                        "UploadError",
                        rig -> rig.fake().faults().nextUploads(UploadFate.FAILS_AFTERWARDS)),
                Case.fatal(
                        "an upload that vanishes",
                        true,
                        "vanished",
                        rig -> rig.fake().faults().nextUploads(UploadFate.VANISHES)),
                Case.fatal(
                        "a download that ends in DOWNLOAD_ERROR in one zone",
                        false,
                        "Sandbox-2: No space left on device",
                        rig -> rig.fake()
                                .faults()
                                .nextDownloads(
                                        new DownloadFate.AsServed(),
                                        new DownloadFate.Fails("No space left on device"))),
                Case.fatal(
                        "a download that is ABANDONED",
                        false,
                        "ABANDONED",
                        rig -> rig.fake()
                                .faults()
                                .nextDownloads(new DownloadFate.Abandoned(), new DownloadFate.Abandoned())),
                Case.fatal(
                        "NOT_DOWNLOADED forever",
                        false,
                        "no change for 30 min",
                        rig -> rig.fake()
                                .faults()
                                .nextDownloads(new DownloadFate.NeverBegins(""), new DownloadFate.NeverBegins(""))),
                Case.fatal(
                        "NOT_DOWNLOADED with an error in its status",
                        false,
                        "Storage agent is not connected",
                        rig -> rig.fake()
                                .faults()
                                .nextDownloads(
                                        new DownloadFate.NeverBegins("Storage agent is not connected"),
                                        new DownloadFate.NeverBegins("Storage agent is not connected"))),
                Case.fatal(
                                "a copy that fails although its job succeeds",
                                true,
                                "HTTP Server returned 404",
                                rig -> rig.fake()
                                        .faults()
                                        .failCopiesInto(rig.fake().zone2().id()))
                        .fixedBy(rig -> rig.fake().faults().fixCopies()),
                Case.fatal(
                                "a template that is hidden because its hypervisor has no host any more",
                                false,
                                "KVM",
                                rig -> rig.fake()
                                        .faults()
                                        .then(
                                                "registerTemplate",
                                                () -> rig.fake().removeHosts("KVM")))
                        .fixedBy(rig -> rig.fake().addHosts("KVM")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isToleratedOrReportedAndTheNextRunSucceeds(Case fault) throws Exception {
        try (var rig = new RunRig(folder)) {
            var request = rig.request(rig.artifact(1), fault.isUpload(), "kvm");
            fault.fault().accept(rig);

            if (fault.message().isEmpty()) {
                assertThat(rig.publisher().publish(request)).allMatch(Publication::isReady);
                assertReadyOnce(rig);
                return;
            }
            assertThatThrownBy(() -> rig.publisher().publish(request))
                    .isInstanceOf(Failure.class)
                    .hasMessageContaining(fault.message())
                    .satisfies(failure -> assertThat(failure.toString())
                            .doesNotContain(rig.fake().admin().secretKey()));

            fault.fix().accept(rig);
            assertThat(rig.publisher().publish(request)).allMatch(Publication::isReady);
            assertReadyOnce(rig);
        }
    }

    private static void assertReadyOnce(RunRig rig) {
        assertThat(rig.fake().templates()).singleElement().satisfies(template -> {
            assertThat(template.isReadyIn(rig.fake().zone1())).isTrue();
            assertThat(template.isReadyIn(rig.fake().zone2())).isTrue();
            assertThat(template.tags()).containsKeys("cst-sha256", "cst-version");
        });
    }

    private static void next(RunRig rig, String command, Fault... faults) {
        rig.fake().faults().next(command, faults);
    }
}
