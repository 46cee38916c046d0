package dev.cstemplates.disk;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleConsumer;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * QEMU's {@code qemu-img}. Every call names the format, so that a guest that wrote a QCOW2 header into a raw disk can't make
 * QEMU open another file of this host.
 *
 * @param log file that commands and their output are appended to
 */
public record QemuImg(Processes processes, Path log) {

    private static final Duration LOOK = Duration.ofMinutes(2);
    private static final Duration CHECK = Duration.ofMinutes(30);
    private static final Duration CONVERT = Duration.ofHours(4);
    private static final int MAX_COROUTINES = 16;
    private static final Pattern PROGRESS = Pattern.compile("\\((\\d{1,3}\\.\\d{1,2})/100%\\)");
    private static final JsonMapper JSON = new JsonMapper();

    /** What a disk is. Never call it for a disk of unknown origin whose header was not read before. */
    public ImageInfo info(Path disk, String format) {
        return info(command("info", "--output=json", "-f", format, file(disk)));
    }

    /** What QEMU takes a disk for whose format is not known; other files that it names are not opened. */
    ImageInfo probe(Path disk) {
        return info(command("info", "--output=json", file(disk)));
    }

    private ImageInfo info(Command command) {
        var json = json(processes.check(command.timeout(LOOK)));
        var details = json.path("format-specific").path("data");
        return new ImageInfo(
                json.path("format").asString(""),
                json.path("virtual-size").asLong(0),
                json.path("actual-size").asLong(0),
                json.path("cluster-size").asLong(0),
                json.path("backing-filename").asString(null),
                json.path("dirty-flag").asBoolean(false),
                details.path("corrupt").asBoolean(false),
                details.path("compat").asString(""),
                details.path("compression-type").asString(""),
                details.path("extended-l2").asBoolean(false),
                json.path("snapshots").size());
    }

    /** What {@code qemu-img check} finds wrong; empty for a sound disk. A disk that it can't open counts as wrong. */
    public List<String> check(Path disk, String format) {
        var result = processes.run(
                command("check", "--output=json", "-f", format, file(disk)).timeout(CHECK));
        var problems = new ArrayList<String>();
        if (result.exitCode() == 1 || result.exitCode() > 3) {
            return List.of(Processes.describe(result));
        }
        var json = json(result);
        for (var kind : List.of("check-errors", "corruptions", "leaks")) {
            if (json.path(kind).asLong(0) != 0) {
                problems.add(kind + ": " + json.path(kind).asLong());
            }
        }
        if (!result.succeeded() && problems.isEmpty()) {
            problems.add(Processes.describe(result));
        }
        return problems;
    }

    /**
     * Copies a disk into another format.
     *
     * @param options of {@code -o}; empty for none
     * @param more further words, for example {@code -c}
     * @param progress told percentages, 0 to 100, as they come
     */
    public void convert(
            Path source,
            String sourceFormat,
            Path target,
            DiskFormat format,
            List<String> options,
            List<String> more,
            DoubleConsumer progress) {
        // More coroutines than cores keep every core busy while others wait for the disk; QEMU allows 16.
        var coroutines = Math.min(MAX_COROUTINES, 2 * Runtime.getRuntime().availableProcessors());
        var words = new ArrayList<>(List.of("convert", "-p", "-m", "" + coroutines, "-W"));
        words.addAll(List.of("-f", sourceFormat, "-O", format.qemuName()));
        words.addAll(more);
        if (!options.isEmpty()) {
            words.addAll(List.of("-o", String.join(",", options)));
        }
        words.addAll(List.of(file(source), file(target)));
        processes.check(command(words.toArray(String[]::new))
                .timeout(CONVERT)
                .onLine(line -> progressOf(line).ifPresent(progress)));
    }

    /** Gives a disk another virtual size, not smaller than it has. */
    public void resize(Path disk, String format, ByteSize size) {
        processes.check(command("resize", "-q", "-f", format, file(disk), Long.toString(size.bytes()))
                .timeout(LOOK));
    }

    /** The percentage in a line of {@code qemu-img convert -p}, which ends its lines with a carriage return. */
    static OptionalDouble progressOf(String line) {
        var matcher = PROGRESS.matcher(line);
        return matcher.find() ? OptionalDouble.of(Double.parseDouble(matcher.group(1))) : OptionalDouble.empty();
    }

    private Command command(String... words) {
        return Command.of("qemu-img").with(words).log(log);
    }

    /** Absolute, so that no name can pass for an option or a protocol. */
    private static String file(Path path) {
        return path.toAbsolutePath().toString();
    }

    /** Warnings go before the JSON: both come on one stream. */
    private static JsonNode json(Processes.Result result) {
        var output = result.output();
        try {
            return JSON.readTree(output.substring(Math.max(0, output.indexOf("{\n"))));
        } catch (JacksonException e) {
            throw Failure.build(Processes.describe(result) + "\nThat is no JSON: " + e.getOriginalMessage(), "")
                    .because(e);
        }
    }
}
