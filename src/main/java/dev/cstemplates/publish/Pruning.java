package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.Kind;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Stream;

/**
 * Deletes old versions.
 *
 * @param onlyUnused whether a version that an instance uses is left; else it is an error
 * @param isDry whether to tell only what would go
 */
record Pruning(CloudStack cloud, boolean onlyUnused, boolean isDry) {

    /** All but the current version and the {@code keep} newest that are not retired, of each line. */
    List<Pruned> of(List<TemplateSeries> lines, int keep) {
        return lines.stream()
                .flatMap(line -> tooOld(line, keep))
                .map(this::pruned)
                .toList();
    }

    private static Stream<TemplateView> tooOld(TemplateSeries line, int keep) {
        var newest = line.versions().reversed().stream()
                .filter(each -> line.standing(each) != ReleaseState.RETIRED)
                .limit(keep)
                .toList();
        return line.versions().stream()
                .filter(each -> !newest.contains(each) && line.standing(each) != ReleaseState.CURRENT);
    }

    private Pruned pruned(TemplateView version) {
        var name = version.any().name();
        var users = cloud.instances().of(version.id()).size();
        if (users > 0) {
            return used(version, users + " instances use it");
        }
        if (isDry) {
            return new Pruned(version.id(), name, false, "would be deleted");
        }
        try {
            cloud.templates().delete(version.id(), null);
            return new Pruned(version.id(), name, true, "");
        } catch (CloudStackError error) {
            // Instances of other accounts are seen by the server alone.
            if (error.kind() == Kind.IN_USE) {
                return used(version, "instances use it");
            }
            throw error;
        }
    }

    private Pruned used(TemplateView version, String reason) {
        var name = version.any().name();
        if (!onlyUnused) {
            throw Failure.remote(name + " can't be deleted: " + reason, "Leave such versions with --unused.", false);
        }
        return new Pruned(version.id(), name, false, reason);
    }
}
