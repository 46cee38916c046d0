package dev.cstemplates.validation.router;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * A CloudStack virtual router for one instance, on a tap device. It has to run in a network namespace of its own, where it may
 * take any address and any port.
 */
public final class VirtualRouter implements AutoCloseable {

    public static final String ADDRESS = "10.1.1.1";
    public static final String DOMAIN = "cs2cloud.internal";
    public static final String TAP = "cst0";

    private static final int METADATA_PORT = 80;
    private static final int PASSWORD_PORT = 8080;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final RouterLog log;

    private VirtualRouter(RouterLog log) {
        this.log = log;
        parts.push(log);
    }

    /** Makes the network: the loopback device up, and a tap device that has the router's address. Once a namespace. */
    public static void plugIn(Processes processes) {
        processes.check(Command.of("ip", "link", "set", "lo", "up"));
        processes.check(Command.of("ip", "tuntap", "add", "dev", TAP, "mode", "tap"));
        processes.check(Command.of("ip", "address", "add", ADDRESS + "/24", "dev", TAP));
        processes.check(Command.of("ip", "link", "set", TAP, "up"));
    }

    /**
     * Starts all services.
     *
     * @param folder gets {@code router.jsonl}, {@code dnsmasq.log} and dnsmasq's state; made if need be
     */
    public static VirtualRouter start(Processes processes, Instance instance, Set<Fault> misbehaviours, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Failure.host("The folder " + folder + " can't be made: " + e, "Look for a full disk.")
                    .because(e);
        }
        var served = asServed(instance, misbehaviours);
        var router = new VirtualRouter(new RouterLog(folder.resolve("router.jsonl")));
        try {
            router.parts.push(
                    MetadataServer.start(new InetSocketAddress(ADDRESS, METADATA_PORT), served, DOMAIN, router.log));
            router.parts.push(PasswordServer.start(
                    new InetSocketAddress(ADDRESS, PASSWORD_PORT),
                    served,
                    misbehaviours.contains(Fault.SILENT_PASSWORD_SERVER),
                    router.log));
            router.parts.push(Dnsmasq.start(processes, TAP, served, DOMAIN, misbehaviours, folder, router.log));
            return router;
        } catch (RuntimeException e) {
            router.close();
            throw e;
        }
    }

    /** What the guest asked so far. */
    public RouterLog log() {
        return log;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // The namespace ends with its process: no part can stay behind.
            }
        }
    }

    private static Instance asServed(Instance instance, Set<Fault> misbehaviours) {
        var served = instance;
        if (misbehaviours.contains(Fault.WRONG_HOSTNAME)) {
            served = served.called("somebody-else");
        }
        if (misbehaviours.contains(Fault.NO_USER_DATA)) {
            served = served.saying("");
        }
        return served;
    }
}
