package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Stream;

/** Deletes old versions. */
final class Pruner {

    private final CloudStack cloud;
    private final boolean onlyUnused;
    private final boolean isDry;

    /**
     * @param onlyUnused whether to skip versions that instances use; else they are an error
     * @param isDry whether to delete nothing and only report
     */
    Pruner(CloudStack cloud, boolean onlyUnused, boolean isDry) {
        this.cloud = cloud;
        this.onlyUnused = onlyUnused;
        this.isDry = isDry;
    }

    /** Deletes all versions of each series but the current one and the {@code keep} newest that are not retired. */
    List<Pruned> prune(List<TemplateSeries> all, int keep) {
        return all.stream()
                .flatMap(series -> tooOld(series, keep))
                .map(this::pruned)
                .toList();
    }

    private static Stream<TemplateView> tooOld(TemplateSeries series, int keep) {
        var newest = series.versions().reversed().stream()
                .filter(each -> series.state(each) != ReleaseState.RETIRED)
                .limit(keep)
                .toList();
        return series.versions().stream()
                .filter(each -> !newest.contains(each) && series.state(each) != ReleaseState.CURRENT);
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
            // Only the server sees the instances of other accounts.
            if (error.kind() == ErrorKind.IN_USE) {
                return used(version, "instances use it");
            }
            throw error;
        }
    }

    private Pruned used(TemplateView version, String reason) {
        var name = version.any().name();
        if (!onlyUnused) {
            throw Failure.remote("Cannot delete " + name + ": " + reason, "Skip versions in use with --unused.", false);
        }
        return new Pruned(version.id(), name, false, reason);
    }
}
