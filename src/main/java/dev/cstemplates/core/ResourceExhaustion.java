package dev.cstemplates.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What this host is short of, from what programs and the JDK say: it may have it again a moment later. */
public final class ResourceExhaustion {

    private static final String FREE_SPACE = "Free space, or choose another place with --home DIR.";

    /** What a disk that is full may still say that it has. */
    private static final ByteSize FULL = ByteSize.ofMiB(1);

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "[Nn]o space left on device|[Dd]isk quota exceeded|database or disk is full",
                    "This host's disk is full",
                    FREE_SPACE),
            new Kind(
                    "[Cc]annot allocate memory|cannot set up guest memory|std::bad_alloc|OutOfMemoryError",
                    "This host has too little memory now",
                    "End other work on this host, or give the definition's machine less memory."),
            new Kind(
                    "[Tt]oo many open files",
                    "This host has too many open files now",
                    "End other work on this host, or raise its limit: ulimit -n."),
            new Kind(
                    "Failed to get (shared )?\"(write|consistent read)\" lock",
                    "Another program works on the same disk",
                    "Look for a QEMU that still runs on it."));

    private record Kind(Pattern words, String message, String remedy) {
        Kind(String words, String message, String remedy) {
            this(Pattern.compile(words), message, remedy);
        }
    }

    private ResourceExhaustion() {}

    /** The shortage that a program's output tells of, as a failure that is worth another try. */
    public static Optional<Failure> in(String output) {
        for (var kind : KINDS) {
            var line = output.lines()
                    .filter(each -> kind.words.matcher(each).find())
                    .findFirst();
            if (line.isPresent()) {
                return Optional.of(Failure.host(kind.message + ": " + line.get().strip(), kind.remedy)
                        .worthRetrying());
            }
        }
        return Optional.empty();
    }

    /** The failure of what found no room on a disk. */
    public static Failure ofDisk(String details) {
        return Failure.host("This host's disk is full: " + details, FREE_SPACE).worthRetrying();
    }

    /** Whether nothing can be written to a folder any more. */
    public static boolean isDiskFull(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace() < FULL.bytes();
    }

    /** The shortage that an error or one of its causes reports, as a failure that is worth another attempt. */
    public static Optional<Failure> of(@Nullable Throwable error) {
        for (var each = error; each != null; each = each.getCause()) {
            var failure = in(each.toString());
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    /** Whether an error, or one of its causes, is such a shortage. */
    public static boolean isCauseOf(@Nullable Throwable error) {
        return of(error).isPresent();
    }
}
