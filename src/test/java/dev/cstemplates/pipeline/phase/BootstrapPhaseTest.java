/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.catalog.Shelf;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Hypervisor;
import dev.cstemplates.guest.GuestWatchdog;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.PackerRun;
import dev.cstemplates.packer.ProjectRenderer;
import dev.cstemplates.packer.RenderedProject;
import dev.cstemplates.pipeline.project.PackerProjectFactory;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapPhaseTest {

    @TempDir
    Path folder;

    @Test
    void aMissingKeyringIsReportedWithItsPackage() throws IOException {
        var shelf = Shelf.in(folder).put("plain/1", Shelf.COMPLETE);
        var build = new ResolvedBuild(
                shelf.catalog().definition("plain-1"),
                Architecture.X86_64,
                Source.BOOTSTRAP,
                new TreeSet<>(List.of(Hypervisor.KVM)),
                null,
                null,
                Accelerator.TCG,
                null);
        var project = new RenderedProject(folder.resolve("project"), "install", List.of(), ByteSize.ofGiB(1), null);
        var context = new PhaseContext(folder, folder, folder, Map.of(), text -> {}, () -> {});
        var phase = new BootstrapPhase(
                new PackerProjectFactory(shelf.installation()),
                new ProjectRenderer(Path.of("configs/packer"), Host.ofThisProcess()),
                new PackerRun(new Processes(), () -> {
                    throw new IllegalStateException("Packer must not run");
                }),
                new GuestWatchdog());

        assertThatThrownBy(() -> phase.variables(build, project, context))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Failure.Kind.HOST);
                    assertThat(failure.message()).contains("Cannot read the keyring /usr/share/keyrings/plain.gpg");
                    assertThat(failure.remedy()).isEqualTo("Install the package 'plain-keyring'.");
                });
    }
}
