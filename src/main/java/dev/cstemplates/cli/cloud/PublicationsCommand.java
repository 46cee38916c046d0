package dev.cstemplates.cli.cloud;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.Manifest;
import dev.cstemplates.artifact.VersionReference;
import dev.cstemplates.cli.App;
import dev.cstemplates.publish.Published;
import dev.cstemplates.publish.ReleaseState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cst publications}. */
@Command(
        name = "publications",
        description = {
            "Shows what is published in a CloudStack: where, how old, which version is current, and of which a newer"
                    + " artifact is here."
        },
        footerHeading = "%nExample:%n",
        footer = "  cst publications --profile prod")
final class PublicationsCommand implements Callable<Integer> {

    private final App app;

    @Mixin
    private final CloudOptions options = new CloudOptions();

    @Option(names = "--json", description = "Print an array of objects.")
    private boolean json;

    PublicationsCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() {
        var profile = app.clouds().profiles().find(options.profile());
        var cloud = app.clouds().connect(options.profile(), "publications", "");
        var published = app.clouds().lifecycle(cloud, profile).list();
        if (json) {
            app.output().json(published.stream().map(this::fields).toList());
        } else if (published.isEmpty()) {
            app.output().line("Nothing is published yet: 'cst publish ID --profile " + options.profile() + "'.");
        } else {
            app.output()
                    .table(
                            List.of("template", "hypervisor", "zones", "age", "standing", "seen by", "update"),
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
                each.standing().name().toLowerCase(Locale.ROOT) + (each.isTested() ? "" : ", untested"),
                each.isFeatured() ? "all, featured" : each.isPublic() ? "all" : "owner",
                update(each).orElse(""));
    }

    private String age(Published each) {
        Instant created = each.created();
        return created == null
                ? ""
                : Duration.between(created, app.clock().instant()).toDays() + " d";
    }

    /** The newest artifact on this host for the current version's architecture and hypervisor, if it is newer. */
    private Optional<String> update(Published each) {
        if (each.standing() != ReleaseState.CURRENT) {
            return Optional.empty();
        }
        return app.artifacts().list().stream()
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
        fields.put("standing", each.standing().name().toLowerCase(Locale.ROOT));
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
