package dev.cstemplates.cli.artifact;

import dev.cstemplates.cli.terminal.DurationConverter;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.StaleCacheEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cst media}. */
@Command(
        name = "media",
        description = "Prunes the cache of installer media and cloud images.",
        synopsisSubcommandLabel = "COMMAND")
public final class MediaCommand {

    /** {@code cst media prune}. */
    @Command(
            name = "prune",
            description = "Removes media and partial downloads that have not been used recently.",
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst media prune --dry-run          show what would be removed",
                "  cst media prune --older-than 7d    remove media not used for a week"
            })
    public static final class Prune implements Callable<Integer> {

        /** Running builds marked their medium as used when they started. */
        private static final Duration LEAST = Duration.ofDays(1);

        private final Output output;
        private final Supplier<MediaLibrary> library;
        private final Clock clock;

        @Option(
                names = "--older-than",
                paramLabel = "AGE",
                converter = DurationConverter.class,
                defaultValue = "90d",
                description = "Remove media not used for this long, at least a day: 30d. Default: ${DEFAULT-VALUE}.")
        private Duration olderThan = Duration.ofDays(90);

        @Option(names = "--dry-run", description = "Only print what would be removed.")
        private boolean dryRun;

        public Prune(Output output, Supplier<MediaLibrary> library, Clock clock) {
            this.output = output;
            this.library = library;
            this.clock = clock;
        }

        @Override
        public Integer call() {
            if (olderThan.compareTo(LEAST) < 0) {
                throw Failure.usage("A running build may use media of the last day", "Use --older-than 1d or longer.");
            }
            var media = library.get();
            var removed = new ArrayList<StaleCacheEntry>();
            for (var medium : media.idle(clock.instant().minus(olderThan))) {
                if (dryRun || media.remove(medium)) {
                    removed.add(medium);
                    output.line("%s, %s, last used on %s"
                            .formatted(
                                    medium.fileName(),
                                    medium.size(),
                                    medium.usedAt().toString().substring(0, 10)));
                }
            }
            var total =
                    removed.stream().mapToLong(medium -> medium.size().bytes()).sum();
            output.line("%d media, %s, %s"
                    .formatted(removed.size(), new ByteSize(total), dryRun ? "would be removed" : "removed"));
            return 0;
        }
    }
}
