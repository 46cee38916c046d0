/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sleeper;
import dev.cstemplates.guest.QemuGuest;
import dev.cstemplates.guest.QemuMachine;
import dev.cstemplates.guest.Screenshot;
import dev.cstemplates.guest.SerialLog;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.ssh.SshAccess;
import dev.cstemplates.ssh.SshLogin;
import dev.cstemplates.validation.router.Fault;
import dev.cstemplates.validation.router.Instance;
import dev.cstemplates.validation.router.RouterLog;
import dev.cstemplates.validation.router.VirtualRouter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** One guest with its router, from power-on to power-off. */
final class Boot implements AutoCloseable {

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);

    private final VirtualRouter router;
    private final QemuGuest guest;
    private final Instance instance;
    private final Path folder;
    private final SerialLog serial;

    private Boot(VirtualRouter router, QemuGuest guest, Instance instance, Path folder) {
        this.router = router;
        this.guest = guest;
        this.instance = instance;
        this.folder = folder;
        this.serial = new SerialLog(guest.serialLog());
    }

    /** The guest did not reach an expected state. */
    static final class NotReached extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean answersSsh;

        NotReached(String why) {
            this(why, false);
        }

        private NotReached(String why, boolean answersSsh) {
            super(why);
            this.answersSsh = answersSsh;
        }

        /** Whether the guest is up and only refuses this login. */
        boolean answersSsh() {
            return answersSsh;
        }
    }

    static Boot powerOn(Processes processes, QemuMachine machine, Instance instance, Set<Fault> faults, Path folder) {
        var router = VirtualRouter.start(processes, instance, faults, folder);
        try {
            return new Boot(router, QemuGuest.start(processes, machine, folder), instance, folder);
        } catch (RuntimeException e) {
            router.close();
            throw e;
        }
    }

    QemuGuest guest() {
        return guest;
    }

    RouterLog log() {
        return router.log();
    }

    Instance instance() {
        return instance;
    }

    SerialLog serial() {
        return serial;
    }

    Duration sincePowerOn() {
        return Duration.between(guest.poweredOnAt(), Instant.now());
    }

    /**
     * Waits until {@code user} can log in with {@code key}, at most {@code limit} from power-on. The guest may not have installed a refused
     * key yet: it is retried for a third of the limit.
     */
    SshLogin awaitLogin(SshAccess ssh, String user, KeyPair key, Duration limit) throws NotReached {
        var last = "no attempt";
        var refusedSince = 0L;
        while (sincePowerOn().compareTo(limit) < 0) {
            try {
                var problem = serial().problem();
                if (problem.isPresent()) {
                    throw new NotReached("The serial log shows " + problem.get());
                }
                if (!guest.isRunning()) {
                    throw new NotReached(
                            "The guest powered off after " + sincePowerOn().toSeconds() + " s");
                }
                guest.requireDisk();
                return ssh.login(instance.address(), user, key);
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
                if (SshAccess.isRefusal(e)) {
                    refusedSince = refusedSince == 0 ? System.nanoTime() : refusedSince;
                    if (System.nanoTime() - refusedSince > limit.toNanos() / 3) {
                        break;
                    }
                }
            }
            pause();
        }
        throw new NotReached(
                refusedSince == 0
                        ? "Not within " + limit.toSeconds() + " s; last attempt: " + last
                        : "The guest is up, but refuses the key",
                refusedSince != 0);
    }

    /** Waits for the guest to power off after a request; returns how long that took. */
    Duration awaitPowerOff(Duration limit) throws NotReached {
        var requested = System.nanoTime();
        if (!guest.awaitPowerOff(limit)) {
            guest.requireDisk();
            throw new NotReached("The guest still runs " + limit.toSeconds() + " s after the request to power off");
        }
        return Duration.ofNanos(System.nanoTime() - requested);
    }

    /** Attaches screenshot, serial log and router log; the screenshot only while the guest runs. */
    void keepEvidence(CheckCollector collector, String prefix) {
        guest.requireDisk();
        var screen = folder.resolve("screen.png");
        if (guest.isRunning()) {
            try {
                Screenshot.take(guest.qmp(), screen);
            } catch (IOException | Failure e) {
                collector.fact(prefix + ".screen", "No screenshot: " + e.getMessage());
            }
        }
        collector.attach(prefix + "-screen.png", "image/png", screen);
        collector.attach(prefix + "-serial.log", "text/plain", guest.serialLog());
        collector.attach(
                prefix + "-router.jsonl", "application/jsonl", router.log().file());
    }

    @Override
    public void close() {
        guest.close();
        router.close();
    }

    private static void pause() {
        Sleeper.SYSTEM.sleep(RETRY_INTERVAL, "Waiting for the guest");
    }
}
