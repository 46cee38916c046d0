package dev.cstemplates.cloudstack.standin;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A CloudStack 4.22 with two zones, {@code Sandbox-simulator} and {@code Sandbox-2}, in which KVM, XenServer and VMware have hosts.
 *
 * <p>It fetches the URLs that are registered, takes uploads and doubts both as the secondary storage VM does. What goes wrong is up
 * to {@link #faults()}; see {@link ZoneCopy} for how its time passes.
 */
public final class StandIn implements AutoCloseable {

    static {
        // Headers and body go in two packets: without this the second one waits 40 ms for the client's delayed
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

    /** Starts both servers; {@code folder} keeps what is downloaded and uploaded. */
    public StandIn(Path folder) throws IOException {
        Files.createDirectories(folder);
        cloud = new Cloud(settings, faults, folder, threads);
        admin = cloud.addAccount("admin", Role.ADMIN);
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

    /** The root admin. */
    public Account admin() {
        return admin;
    }

    /** A new account. */
    public Account account(String name, Role role) {
        synchronized (cloud) {
            return cloud.addAccount(name, role);
        }
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

    /** The last host of this hypervisor is gone, in all zones: its templates are hidden. */
    public void removeHosts(String hypervisor) {
        cloud.zones.values().forEach(zone -> zone.hypervisors().remove(hypervisor));
    }

    /** Hosts of this hypervisor, in all zones. */
    public void addHosts(String hypervisor) {
        cloud.zones.values().forEach(zone -> zone.hypervisors().add(hypervisor));
    }

    /** Instances really run from now on. */
    public void run(Machines machines) {
        cloud.machines = machines;
    }

    /** Templates that were not deleted, in the order of their registration; nothing moves on by looking here. */
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

    /** Somebody else's instance of a template: it uses the template from now on. */
    public Instance addInstance(Template template, Zone zone) {
        synchronized (cloud) {
            var instance = new Instance(
                    cloud.number(),
                    admin,
                    zone,
                    template,
                    "somebodys",
                    "somebodys",
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

    /** All calls that were answered, in their order. */
    public List<Seen> calls() {
        return api.seen();
    }

    public List<Seen> calls(String command) {
        return calls().stream().filter(call -> call.command().equals(command)).toList();
    }

    @Override
    public void close() {
        management.stop(0);
        secondaryStorage.stop(0);
        threads.shutdownNow();
    }
}
