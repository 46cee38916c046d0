package dev.cstemplates;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs the real command with its launcher, as a user does.
 *
 * @param home its {@code --home}
 */
public record Cst(Path home) {

    /** The result of a run. */
    public record Result(int exitCode, String out, String err) {}

    /** Runs {@code cst} and waits until it has finished. */
    public Result run(String... arguments) {
        return run(Map.of(), arguments);
    }

    /** The same with these environment variables. */
    public Result run(Map<String, String> environment, String... arguments) {
        try {
            var files = Files.createTempDirectory("cst-run");
            var process = start(environment, files, arguments);
            process.waitFor();
            return result(process, files);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot run cst", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts {@code cst} with its output in {@code files}, for tests that interrupt it. */
    public Process start(Map<String, String> environment, Path files, String... arguments) throws IOException {
        // A test run in the background may have SIGINT ignored, which children would inherit.
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of("cst").toAbsolutePath().toString(),
                "--home",
                home.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .redirectOutput(files.resolve("out").toFile())
                .redirectError(files.resolve("err").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The result of a process of {@link #start}. */
    public Result result(Process process, Path files) throws IOException, InterruptedException {
        if (!process.waitFor(45, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Result(
                process.waitFor(), Files.readString(files.resolve("out")), Files.readString(files.resolve("err")));
    }

    /** Waits until a process of {@link #start} has written {@code text} to {@code file}. */
    public static void awaitLine(Path file, String text, Process process) throws IOException, InterruptedException {
        for (var i = 0; i < 2400 && process.isAlive(); i++) {
            if (Files.exists(file) && Files.readString(file).contains(text)) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
        throw new AssertionError("cst did not print '" + text + "': " + Files.readString(file));
    }

    /** Programs still running whose arguments name the home. */
    public List<String> programs() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(home.toString()))
                .toList();
    }
}
