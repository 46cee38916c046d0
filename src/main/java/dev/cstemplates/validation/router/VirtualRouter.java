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
 * A CloudStack virtual router for one instance, on a tap device. It must run in its own network namespace, where it may use any address
 * and port.
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

    /** Sets the network up: the loopback device, and a tap device with the router's address. Once per namespace. */
    public static void setUpNetwork(Processes processes) {
        processes.check(Command.of("ip", "link", "set", "lo", "up"));
        processes.check(Command.of("ip", "tuntap", "add", "dev", TAP, "mode", "tap"));
        processes.check(Command.of("ip", "address", "add", ADDRESS + "/24", "dev", TAP));
        processes.check(Command.of("ip", "link", "set", TAP, "up"));
    }

    /**
     * Starts all services.
     *
     * @param folder for {@code router.jsonl}, {@code dnsmasq.log} and dnsmasq's state; created if missing
     */
    public static VirtualRouter start(Processes processes, Instance instance, Set<Fault> faults, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw Failure.host("Cannot create the directory " + folder + ": " + e, "Check free disk space.")
                    .because(e);
        }
        var served = asServed(instance, faults);
        var router = new VirtualRouter(new RouterLog(folder.resolve("router.jsonl")));
        try {
            router.parts.push(
                    MetadataServer.start(new InetSocketAddress(ADDRESS, METADATA_PORT), served, DOMAIN, router.log));
            router.parts.push(PasswordServer.start(
                    new InetSocketAddress(ADDRESS, PASSWORD_PORT),
                    served,
                    faults.contains(Fault.SILENT_PASSWORD_SERVER),
                    router.log));
            router.parts.push(Dnsmasq.start(processes, TAP, served, DOMAIN, faults, folder, router.log));
            return router;
        } catch (RuntimeException e) {
            router.close();
            throw e;
        }
    }

    /** The requests of the guest so far. */
    public RouterLog log() {
        return log;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                // Nothing outlives the namespace.
            }
        }
    }

    private static Instance asServed(Instance instance, Set<Fault> faults) {
        var served = instance;
        if (faults.contains(Fault.WRONG_HOSTNAME)) {
            served = served.withHostname("wrong-hostname");
        }
        if (faults.contains(Fault.NO_USER_DATA)) {
            served = served.withUserData("");
        }
        return served;
    }
}
