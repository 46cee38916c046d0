package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.CloudStack;
import dev.cstemplates.cloudstack.NewTemplate;
import dev.cstemplates.cloudstack.Tags.Resource;
import dev.cstemplates.cloudstack.Template;
import dev.cstemplates.cloudstack.Zone;
import dev.cstemplates.delivery.Delivery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls that publishing a disk would make now. */
final class DryRunPlan {

    private final CloudStack cloud;
    private final TemplateDisk disk;
    private final NewTemplate template;
    private final List<Zone> zones;
    private final @Nullable Delivery delivery;

    DryRunPlan(
            CloudStack cloud, TemplateDisk disk, NewTemplate template, List<Zone> zones, @Nullable Delivery delivery) {
        this.cloud = cloud;
        this.disk = disk;
        this.template = template;
        this.zones = zones;
        this.delivery = delivery;
    }

    List<String> list() {
        var seen = new TemplateSearch(cloud, disk, notice -> {}).find();
        return seen.isEmpty() ? all() : missing(seen.get());
    }

    private List<String> all() {
        var calls = new ArrayList<String>();
        var id = "(the new template)";
        if (delivery != null) {
            calls.add(cloud.templates()
                    .registration(
                            template,
                            delivery.address(disk.item()),
                            disk.entry().sha256())
                    .toString());
        } else {
            var first = zones.getFirst().id();
            calls.add(cloud.templates().uploadRequest(template.in(first)).toString());
            calls.add("POST " + disk.item().name() + " to the returned URL");
            zones.stream()
                    .skip(1)
                    .forEach(zone -> calls.add(cloud.templates()
                            .copying(id, first, List.of(zone.id()))
                            .toString()));
        }
        calls.add(tagging(id));
        return calls;
    }

    private List<String> missing(TemplateView seen) {
        var calls = new ArrayList<String>();
        if (!seen.hasTags(disk.tags())) {
            calls.add(tagging(seen.id()));
        }
        for (var zone : zones) {
            var entry = seen.in(zone);
            var isFailed = entry.filter(TemplateView::isFailed).isPresent();
            if (isFailed) {
                calls.add(cloud.templates().deleting(seen.id(), zone.id()).toString());
            }
            if (entry.isEmpty() || isFailed) {
                var from = seen.ready().map(Template::zone).orElse("(a zone where it is ready)");
                calls.add(cloud.templates()
                        .copying(seen.id(), from, List.of(zone.id()))
                        .toString());
            }
        }
        if (calls.isEmpty()) {
            calls.add("nothing: " + disk.candidateName() + " is template " + seen.id());
        }
        return calls;
    }

    private String tagging(String id) {
        return cloud.tags().creating(Resource.TEMPLATE, id, disk.tags()).toString();
    }
}
