/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The management server's database. Callers synchronize on it to read or change it. */
final class Cloud {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxx").withZone(ZoneOffset.UTC);

    /** A compute offering. */
    record Offering(String id, String name, int cpus, int megahertz, int megabytes) {}

    /** A guest network besides those of the zones; {@code owner} null for a shared one. */
    record GuestNetwork(
            String id, String name, Zone zone, @Nullable Account owner, String type) {}

    /** A key pair or registered user-data of an account. */
    record Owned(String id, String name, Account owner, String content) {}

    final Settings settings;
    final Faults faults;
    final SecondaryStorage storage;
    final ExecutorService threads;
    final Map<String, Zone> zones = new LinkedHashMap<>();
    final Map<String, Domain> domains = new LinkedHashMap<>(Map.of(Domain.ROOT.id(), Domain.ROOT));
    final Map<String, Project> projects = new LinkedHashMap<>();
    final Map<String, Account> accounts = new LinkedHashMap<>();
    final Map<String, OsType> osTypes = new LinkedHashMap<>();
    final Map<String, Offering> offerings = new LinkedHashMap<>();
    final Map<String, Template> templates = new LinkedHashMap<>();
    final Map<String, Instance> instances = new LinkedHashMap<>();
    final Map<String, Job> jobs = new LinkedHashMap<>();
    final Map<String, Owned> userData = new LinkedHashMap<>();
    final List<GuestNetwork> networks = new ArrayList<>();
    final List<Owned> keyPairs = new ArrayList<>();

    volatile Machines machines = Machines.NONE;
    volatile String uploadUrl = "";

    private final AtomicLong numbers = new AtomicLong(200);

    Cloud(Settings settings, Faults faults, Path folder, ExecutorService threads) {
        this.settings = settings;
        this.faults = faults;
        this.threads = threads;
        this.storage = new SecondaryStorage(folder, settings, threads);
        OsType.all().forEach(type -> osTypes.put(type.id(), type));
        addZone(Zone.of(
                "ae41c6c2-e80f-4615-9cb6-0114bb6d3161",
                "Sandbox-simulator",
                1,
                "e6a69a70-78db-4ddf-9c9d-132ade4f25b1",
                "f30746ce-c1df-4117-b7ee-f10276d2b6a8",
                "KVM",
                "Simulator",
                "VMware",
                "XenServer"));
        addZone(Zone.of(
                "eb172999-18da-45be-94c8-6097b7ffa869",
                "Sandbox-2",
                2,
                "dfb764f5-8f86-405e-914d-5f5603338df6",
                "0c4a2a1e-6f0e-4f7e-9a58-3f1f2b6f5a02",
                "KVM",
                "Simulator",
                "VMware",
                "XenServer"));
        add(new Offering("198b5cd5-2b0a-4d40-977e-82050e1bcd97", "Small Instance", 1, 500, 512));
        add(new Offering("11e58702-7ed5-4fb7-8001-d3eab5ec8590", "Medium Instance", 1, 1000, 1024));
    }

    private void addZone(Zone zone) {
        zones.put(zone.id(), zone);
    }

    private void add(Offering offering) {
        offerings.put(offering.id(), offering);
    }

    Domain addDomain(String name) {
        var domain = new Domain(UUID.randomUUID().toString(), name, "ROOT/" + name);
        domains.put(domain.id(), domain);
        return domain;
    }

    /** The server makes an account for each project; nobody has its keys. */
    Project addProject(String name, Domain domain, Set<Account> members) {
        var owner = new Account(
                "PrjAcct-" + name + "-" + (projects.size() + 1),
                accounts.size() + 1000L,
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                Role.USER,
                domain,
                "",
                "");
        var project = new Project(UUID.randomUUID().toString(), name, owner, Set.copyOf(members));
        projects.put(project.id(), project);
        return project;
    }

    /** Fails if a domain, project or zone does not exist; checked before the command begins. */
    void requireKnown(Call call) {
        call.text("domainid").filter(id -> !domains.containsKey(id)).ifPresent(id -> {
            throw call.unknownId("domainid");
        });
        for (var name : List.of("projectid", "projectids")) {
            call.list(name).stream()
                    .filter(id -> !projects.containsKey(id) && !id.equals("-1"))
                    .findFirst()
                    .ifPresent(id -> {
                        throw ApiError.unknownId(call.command().envelope(), name, id);
                    });
        }
    }

    /**
     * Whose resources a call is about: the caller's, or those of {@code account} and {@code domainid}, or of a project that the
     * caller is a member of.
     */
    Account owner(Call call) {
        var project = call.text("projectid").map(projects::get);
        if (project.isPresent()) {
            if (!project.get().members().contains(call.account())
                    && !call.account().isAdmin()) {
                throw ApiError.of(
                        432,
                        "The API [%s] does not exist or is not available for this account/user in project [%s]."
                                .formatted(call.command().name(), project.get().id()));
            }
            return project.get().owner();
        }
        var name = call.text("account");
        if (name.isEmpty()) {
            return call.account();
        }
        var domain =
                call.text("domainid").map(domains::get).orElse(call.account().domain());
        return accounts.values().stream()
                .filter(each -> each.name().equals(name.get()) && each.domain().equals(domain))
                .filter(call.account()::mayOperateFor)
                .findFirst()
                .orElseThrow(() ->
                        ApiError.notPermitted("Caller does not have permission to operate with provided resource."));
    }

    Account addAccount(String name, Role role, Domain domain) {
        var account = new Account(
                name,
                accounts.size() + 2L,
                UUID.randomUUID().toString(),
                UUID.randomUUID().toString(),
                role,
                domain,
                "key-of-" + name + "-_" + UUID.randomUUID(),
                "secret-of-" + name + "-_" + UUID.randomUUID());
        accounts.put(account.apiKey(), account);
        return account;
    }

    Clock clock() {
        return Clock.offset(Clock.systemUTC(), settings.clockAhead);
    }

    Instant now() {
        return clock().instant();
    }

    static String date(Instant instant) {
        return DATE.format(instant);
    }

    long number() {
        return numbers.incrementAndGet();
    }

    Zone zone(Call call, String parameter) {
        return zone(call, parameter, call.required(parameter));
    }

    Zone zone(Call call, String parameter, String id) {
        return Optional.ofNullable(zones.get(id))
                .orElseThrow(() -> ApiError.unknownId(call.command().envelope(), parameter, id));
    }

    /** Includes removed templates. */
    Template template(Call call, String parameter) {
        return Optional.ofNullable(templates.get(call.required(parameter)))
                .orElseThrow(() -> call.unknownId(parameter));
    }

    Instance instance(Call call) {
        return Optional.ofNullable(instances.get(call.required("id"))).orElseThrow(() -> call.unknownId("id"));
    }

    /** Whether a host of this hypervisor is up in any zone. */
    boolean hasHost(String hypervisor) {
        return zones.values().stream().anyMatch(zone -> zone.hypervisors().contains(hypervisor));
    }

    List<Template> living() {
        return templates.values().stream().filter(template -> !template.removed).toList();
    }

    List<Instance> usersOf(Template template) {
        return instances.values().stream()
                .filter(instance -> instance.template == template && !instance.state.equals("Expunged"))
                .toList();
    }

    /** Removes failed uploads that have been listed often enough. */
    void cleanUp() {
        living().stream()
                .filter(template -> template.copies.values().stream().anyMatch(ZoneCopy::hasVanished))
                .forEach(template -> template.removed = true);
    }
}
