/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL server on a loopback port, run by an unprivileged user and deleted when closed. */
public final class PostgresCluster implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final Path programs = programs();
    private final Path folder;
    private final int port;

    public PostgresCluster() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("cst-postgres");
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        if (isRoot()) {
            call(List.of("chown", "postgres", folder.toString()));
        }
        run("initdb", "-D", data(), "-U", "cst", "--auth=trust", "--no-sync", "-E", "UTF8");
        start();
    }

    /** For {@link Database#shared}. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=cst";
    }

    public void start() throws IOException, InterruptedException {
        var options = "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%s -c timezone=Pacific/Chatham"
                .formatted(port, folder);
        run("pg_ctl", "-D", data(), "-w", "-l", folder.resolve("log").toString(), "-o", options, "start");
    }

    /** As when its machine crashes. */
    public void kill() throws IOException, InterruptedException {
        run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    }

    @Override
    public void close() throws IOException {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            FileTrees.delete(folder);
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private void run(String program, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(programs.resolve(program).toString());
        command.addAll(List.of(arguments));
        call(command);
    }

    private static void call(List<String> command) throws IOException, InterruptedException {
        var output = Files.createTempFile("cst-postgres", ".out");
        var exitCode = new ProcessBuilder(command)
                .directory(Path.of("/tmp").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        var text = Files.readString(output);
        Files.delete(output);
        if (exitCode != 0) {
            throw new IllegalStateException(command + " ended with " + exitCode + ":\n" + text);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static Path programs() {
        try (Stream<Path> versions = Files.isDirectory(DEBIAN) ? Files.list(DEBIAN) : Stream.of()) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IllegalStateException(
                            "These tests need PostgreSQL's server: apt-get install postgresql"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
