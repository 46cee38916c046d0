/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
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
 * QEMU's {@code qemu-img}. Every call except {@link #probe} names the format: otherwise a guest that wrote a QCOW2 header into a raw disk
 * could make QEMU open another file of this host.
 */
public final class QemuImg {

    private static final Duration QUERY_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration CHECK_TIMEOUT = Duration.ofMinutes(30);
    private static final Duration CONVERT_TIMEOUT = Duration.ofHours(4);
    private static final int MAX_COROUTINES = 16;
    private static final Pattern PROGRESS = Pattern.compile("\\((\\d{1,3}\\.\\d{1,2})/100%\\)");
    private static final JsonMapper JSON = new JsonMapper();

    private final Processes processes;
    private final Path log;

    /** @param log file that commands and their output are appended to */
    public QemuImg(Processes processes, Path log) {
        this.processes = processes;
        this.log = log;
    }

    /** Describes a disk. Read the header of an untrusted disk first: QEMU opens the other files that it names. */
    public ImageInfo info(Path disk, String format) {
        return info(command("info", "--output=json", "-f", format, file(disk)));
    }

    /** Describes a disk of unknown format. */
    ImageInfo probe(Path disk) {
        return info(command("info", "--output=json", file(disk)));
    }

    private ImageInfo info(Command command) {
        var json = json(processes.check(command.timeout(QUERY_TIMEOUT)));
        var details = json.path("format-specific").path("data");
        return new ImageInfo(
                json.path("format").asString(""),
                json.path("virtual-size").asLong(0),
                json.path("cluster-size").asLong(0),
                json.path("backing-filename").asString(null),
                json.path("dirty-flag").asBoolean(false),
                details.path("corrupt").asBoolean(false),
                details.path("compat").asString(""),
                details.path("extended-l2").asBoolean(false),
                json.path("snapshots").size());
    }

    /** The problems that {@code qemu-img check} finds; empty for a valid disk. Failing to open the disk is a problem too. */
    public List<String> check(Path disk, String format) {
        var result = processes.run(
                command("check", "--output=json", "-f", format, file(disk)).timeout(CHECK_TIMEOUT));
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
     * @param options for {@code -o}; empty for none
     * @param more further arguments, for example {@code -c}
     * @param progress receives percentages, 0 to 100
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
        var arguments = new ArrayList<>(List.of("convert", "-p", "-m", "" + coroutines, "-W"));
        arguments.addAll(List.of("-f", sourceFormat, "-O", format.qemuName()));
        arguments.addAll(more);
        if (!options.isEmpty()) {
            arguments.addAll(List.of("-o", String.join(",", options)));
        }
        arguments.addAll(List.of(file(source), file(target)));
        processes.check(command(arguments.toArray(String[]::new))
                .timeout(CONVERT_TIMEOUT)
                .onLine(line -> progressOf(line).ifPresent(progress)));
    }

    /** Grows a disk to {@code size}. */
    public void resize(Path disk, String format, ByteSize size) {
        processes.check(command("resize", "-q", "-f", format, file(disk), Long.toString(size.bytes()))
                .timeout(QUERY_TIMEOUT));
    }

    /** The percentage in a line of {@code qemu-img convert -p}, which ends its lines with a carriage return. */
    static OptionalDouble progressOf(String line) {
        var matcher = PROGRESS.matcher(line);
        return matcher.find() ? OptionalDouble.of(Double.parseDouble(matcher.group(1))) : OptionalDouble.empty();
    }

    private Command command(String... arguments) {
        return Command.of("qemu-img").with(arguments).log(log);
    }

    /** Absolute, so that no name is mistaken for an option or a protocol. */
    private static String file(Path path) {
        return path.toAbsolutePath().toString();
    }

    /** Skips the warnings before the JSON: both are on one stream. */
    private static JsonNode json(Processes.Result result) {
        var output = result.output();
        try {
            return JSON.readTree(output.substring(Math.max(0, output.indexOf("{\n"))));
        } catch (JacksonException e) {
            throw Failure.build(Processes.describe(result) + "\nIts output is not JSON: " + e.getOriginalMessage(), "")
                    .because(e);
        }
    }
}
