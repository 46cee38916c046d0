/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A CloudStack (4.22 unless {@link Settings#version} says otherwise) with two zones, {@code Sandbox-simulator} and {@code Sandbox-2}, with KVM, XenServer and VMware hosts.
 *
 * <p>Downloads registered URLs, accepts uploads and checks both as the secondary storage VM does. {@link #faults()} injects
 * faults; {@link ZoneCopy} explains how states advance.
 */
public final class FakeCloudStack implements AutoCloseable {

    static {
        // Headers and body are sent in two packets: otherwise the second one waits 40 ms for the client's delayed
        // acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Settings settings = new Settings();
    private final Faults faults = new Faults();
    private final Cloud cloud;
    private final ApiServer api;
    private final HttpServer management;
    private final HttpServer secondaryStorage;
    private final Account admin;

    /** Starts both servers; {@code folder} stores downloads and uploads. */
    public FakeCloudStack(Path folder) throws IOException {
        Files.createDirectories(folder);
        cloud = new Cloud(settings, faults, folder, threads);
        admin = cloud.addAccount("admin", Role.ADMIN, Domain.ROOT);
        var tickets = new UploadTickets(cloud);
        api = new ApiServer(cloud, tickets);
        management = serve("/client/api", api::handle);
        secondaryStorage = serve("/upload/", new UploadServer(cloud, tickets)::handle);
        cloud.uploadUrl = address(secondaryStorage) + "/upload/";
    }

    private HttpServer serve(String path, HttpHandler handler) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(path, handler);
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public URI endpoint() {
        return URI.create(address(management) + "/client/api");
    }

    public Settings settings() {
        return settings;
    }

    public Faults faults() {
        return faults;
    }

    /** The root administrator. */
    public Account admin() {
        return admin;
    }

    /** Creates an account in the root domain. */
    public Account account(String name, Role role) {
        return account(name, role, Domain.ROOT);
    }

    public Account account(String name, Role role, Domain domain) {
        synchronized (cloud) {
            return cloud.addAccount(name, role, domain);
        }
    }

    /** Creates a domain below the root domain. */
    public Domain domain(String name) {
        synchronized (cloud) {
            return cloud.addDomain(name);
        }
    }

    public Project project(String name, Domain domain, Account... members) {
        synchronized (cloud) {
            return cloud.addProject(name, domain, Set.of(members));
        }
    }

    /** Drops all connections until {@code length} has passed on the server's clock. */
    public void outage(Duration length) {
        faults.outage(cloud.now().plus(length));
    }

    public Zone zone1() {
        return zone("Sandbox-simulator");
    }

    public Zone zone2() {
        return zone("Sandbox-2");
    }

    private Zone zone(String name) {
        return cloud.zones.values().stream()
                .filter(zone -> zone.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public String offeringId() {
        return cloud.offerings.keySet().iterator().next();
    }

    /** The id of the OS type with this exact name. */
    public Optional<String> osTypeId(String name) {
        return cloud.osTypes.values().stream()
                .filter(type -> type.name().equals(name))
                .map(OsType::id)
                .findFirst();
    }

    /** Adds a zone with KVM hosts. */
    public Zone addZone(String name) {
        synchronized (cloud) {
            var number = cloud.zones.size() + 1;
            var zone = Zone.of(
                    UUID.randomUUID().toString(),
                    name,
                    number,
                    UUID.randomUUID().toString(),
                    UUID.randomUUID().toString(),
                    "KVM");
            cloud.zones.put(zone.id(), zone);
            return zone;
        }
    }

    /** Adds a network, which is listed before the zones' own ones; {@code owner} null for a shared one. Returns its id. */
    public String addNetwork(String name, Zone zone, @Nullable Account owner, String type) {
        synchronized (cloud) {
            var network = new Cloud.GuestNetwork(UUID.randomUUID().toString(), name, zone, owner, type);
            cloud.networks.add(network);
            return network.id();
        }
    }

    /** Adds a compute offering; names need not be unique. Returns its id. */
    public String addOffering(String name) {
        synchronized (cloud) {
            var offering = new Cloud.Offering(UUID.randomUUID().toString(), name, 1, 500, 512);
            cloud.offerings.put(offering.id(), offering);
            return offering.id();
        }
    }

    /** Leaves a zone's copy as a restart of the management server in the middle of its download does. */
    public void cutByRestart(Template template, Zone zone) {
        synchronized (cloud) {
            template.copies.put(zone.id(), ZoneCopy.cutByRestart(zone));
        }
    }

    /** Removes the hypervisor's hosts in all zones, which hides its templates. */
    public void removeHosts(String hypervisor) {
        cloud.zones.values().forEach(zone -> zone.hypervisors().remove(hypervisor));
    }

    /** Adds hosts of this hypervisor in all zones. */
    public void addHosts(String hypervisor) {
        cloud.zones.values().forEach(zone -> zone.hypervisors().add(hypervisor));
    }

    /** Runs instances on {@code machines} from now on. */
    public void run(Machines machines) {
        cloud.machines = machines;
    }

    /** Templates that were not deleted, in the order of their registration; reading them here advances no state. */
    public List<Template> templates() {
        synchronized (cloud) {
            return cloud.living();
        }
    }

    /** Instances that were not expunged. */
    public List<Instance> instances() {
        synchronized (cloud) {
            return cloud.instances.values().stream()
                    .filter(instance -> !instance.state().equals("Expunged"))
                    .toList();
        }
    }

    /** The administrator's instance, which keeps its template in use. */
    public Instance addInstance(Template template, Zone zone) {
        return addInstance(template, zone, admin);
    }

    public Instance addInstance(Template template, Zone zone, Account owner) {
        synchronized (cloud) {
            var instance = new Instance(
                    cloud.number(),
                    owner,
                    zone,
                    template,
                    "other-user",
                    "other-user",
                    offeringId(),
                    "",
                    List.of(),
                    cloud.now());
            instance.state = "Running";
            cloud.instances.put(instance.id(), instance);
            return instance;
        }
    }

    public List<String> keyPairs() {
        synchronized (cloud) {
            return cloud.keyPairs.stream().map(Cloud.Owned::name).toList();
        }
    }

    public List<String> userData() {
        synchronized (cloud) {
            return cloud.userData.values().stream().map(Cloud.Owned::name).toList();
        }
    }

    /** All answered calls in order. */
    public List<RecordedCall> calls() {
        return api.seen();
    }

    public List<RecordedCall> calls(String command) {
        return calls().stream().filter(call -> call.command().equals(command)).toList();
    }

    @Override
    public void close() {
        management.stop(0);
        secondaryStorage.stop(0);
        threads.shutdownNow();
    }
}
