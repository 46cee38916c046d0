package dev.cstemplates.validation.router;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** DHCP and DNS by dnsmasq, as CloudStack's router runs it; its log becomes entries of the {@link RouterLog}. */
final class Dnsmasq implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final Pattern LEASE = Pattern.compile("(DHCPACK|DHCPNAK)\\(\\S+\\) (\\S+) ([0-9a-f:]{17})");
    private static final Pattern ANSWER = Pattern.compile(
            "dnsmasq: \\d+ ([0-9a-f.:]+)/\\d+ (?:config|reply|cached|DHCP|\\S*leases\\S*) (\\S+) is (\\S+)");

    private final Thread owner;

    private Dnsmasq(Thread owner) {
        this.owner = owner;
    }

    /** Starts it on {@code networkInterface} and waits until it serves. */
    static Dnsmasq start(
            Processes processes,
            String networkInterface,
            Instance instance,
            String domain,
            Set<Fault> faults,
            Path folder,
            RouterLog log) {
        var serving = new CompletableFuture<Void>();
        var command = Command.of(arguments(networkInterface, instance, domain, faults, folder))
                .log(folder.resolve("dnsmasq.log"))
                .onLine(line -> {
                    if (line.startsWith("dnsmasq: started")) {
                        serving.complete(null);
                    }
                    record(line, log);
                });
        var owner = Thread.ofVirtual().name("dnsmasq").start(() -> {
            try {
                var result = processes.run(command);
                serving.completeExceptionally(Failure.host(
                        "The router's dnsmasq did not start: " + Processes.describe(result), "Run 'cst doctor'."));
            } catch (RuntimeException e) {
                serving.completeExceptionally(e);
            }
        });
        var dnsmasq = new Dnsmasq(owner);
        try {
            serving.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return dnsmasq;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (TimeoutException e) {
            dnsmasq.close();
            throw Failure.host("The router's dnsmasq did not start within " + START_LIMIT.toSeconds() + " s", "")
                    .because(e);
        } catch (InterruptedException e) {
            dnsmasq.close();
            Thread.currentThread().interrupt();
            throw Failure.cancelled("Starting dnsmasq").because(e);
        }
    }

    @Override
    public void close() {
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

    static List<String> arguments(
            String networkInterface, Instance instance, String domain, Set<Fault> faults, Path folder) {
        var all = new ArrayList<>(List.of(
                "dnsmasq",
                // Changes neither user nor group, which a user namespace with one user would refuse.
                "--no-daemon",
                "--conf-file=/dev/null",
                "--no-resolv",
                "--no-hosts",
                "--interface=" + networkInterface,
                "--except-interface=lo",
                "--bind-interfaces",
                "--domain=" + domain,
                // Forwards no query: unknown names do not exist.
                "--local=/#/",
                "--host-record=%1$s,%1$s.%2$s,%3$s".formatted(instance.hostname(), domain, instance.address()),
                "--dhcp-authoritative",
                "--dhcp-range=" + instance.address() + ",static,255.255.255.0,infinite",
                "--dhcp-host=%s,%s,%s,infinite".formatted(instance.mac(), instance.address(), instance.hostname()),
                "--dhcp-option=option:router," + VirtualRouter.ADDRESS,
                "--dhcp-option=option:dns-server," + VirtualRouter.ADDRESS,
                "--dhcp-leasefile=" + folder.resolve("dnsmasq.leases"),
                "--pid-file=" + folder.resolve("dnsmasq.pid"),
                "--log-queries=extra",
                "--log-dhcp"));
        if (!faults.contains(Fault.NO_DATA_SERVER_NAME)) {
            all.add("--host-record=data-server,data-server." + domain + "," + VirtualRouter.ADDRESS);
        }
        return all;
    }

    static void record(String line, RouterLog log) {
        var lease = LEASE.matcher(line);
        if (lease.find()) {
            log.add(RouterLog.Service.DHCP, lease.group(3), lease.group(1), lease.group(2));
        }
        var answer = ANSWER.matcher(line);
        if (answer.find()) {
            log.add(RouterLog.Service.DNS, answer.group(1), answer.group(2), answer.group(3));
        }
    }
}
