/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import dev.cstemplates.cloudstack.TemplateState;
import dev.cstemplates.core.Failure;
import java.util.List;
import java.util.stream.Collectors;
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

    /**
     * Deletes all versions of each series but the current one and the {@code keep} newest that are not retired.
     *
     * @throws Failure at the end if something could not be deleted; it says what was
     */
    List<Pruned> prune(List<TemplateSeries> all, int keep) {
        var pruned = all.stream()
                .flatMap(series -> tooOld(series, keep))
                .map(this::pruned)
                .toList();
        var failed = pruned.stream().filter(Pruned::isFailed).toList();
        if (!failed.isEmpty()) {
            throw Failure.remote(
                    pruned.stream()
                            .map(each -> (each.isDeleted() ? "Deleted " : "Cannot delete ")
                                    + each.name()
                                    + (each.reason().isEmpty() ? "" : ": " + each.reason()))
                            .collect(Collectors.joining("\n  ")),
                    "Skip versions in use with --unused; look for the others in the management server's log.",
                    false);
        }
        return pruned;
    }

    private static Stream<TemplateView> tooOld(TemplateSeries series, int keep) {
        var newest = series.versions().reversed().stream()
                .filter(each ->
                        series.state(each) != ReleaseState.RETIRED && series.state(each) != ReleaseState.DUPLICATE)
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
            return new Pruned(version.id(), name, false, false, "would be deleted");
        }
        try {
            deleteUnfinished(version);
            cloud.templates().delete(version.id(), null);
            return new Pruned(version.id(), name, true, false, "");
        } catch (CloudStackError error) {
            return switch (error.kind()) {
                // Only the server sees the instances of other accounts.
                case IN_USE -> used(version, "instances use it");
                case FORBIDDEN, INVALID, SERVER, UNAVAILABLE, JOB_TIMEOUT ->
                    new Pruned(version.id(), name, false, true, error.message());
                default -> throw error;
            };
        }
    }

    /**
     * The server deletes zone by zone and refuses a zone whose download was cut. So such zones come first: replaced by a copy from a
     * ready zone, they can be deleted. The ready copy is never deleted while one of them is left: nothing could replace it then.
     */
    private void deleteUnfinished(TemplateView version) {
        var ready = version.ready();
        if (ready.isEmpty()) {
            return;
        }
        for (var entry : version.entries()) {
            if (!(entry.state() instanceof TemplateState.Working)) {
                continue;
            }
            try {
                cloud.templates().delete(version.id(), entry.zone());
            } catch (CloudStackError error) {
                if (error.kind() != ErrorKind.SERVER) {
                    throw error;
                }
                cloud.templates().copy(version.id(), ready.get().zone(), List.of(entry.zone()));
                cloud.templates().delete(version.id(), entry.zone());
            }
        }
    }

    private Pruned used(TemplateView version, String reason) {
        return new Pruned(version.id(), version.any().name(), false, !onlyUnused, reason);
    }
}
