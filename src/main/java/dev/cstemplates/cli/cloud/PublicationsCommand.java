/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.publish.Published;
import dev.cstemplates.publish.ReleaseState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cst publications} and {@code cst publications list}. */
@Command(
        name = "publications",
        description = {
            "Lists the templates published to a CloudStack: zones, age, state, and whether this host has a newer"
                    + " artifact."
        },
        footerHeading = "%nExample:%n",
        footer = "  cst publications list --profile prod")
final class PublicationsCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<ArtifactStore> artifacts;
    private final Clock clock;
    private final Supplier<CloudStackContext> clouds;

    /** Not required by picocli, because the subcommands have their own. */
    @Option(names = "--profile", paramLabel = "P", description = "One of 'cst profile list'. Required.")
    private @Nullable String profile;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Option(names = "--json", description = "Print an array of objects.")
    private boolean json;

    PublicationsCommand(
            Output output, Supplier<ArtifactStore> artifacts, Clock clock, Supplier<CloudStackContext> clouds) {
        this.output = output;
        this.artifacts = artifacts;
        this.clock = clock;
        this.clouds = clouds;
    }

    @Override
    public Integer call() {
        if (profile == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--profile=P'");
        }
        var cloud = clouds.get().connect(profile, "publications", "");
        var published = clouds.get()
                .lifecycle(cloud, clouds.get().profiles().find(profile), false)
                .list();
        if (json) {
            output.json(published.stream().map(this::fields).toList());
        } else if (published.isEmpty()) {
            output.line(
                    "Nothing is published yet. Publish an artifact with 'cst publish ID --profile " + profile + "'.");
        } else {
            output.table(
                    List.of("template", "hypervisor", "zones", "age", "state", "visible to", "update"),
                    published.stream().map(this::row).toList());
        }
        return 0;
    }

    private List<String> row(Published each) {
        var zones = String.join(", ", each.zones());
        return List.of(
                each.id() + "@" + each.version(),
                each.hypervisor(),
                each.notReady().isEmpty() ? zones : zones + " (not ready: " + String.join(", ", each.notReady()) + ")",
                age(each),
                each.state().name().toLowerCase(Locale.ROOT) + (each.isTested() ? "" : ", untested"),
                each.isFeatured() ? "all, featured" : each.isPublic() ? "all" : "owner",
                update(each).orElse(""));
    }

    private String age(Published each) {
        Instant created = each.created();
        return created == null ? "" : Duration.between(created, clock.instant()).toDays() + " d";
    }

    /** The newest artifact on this host for the current version's architecture and hypervisor, if it is newer. */
    private Optional<String> update(Published each) {
        if (each.state() != ReleaseState.CURRENT) {
            return Optional.empty();
        }
        return artifacts.get().list().stream()
                .map(Artifact::manifest)
                .filter(manifest -> manifest.id().equals(each.id())
                        && manifest.architecture().equals(each.architecture()))
                .filter(manifest -> manifest.files().stream()
                        .anyMatch(file -> file.hypervisor().equalsIgnoreCase(each.hypervisor())))
                .map(Manifest::version)
                .max(VersionReference.OLDEST_FIRST)
                .filter(version -> VersionReference.OLDEST_FIRST.compare(version, each.version()) > 0);
    }

    private Map<String, Object> fields(Published each) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", each.id());
        fields.put("version", each.version());
        fields.put("architecture", each.architecture());
        fields.put("hypervisor", each.hypervisor());
        fields.put("template", each.template());
        fields.put("name", each.name());
        fields.put("state", each.state().name().toLowerCase(Locale.ROOT));
        fields.put("public", each.isPublic());
        fields.put("featured", each.isFeatured());
        fields.put("tested", each.isTested());
        fields.put("created", String.valueOf(each.created()));
        fields.put("zones", each.zones());
        fields.put("notReady", each.notReady());
        fields.put("update", update(each).orElse(""));
        return fields;
    }
}
