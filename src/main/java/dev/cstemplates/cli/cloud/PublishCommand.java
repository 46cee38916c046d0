/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.Failure;
import dev.cstemplates.delivery.Delivery;
import dev.cstemplates.delivery.ExistingUrl;
import dev.cstemplates.publish.Profile;
import dev.cstemplates.publish.Publication;
import dev.cstemplates.publish.Publisher;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst publish}. */
@Command(
        name = "publish",
        description = {
            "Publishes an artifact's disks to a CloudStack: one private template for each hypervisor, in every zone"
                    + " with hosts of it. Existing templates are found by their tags, and interrupted publications"
                    + " are completed.",
            "Users see a template after it is promoted."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst publish debian-12 --profile prod              with the profile's settings",
            "  cst publish debian-12 --profile prod --dry-run    print the calls",
            "  cst publish debian-12 --profile prod --upload --zone z1",
            "  cst publish debian-12 --profile prod --url https://mirror.example.org/cst"
        })
final class PublishCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<ArtifactStore> artifacts;
    private final Supplier<PublishService> publishing;
    private final Supplier<CloudStackContext> clouds;

    @Parameters(paramLabel = "ID[@VERSION]", description = "One of 'cst artifacts list'. " + VersionReference.DEFAULT)
    private String reference = "";

    @Option(
            names = "--arch",
            paramLabel = "ARCH",
            description = "x86_64 or aarch64. Default: this host's, else the only one.")
    private @Nullable String arch;

    @Mixin
    private final CloudOptions options = new CloudOptions();

    @Option(names = "--zone", paramLabel = "Z", split = ",", description = "Zones. Default: the profile's.")
    private List<String> zones = List.of();

    @Option(
            names = "--hypervisor",
            paramLabel = "H",
            split = ",",
            description = "kvm, xenserver, vmware, hyperv. Default: the profile's.")
    private List<String> hypervisors = List.of();

    @Option(names = "--upload", description = "Upload to the secondary storage VM.")
    private boolean upload;

    @Option(names = "--url", paramLabel = "BASE", description = "The files are available below this URL.")
    private @Nullable URI url;

    @Option(names = "--dry-run", description = "Print the calls that would be made, and make none.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print an array of objects; progress goes to standard error.")
    private boolean json;

    PublishCommand(
            Output output,
            Supplier<ArtifactStore> artifacts,
            Supplier<PublishService> publishing,
            Supplier<CloudStackContext> clouds) {
        this.output = output;
        this.artifacts = artifacts;
        this.publishing = publishing;
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        if (upload && url != null) {
            throw Failure.usage("--upload and --url cannot be combined", "Choose one.");
        }
        var artifact = artifacts.get().find(VersionReference.parse(reference, arch));
        var profile = clouds.get().profiles().find(options.profile());
        var target = new PublishService.Target(options.profile(), hypervisors, zones);
        try (var delivery = delivery(profile)) {
            if (dryRun) {
                publishing
                        .get()
                        .run(artifact, target, delivery, Publisher::plan)
                        .forEach(output::line);
            } else {
                print(publishing.get().publish(artifact, target, delivery));
            }
        }
        return 0;
    }

    private @Nullable Delivery delivery(Profile profile) {
        if (url != null) {
            return new ExistingUrl(url);
        }
        return upload ? null : clouds.get().delivery(profile.delivery());
    }

    private void print(List<Publication> publications) {
        if (json) {
            output.json(publications.stream().map(PublishService::fields).toList());
            return;
        }
        output.table(
                List.of("template", "hypervisor", "id", "zones"),
                publications.stream()
                        .map(each -> List.of(
                                each.disk().candidateName(),
                                each.disk().hypervisor(),
                                each.template(),
                                String.join(", ", PublishService.zoneNames(each))))
                        .toList());
    }
}
