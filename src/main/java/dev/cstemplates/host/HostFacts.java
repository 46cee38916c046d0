package dev.cstemplates.host;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CpuLevel;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The resources of a host.
 *
 * @param memory total
 * @param memoryAvailable available without swapping
 * @param processors available to this process
 * @param cpuModel as the kernel reports it; may be empty
 * @param cpuLevel empty on architectures other than x86-64
 * @param os the distribution
 */
public record HostFacts(
        ByteSize memory,
        ByteSize memoryAvailable,
        int processors,
        String cpuModel,
        Optional<CpuLevel> cpuLevel,
        OsRelease os) {

    /** Reads {@code /proc} and {@code /etc} of {@code host}; what cannot be read counts as zero. */
    public static HostFacts of(Host host) {
        var cpuinfo = host.text("/proc/cpuinfo").orElse("");
        return new HostFacts(
                memory(host, "MemTotal"),
                memory(host, "MemAvailable"),
                Runtime.getRuntime().availableProcessors(),
                value(cpuinfo, "model name").orElse(""),
                value(cpuinfo, "flags").flatMap(flags -> CpuLevel.of(List.of(flags.split("\\s+", -1)))),
                host.os());
    }

    /** The space available to this user on the file system of {@code folder}, which need not exist yet. */
    public static ByteSize diskFree(Path folder) {
        try {
            return new ByteSize(Math.max(
                    0, Files.getFileStore(existing(folder.toAbsolutePath())).getUsableSpace()));
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot read the free space at " + folder + ": " + e.getMessage(),
                            "Choose another folder with --home DIR.")
                    .because(e);
        }
    }

    private static Path existing(Path folder) {
        return Stream.iterate(folder, each -> each != null, Path::getParent)
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of("/"));
    }

    private static ByteSize memory(Host host, String name) {
        return value(host.text("/proc/meminfo").orElse(""), name)
                .filter(text -> text.matches("\\d{1,15} kB"))
                .map(text -> new ByteSize(Long.parseLong(text.substring(0, text.length() - 3)) << 10))
                .orElse(new ByteSize(0));
    }

    /** The value of the first {@code name : value} line. */
    private static Optional<String> value(String text, String name) {
        return text.lines()
                .filter(line -> line.indexOf(':') > 0)
                .filter(line -> line.substring(0, line.indexOf(':')).strip().equals(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }
}
