package dev.cstemplates.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises from the errors of programs and of the JDK that this host has run out of a resource, which may soon be free again. */
public final class ResourceExhaustion {

    private static final String FREE_SPACE = "Free space, or choose another place with --home DIR.";

    /** A full disk may still report some free space. */
    private static final ByteSize FULL = ByteSize.ofMiB(1);

    private static final List<Kind> KINDS = List.of(
            new Kind(
                    "[Nn]o space left on device|[Dd]isk quota exceeded|database or disk is full",
                    "This host's disk is full",
                    FREE_SPACE),
            new Kind(
                    "[Cc]annot allocate memory|cannot set up guest memory|std::bad_alloc|OutOfMemoryError",
                    "This host is out of memory",
                    "Stop other programs on this host, or give the definition's machine less memory."),
            new Kind(
                    "[Tt]oo many open files",
                    "Too many open files on this host",
                    "Stop other programs on this host, or raise the limit: ulimit -n."),
            new Kind(
                    "Failed to get (shared )?\"(write|consistent read)\" lock",
                    "Another process is using the same disk image",
                    "Check for a QEMU process that still has it open."));

    private record Kind(Pattern pattern, String message, String remedy) {
        Kind(String pattern, String message, String remedy) {
            this(Pattern.compile(pattern), message, remedy);
        }
    }

    private ResourceExhaustion() {}

    /** The exhausted resource that a program's output reports, as a transient failure. */
    public static Optional<Failure> in(String output) {
        for (var kind : KINDS) {
            var line = output.lines()
                    .filter(each -> kind.pattern.matcher(each).find())
                    .findFirst();
            if (line.isPresent()) {
                return Optional.of(Failure.host(kind.message + ": " + line.get().strip(), kind.remedy)
                        .worthRetrying());
            }
        }
        return Optional.empty();
    }

    /** The failure of an operation that found the disk full. */
    public static Failure ofDisk(String details) {
        return Failure.host("This host's disk is full: " + details, FREE_SPACE).worthRetrying();
    }

    /** Whether nothing can be written to a folder any more. */
    public static boolean isDiskFull(Path folder) throws IOException {
        return Files.getFileStore(folder).getUsableSpace() < FULL.bytes();
    }

    /** The exhausted resource that an error or one of its causes reports, as a transient failure. */
    public static Optional<Failure> of(@Nullable Throwable error) {
        for (var each = error; each != null; each = each.getCause()) {
            var failure = in(each.toString());
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    /** Whether an error or one of its causes reports an exhausted resource. */
    public static boolean isCauseOf(@Nullable Throwable error) {
        return of(error).isPresent();
    }
}
