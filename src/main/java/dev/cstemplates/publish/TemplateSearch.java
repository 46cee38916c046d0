/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds the template of a disk. */
final class TemplateSearch {

    private final CloudStack cloud;
    private final TemplateDisk disk;
    private final Consumer<String> notice;

    TemplateSearch(CloudStack cloud, TemplateDisk disk, Consumer<String> notice) {
        this.cloud = cloud;
        this.disk = disk;
        this.notice = notice;
    }

    /** By its tags, or (before it has any) by its name and text. */
    Optional<TemplateView> find() {
        var tagged = cloud.templates().byTag(TemplateTags.DIGEST, disk.entry().sha256()).stream()
                .filter(each -> disk.manifest().version().equals(each.tags().get(TemplateTags.VERSION)));
        var named = cloud.templates().byName(disk.candidateName()).stream()
                .filter(each -> !each.tags().containsKey(TemplateTags.DIGEST))
                .filter(each -> each.displayText().equals(disk.displayText()));
        var ours = TemplateView.of(Stream.concat(tagged, named)
                .filter(each -> each.hypervisor().equalsIgnoreCase(disk.hypervisor()))
                .distinct()
                .toList());
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        var best = ours.stream().min(TemplateSeries.KEPT_FIRST).orElseThrow();
        if (ours.size() > 1) {
            notice.accept("%s exists %d times; %s counts, 'cst publications prune' deletes the others"
                    .formatted(disk.candidateName(), ours.size(), best.id()));
        }
        return Optional.of(best);
    }
}
