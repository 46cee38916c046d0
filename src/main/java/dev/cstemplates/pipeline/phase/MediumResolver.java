package dev.cstemplates.pipeline.phase;

import dev.cstemplates.catalog.Media;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.MediaListener;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Provenance;
import dev.cstemplates.media.VerifiedMedia;
import dev.cstemplates.pipeline.project.MediaSources;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The ISO or cloud image of a build: found out and fetched by one phase, found again by the next. */
public final class MediumResolver {

    private final Supplier<MediaLibrary> library;

    MediumResolver(Supplier<MediaLibrary> library) {
        this.library = library;
    }

    /**
     * Which content a build starts from; what phase fetch leaves.
     *
     * @param file its name at the vendor's
     */
    record Medium(String file, Digest digest) {

        static Medium of(VerifiedMedia media) {
            return new Medium(media.fileName(), media.digest());
        }

        static Medium read(Path file) {
            try {
                return JsonMapper.shared().readValue(file, Medium.class);
            } catch (JacksonException e) {
                throw Failure.build(
                                "What was fetched can't be told: " + file + ": " + e.getOriginalMessage(),
                                "Build again with --from fetch.")
                        .because(e);
            }
        }

        void write(Path file) {
            JsonMapper.shared().writeValue(file, this);
        }
    }

    /** Where the build's medium comes from; a {@link Failure} of kind usage where only the operator can get it and has named no file. */
    public static MediaSource source(ResolvedBuild build) {
        var sources = sources(build);
        var medium = build.medium();
        return medium == null ? sources.published(null) : sources.local(medium.file(), medium.digest());
    }

    /** All that decides which content a build starts from, and what it has to prove. */
    static String description(ResolvedBuild build) {
        var medium = build.medium();
        if (medium != null) {
            return medium.digest().toString();
        }
        source(build);
        var media = build.target().media(build.source());
        var keys = new TreeMap<String, String>();
        if (media instanceof Media.Published published) {
            for (var name : published.signature().keys()) {
                keys.put(name, String.valueOf(build.definition().keys().get(name)));
            }
        }
        return media + " " + keys;
    }

    /** Whether another day's newest may be another file. */
    static boolean mayAge(ResolvedBuild build) {
        return build.medium() == null
                && build.target().media(build.source()) instanceof Media.Published published
                && published.pin() == null;
    }

    /** The medium that the build's source stands for today, verified. */
    VerifiedMedia fetch(ResolvedBuild build, Consumer<String> activity) {
        return library.get().fetch(source(build), new Teller(activity));
    }

    /** The medium that phase fetch has chosen: from the cache, or downloaded once more where somebody has emptied that. */
    VerifiedMedia again(ResolvedBuild build, Medium medium, Consumer<String> activity) {
        var local = build.medium();
        var source = local == null
                ? sources(build).pinned(medium.file(), medium.digest())
                : sources(build).local(local.file(), medium.digest());
        return library.get().fetch(source, new Teller(activity));
    }

    private static MediaSources sources(ResolvedBuild build) {
        return new MediaSources(build.definition(), build.architecture(), build.source());
    }

    /** Tells an activity line what goes on. */
    private static final class Teller implements MediaListener {

        private final Consumer<String> activity;
        private long percent = -1;

        Teller(Consumer<String> activity) {
            this.activity = activity;
        }

        @Override
        public void resolved(String fileName, String version, Provenance evidence) {
            activity.accept(fileName + ": " + evidence.text());
        }

        @Override
        public synchronized void progress(long bytes, long total) {
            if (total <= 0 || 100 * bytes / total == percent) {
                return;
            }
            percent = 100 * bytes / total;
            activity.accept("downloading: %d %% of %s".formatted(percent, new ByteSize(total)));
        }

        @Override
        public void notice(String text) {
            activity.accept(text);
        }
    }
}
