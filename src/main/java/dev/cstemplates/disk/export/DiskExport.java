package dev.cstemplates.disk.export;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.disk.QemuImg;
import dev.cstemplates.disk.codec.Cluster;
import dev.cstemplates.disk.io.DiskReader;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Writes a disk in any number of formats in one pass: each cluster is read, digested and compressed once, on all cores. A few stripes of
 * 2 MiB are in progress at a time, so memory does not depend on the size of the disk.
 */
public final class DiskExport {

    private static final int WORKERS = Runtime.getRuntime().availableProcessors();
    /** Keeps every worker busy while the files are written. */
    private static final int STRIPES_AT_A_TIME = 2 * WORKERS + 2;

    private final Processes processes;
    private final Clock clock;
    private final FreeSpace freeSpace;

    public DiskExport(Processes processes, Clock clock) {
        this(processes, clock, folder -> Files.getFileStore(folder).getUsableSpace());
    }

    public DiskExport(Processes processes, Clock clock, FreeSpace freeSpace) {
        this.processes = processes;
        this.clock = clock;
        this.freeSpace = freeSpace;
    }

    /** Number of free bytes in a folder. */
    public interface FreeSpace {
        long of(Path folder) throws IOException;
    }

    /**
     * Writes {@code outputs}, all to one folder. Files get their final names when all of them are complete.
     *
     * @param base the disk that the outputs' contents are based on
     * @param log file that commands and their output are appended to
     * @param activity receives progress messages
     * @throws Failure of kind host if the folder's disk is too small, of kind build if {@code base} is damaged
     */
    public List<WrittenDisk> run(DiskReader base, List<Output> outputs, Path log, Consumer<String> activity) {
        var folder = CstHome.createDirectories(
                outputs.getFirst().target().toAbsolutePath().resolveSibling(""));
        var needed = SpaceNeeded.of(base, outputs);
        var open = new ArrayList<OpenOutput>();
        var workers = Executors.newFixedThreadPool(WORKERS);
        try {
            needed.require(folder, freeSpace.of(folder));
            for (var output : outputs) {
                open.add(OpenOutput.open(output, new QemuImg(processes, log), clock.instant()));
            }
            copy(base, open, workers, activity);
            var written = finish(open, workers, activity);
            for (var output : open) {
                output.publish();
            }
            return written;
        } catch (IOException e) {
            throw needed.writeFailed(folder, e);
        } finally {
            workers.shutdownNow();
            closeAll(open);
        }
    }

    /** Closes every output, then throws the first failure. */
    private static void closeAll(List<OpenOutput> open) {
        if (!open.isEmpty()) {
            try (var _ = open.getFirst()) {
                closeAll(open.subList(1, open.size()));
            }
        }
    }

    private static void copy(DiskReader base, List<OpenOutput> open, ExecutorService workers, Consumer<String> activity)
            throws IOException {
        var names = open.stream()
                .map(each -> each.output().format().id())
                .distinct()
                .collect(Collectors.joining(", "));
        try (var pass = new ExportPipeline(base, open, workers, STRIPES_AT_A_TIME)) {
            pass.run(percent -> activity.accept("writing %s: %.0f %%".formatted(names, percent)));
        }
    }

    private static List<WrittenDisk> finish(List<OpenOutput> open, ExecutorService workers, Consumer<String> activity)
            throws IOException {
        activity.accept("writing the tables");
        var contents = new ArrayList<String>();
        var digests = new ArrayList<Future<String>>();
        for (var output : open) {
            contents.add(output.finish());
            digests.add(workers.submit(
                    () -> Digest.of(Digest.Algorithm.SHA256, output.part()).hex()));
            digests.add(workers.submit(
                    () -> Digest.of(Digest.Algorithm.SHA512, output.part()).hex()));
        }
        var written = new ArrayList<WrittenDisk>();
        for (var index = 0; index < open.size(); index++) {
            var output = open.get(index);
            written.add(new WrittenDisk(
                    output.output(),
                    Files.size(output.part()),
                    output.content().reader().size(),
                    ExportPipeline.result(digests.get(2 * index)),
                    ExportPipeline.result(digests.get(2 * index + 1)),
                    contents.get(index)));
        }
        return written;
    }

    /**
     * The disk space that an export needs.
     *
     * @param surely bytes for the uncompressed outputs
     * @param atMost bytes for all outputs if nothing can be compressed
     */
    private record SpaceNeeded(long surely, long atMost) {

        static SpaceNeeded of(DiskReader base, List<Output> outputs) {
            var data = allocated(base);
            var plain = outputs.stream()
                    .filter(output -> output.format().codec().isEmpty())
                    .count();
            return new SpaceNeeded(data * plain, data * outputs.size());
        }

        private static long allocated(DiskReader disk) {
            var data = 0L;
            for (var position = 0L; position < disk.size(); ) {
                var zeroes = disk.zeroes(position);
                data += zeroes == 0 ? Cluster.SIZE : 0;
                position += zeroes == 0 ? Cluster.SIZE : zeroes;
            }
            return data;
        }

        void require(Path folder, long free) {
            if (free < surely) {
                throw Failure.host(
                                "%s has %s free, but the disks need %s"
                                        .formatted(folder, new ByteSize(free), new ByteSize(surely)),
                                "Free some space, or write to another directory.")
                        .worthRetrying();
            }
        }

        Failure writeFailed(Path folder, IOException e) {
            return Failure.host(
                            "Cannot write the disks to " + folder + ": " + e.getMessage(),
                            "They need up to " + new ByteSize(atMost)
                                    + ": free some space, or write to another directory.")
                    .because(e);
        }
    }
}
