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
 * Resolves the vendor's current ISO or cloud image, downloads it if it is not cached, and verifies it. The result contains only the
 * medium's digest, so that the next phase's key depends on the content; the medium itself is in a cache shared by all builds.
 */
public final class FetchPhase implements Phase {

    static final String NAME = "fetch";
    static final String MEDIUM = "medium.json";

    private final MediumResolver media;

    /** @param library created when a build fetches a medium */
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

    /** Downloads run next to other builds' guests; their disk space is checked in the cache when they start. */
    @Override
    public ResourceRequirements requirements(ResolvedBuild build) {
        return ResourceRequirements.NONE;
    }

    @Override
    public Duration usual() {
        return Duration.ofMinutes(5);
    }

    @Override
    public String reasonToStart() {
        return "the newest medium and its digest are not known yet";
    }

    @Override
    public Optional<String> reasonToRepeat(ResolvedBuild build, Layer layer, Duration age) {
        return MediumResolver.mayAge(build)
                        && age.compareTo(build.definition().limits().maxAge()) > 0
                ? Optional.of("the newest medium was resolved " + age.toDays() + " days ago")
                : Optional.empty();
    }

    @Override
    public void run(ResolvedBuild build, PhaseContext context) {
        var medium = media.fetch(build, context.activity());
        context.activity().accept("%s is available: %s".formatted(medium.fileName(), medium.digest()));
        MediumResolver.FetchedMedium.of(medium).write(context.target().resolve(MEDIUM));
    }

    /** The medium in the result of an earlier run. */
    static MediumResolver.FetchedMedium medium(PhaseContext context) {
        return MediumResolver.FetchedMedium.read(context.input(NAME, MEDIUM));
    }
}
