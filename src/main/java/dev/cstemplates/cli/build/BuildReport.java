package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cli.App;
import dev.cstemplates.cli.cloud.PublishService;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.publish.Publication;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of builds.
 *
 * @param until the last phase that was asked for; null for all
 * @param published where artifacts were published
 */
record BuildReport(App app, @Nullable String until, Map<Artifact, List<Publication>> published) {

    void show(List<BuildTask.Result> results) {
        results.forEach(this::tell);
    }

    void showAsJson(List<BuildTask.Result> results) {
        app.output().json(results.stream().map(this::fields).toList());
    }

    /** That of the worst failure, or 0. */
    static int exitCode(List<BuildTask.Result> results) {
        return results.stream()
                .map(BuildTask.Result::failure)
                .filter(Objects::nonNull)
                .mapToInt(failure -> failure.kind().exitCode())
                .max()
                .orElse(0);
    }

    private void tell(BuildTask.Result result) {
        var failure = result.failure();
        if (failure != null) {
            app.output().error(result.request().definition() + ": " + failure.message());
            if (!failure.remedy().isEmpty()) {
                app.output().err().println(failure.remedy());
            }
            return;
        }
        var artifact = result.artifact();
        if (artifact == null) {
            app.output().line(result.request().definition() + (until == null ? " is done" : " is done until " + until));
            return;
        }
        app.output().line(artifact.reference() + (result.phasesRun() == 0 ? " is up to date" : " is ready"));
        for (var entry : artifact.manifest().files()) {
            if (entry.role().equals("disk") || entry.name().endsWith(".html")) {
                app.output().line("  %s  %s".formatted(artifact.file(entry), new ByteSize(entry.size())));
            }
        }
        for (var publication : published.getOrDefault(artifact, List.of())) {
            app.output()
                    .line("  published as %s, %s, in %s"
                            .formatted(
                                    publication.disk().candidateName(),
                                    publication.template(),
                                    String.join(", ", PublishService.zoneNames(publication))));
        }
    }

    private Map<String, Object> fields(BuildTask.Result result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", result.request().definition());
        var failure = result.failure();
        Artifact artifact = result.artifact();
        fields.put("outcome", failure != null ? "failed" : result.phasesRun() == 0 ? "up-to-date" : "built");
        fields.put("phasesRun", result.phasesRun());
        if (artifact != null) {
            fields.put("version", artifact.manifest().version());
            fields.put("folder", artifact.folder().toString());
        }
        if (published.containsKey(artifact)) {
            fields.put(
                    "published",
                    published.get(artifact).stream().map(PublishService::fields).toList());
        }
        if (failure != null) {
            fields.put("error", failure.message());
            fields.put("remedy", failure.remedy());
        }
        return fields;
    }
}
