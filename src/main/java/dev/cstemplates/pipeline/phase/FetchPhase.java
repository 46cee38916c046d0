package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.engine.ResourceRequirements;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * Finds out which ISO or cloud image the vendor has today, downloads it where it is not here yet, and verifies it. What it leaves is the
 * medium's digest, not the medium: that lies in a cache of its own, shared by all builds. So the next phase's key holds the content.
 */
public final class FetchPhase implements Phase {

    static final String NAME = "fetch";
    static final String MEDIUM = "medium.json";

    private final MediumResolver media;

    /** @param library asked for when a build has something to fetch */
    public FetchPhase(Supplier<MediaLibrary> library) {
        this.media = new MediumResolver(library);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean appliesTo(ResolvedBuild build) {
        return build.source() != Source.BOOTSTRAP;
    }

    @Override
    public SortedMap<String, String> inputs(ResolvedBuild build) {
        var inputs = MediumResolver.inputs(build);
        inputs.put("source", build.source().id());
        return inputs;
    }

    /** A download goes on beside other builds' guests: its disk space is the cache's, which is looked at when it begins. */
    @Override
    public ResourceRequirements needs(ResolvedBuild build) {
        return ResourceRequirements.NONE;
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(5);
    }

    @Override
    public String reasonToStart() {
        return "which medium is the newest, and its digest, are not known yet";
    }

    @Override
    public Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
        return MediumResolver.mayAge(build)
                        && age.compareTo(build.definition().limits().maxAge()) > 0
                ? Optional.of("the vendor was asked for the newest medium " + age.toDays() + " days ago")
                : Optional.empty();
    }

    @Override
    public void run(ResolvedBuild build, Workplace workplace) {
        var medium = media.fetch(build, workplace.activity());
        workplace.activity().accept("%s is here: %s".formatted(medium.fileName(), medium.digest()));
        MediumResolver.FetchedMedium.of(medium).write(workplace.target().resolve(MEDIUM));
    }

    /** The medium that an earlier run of this phase has left. */
    static MediumResolver.FetchedMedium medium(Workplace workplace) {
        return MediumResolver.FetchedMedium.read(workplace.input(NAME, MEDIUM));
    }
}
