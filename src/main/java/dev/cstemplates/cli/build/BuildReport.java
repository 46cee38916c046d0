/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.build;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.cli.cloud.PublishService;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.publish.Publication;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Prints how builds ended. */
final class BuildReport {

    private final Output output;
    private final @Nullable String until;
    private final Map<Artifact, List<Publication>> published;

    /**
     * @param until the last phase that was requested; null for all
     * @param published where artifacts were published
     */
    BuildReport(Output output, @Nullable String until, Map<Artifact, List<Publication>> published) {
        this.output = output;
        this.until = until;
        this.published = published;
    }

    /** Returns the exit code: that of the worst failure, or 0. */
    int print(List<BuildResult> results, boolean json) {
        if (json) {
            output.json(results.stream().map(this::fields).toList());
        } else {
            results.forEach(this::print);
        }
        return results.stream()
                .map(BuildResult::failure)
                .filter(Objects::nonNull)
                .mapToInt(failure -> failure.kind().exitCode())
                .max()
                .orElse(0);
    }

    private void print(BuildResult result) {
        var failure = result.failure();
        if (failure != null) {
            output.error(result.definition() + ": " + failure.message());
            if (!failure.remedy().isEmpty()) {
                output.err().println(failure.remedy());
            }
            return;
        }
        var artifact = result.artifact();
        if (artifact == null) {
            output.line(result.definition() + (until == null ? " is done" : " is done up to phase " + until));
            return;
        }
        output.line(artifact.reference() + (result.phasesRun() == 0 ? " is up to date" : " is ready"));
        for (var entry : artifact.manifest().files()) {
            if (entry.role().equals("disk") || entry.name().endsWith(".html")) {
                output.line("  %s  %s".formatted(artifact.file(entry), new ByteSize(entry.size())));
            }
        }
        for (var publication : published.getOrDefault(artifact, List.of())) {
            output.line("  published as %s, %s, in %s"
                    .formatted(
                            publication.disk().candidateName(),
                            publication.template(),
                            String.join(", ", PublishService.zoneNames(publication))));
        }
    }

    private Map<String, Object> fields(BuildResult result) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", result.definition());
        var failure = result.failure();
        var artifact = result.artifact();
        fields.put("outcome", outcome(result));
        fields.put("phasesRun", result.phasesRun());
        if (artifact != null) {
            fields.put("version", artifact.manifest().version());
            fields.put("folder", artifact.folder().toString());
        }
        var publications = artifact == null ? null : published.get(artifact);
        if (publications != null) {
            fields.put(
                    "published",
                    publications.stream().map(PublishService::fields).toList());
        }
        if (failure != null) {
            fields.put("error", failure.message());
            fields.put("remedy", failure.remedy());
        }
        return fields;
    }

    private static String outcome(BuildResult result) {
        var failure = result.failure();
        if (failure != null) {
            return failure.kind() == Failure.Kind.CANCELLED ? "cancelled" : "failed";
        }
        return result.phasesRun() == 0 ? "up-to-date" : "built";
    }
}
