/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.guest;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Firmware;
import dev.cstemplates.host.FirmwareFiles;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running virtual machine. It ends when it is closed, when its {@link Processes} are closed, and when this process dies for any reason.
 */
public final class QemuGuest implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    /** How long QEMU may take to exit after it closed the monitor connection. */
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(10);

    private final Path serialLog;
    private final SocketFolder sockets;
    private final Thread owner;
    private final CompletableFuture<Processes.Result> end;
    private final Instant poweredOnAt;
    private final Qmp qmp;
    private final GuestAgent agent;

    private QemuGuest(
            Path serialLog,
            SocketFolder sockets,
            Thread owner,
            CompletableFuture<Processes.Result> end,
            Instant poweredOnAt,
            Qmp qmp,
            GuestAgent agent) {
        this.serialLog = serialLog;
        this.sockets = sockets;
        this.owner = owner;
        this.end = end;
        this.poweredOnAt = poweredOnAt;
        this.qmp = qmp;
        this.agent = agent;
    }

    /**
     * Powers a machine on.
     *
     * @param folder for {@code serial.log}, {@code qemu.log} and the machine's UEFI variables; created if missing
     */
    public static QemuGuest start(Processes processes, QemuMachine machine, Path folder) {
        try {
            Files.createDirectories(folder);
            var serialLog = folder.resolve("serial.log").toAbsolutePath();
            var uefi = machine.firmware() == Firmware.UEFI
                    ? FirmwareFiles.require(Host.ofThisProcess(), machine.architecture())
                            .withOwnVariables(folder)
                    : null;
            var sockets = SocketFolder.create();
            var qmp = sockets.resolve("qmp");
            var agent = sockets.resolve("agent");
            var command = Command.of("setpriv", "--pdeathsig", "KILL", "--")
                    .with(QemuArguments.of(machine, uefi, serialLog, qmp, agent).toArray(String[]::new))
                    .log(folder.resolve("qemu.log"));
            var end = new CompletableFuture<Processes.Result>();
            // With --pdeathsig the kernel kills a process when the thread that started it exits: that must not be a
            // pooled or
            // virtual thread.
            var owner = Thread.ofPlatform()
                    .daemon()
                    .name("qemu " + machine.name())
                    .start(() -> run(processes, command, end));
            var poweredOnAt = Instant.now();
            try {
                var monitor = connect(qmp, end);
                return new QemuGuest(
                        serialLog, sockets, owner, end, poweredOnAt, monitor, connectAgent(agent, monitor));
            } catch (IOException | RuntimeException e) {
                stop(owner);
                sockets.close();
                throw e;
            }
        } catch (IOException e) {
            throw Failure.host("Cannot start the guest: " + e, "Check free disk space, or run 'cst doctor'.")
                    .because(e);
        }
    }

    public Qmp qmp() {
        return qmp;
    }

    public GuestAgent agent() {
        return agent;
    }

    /** The output of the guest's first serial port. */
    public Path serialLog() {
        return serialLog;
    }

    public Instant poweredOnAt() {
        return poweredOnAt;
    }

    /** Fails if QEMU stopped the guest because a write to this host's disk failed: the guest would seem to hang. */
    public void requireDisk() {
        if (isRunning() && state().equals(Qmp.IO_ERROR)) {
            throw Qmp.ioError(qmp.hasNoSpace());
        }
    }

    private String state() {
        try {
            return qmp.status();
        } catch (Failure disconnected) {
            // It is powering off.
            return "";
        }
    }

    public boolean isRunning() {
        return !end.isDone();
    }

    /** Waits for the guest to power off; false after {@code limit}. */
    public boolean awaitPowerOff(Duration limit) {
        try {
            var result = end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!result.succeeded()) {
                throw Failure.build("QEMU failed: " + Processes.describe(result), "");
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw failureOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("The guest").because(e);
        }
    }

    /** Ends QEMU, if it still runs. */
    @Override
    public void close() {
        qmp.close();
        agent.close();
        stop(owner);
        sockets.close();
    }

    private static void run(Processes processes, Command command, CompletableFuture<Processes.Result> end) {
        try {
            end.complete(processes.run(command));
        } catch (RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    /** Closes {@code monitor} if the agent's channel cannot be opened. */
    static GuestAgent connectAgent(Path socket, Qmp monitor) throws IOException {
        try {
            return GuestAgent.connect(socket);
        } catch (IOException | RuntimeException e) {
            monitor.close();
            throw e;
        }
    }

    private static Qmp connect(Path socket, CompletableFuture<Processes.Result> end) {
        var deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                return Qmp.connect(socket);
            } catch (IOException e) {
                // QEMU has not created its socket yet.
                if (System.nanoTime() > deadline) {
                    throw Failure.build("QEMU did not open its monitor within " + START_LIMIT.toSeconds() + " s", "")
                            .because(e);
                }
            } catch (Failure broken) {
                // QEMU opens its monitor before its disks: if it exits because of a disk, its own message says more.
                refuseIfEnded(end, EXIT_LIMIT);
                throw broken;
            }
            refuseIfEnded(end, POLL_INTERVAL);
        }
    }

    /** Fails with QEMU's message if it exits within {@code timeout}. */
    private static void refuseIfEnded(CompletableFuture<Processes.Result> end, Duration timeout) {
        try {
            var result = end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            throw Failure.build("QEMU did not start: " + Processes.describe(result), "Run 'cst doctor'.");
        } catch (TimeoutException e) {
            // It is still starting.
        } catch (ExecutionException e) {
            throw failureOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Starting the guest").because(e);
        }
    }

    private static RuntimeException failureOf(ExecutionException e) {
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }

    private static void stop(Thread owner) {
        owner.interrupt();
        var interrupted = false;
        while (owner.isAlive()) {
            try {
                owner.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
