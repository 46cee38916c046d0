/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** A template in the database; its state in each zone is a {@link ZoneCopy}. */
public final class Template {

    final long number;
    final String id;
    final Account owner;
    final boolean uploaded;
    final Instant created;

    String name;
    String displayText;
    String format = "";
    String hypervisor = "";
    String osTypeId = "";
    String url = "";
    String checksum = "";
    String arch = "x86_64";
    String templateTag = "";
    boolean isPublic;
    boolean isFeatured;
    boolean isExtractable;
    boolean passwordEnabled;
    boolean sshKeyEnabled;
    boolean dynamicallyScalable;
    boolean requiresHvm;
    boolean deployAsIs;
    boolean crossZones;
    int sortKey;
    String userDataId = "";
    String userDataPolicy = "";

    /** A removed template can still be found by its id. */
    boolean removed;

    final Map<String, String> details = new LinkedHashMap<>();
    final Map<String, String> tags = new LinkedHashMap<>();
    /** Accounts of the owner's domain, and those of projects. */
    final Set<Account> sharedWith = new LinkedHashSet<>();

    final Set<Project> sharedWithProjects = new LinkedHashSet<>();
    final Map<String, ZoneCopy> copies = new TreeMap<>();

    Template(long number, Account owner, String name, boolean uploaded, Instant created) {
        this.number = number;
        this.id = UUID.randomUUID().toString();
        this.owner = owner;
        this.name = name;
        this.displayText = name;
        this.uploaded = uploaded;
        this.created = created;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public String hypervisor() {
        return hypervisor;
    }

    public Map<String, String> tags() {
        return Map.copyOf(tags);
    }

    public Map<String, String> details() {
        return Map.copyOf(details);
    }

    public boolean isPublic() {
        return isPublic;
    }

    public boolean isFeatured() {
        return isFeatured;
    }

    boolean isSharedWith(Account account) {
        return sharedWith.contains(account)
                || sharedWithProjects.stream()
                        .anyMatch(project -> project.members().contains(account)
                                || project.owner().equals(account));
    }

    /** Names of the accounts that it is shared with. */
    public List<String> shares() {
        return sharedWith.stream().map(Account::name).sorted().toList();
    }

    public List<String> projectShares() {
        return sharedWithProjects.stream().map(Project::id).sorted().toList();
    }

    public Account owner() {
        return owner;
    }

    public String userDataId() {
        return userDataId;
    }

    public int sortKey() {
        return sortKey;
    }

    public List<ZoneCopy> copies() {
        return List.copyOf(copies.values());
    }

    /** Sets a tag as another client would. */
    public void tag(String key, String value) {
        tags.put(key, value);
    }

    /** Sets a detail as an administrator would. */
    public void detail(String key, String value) {
        details.put(key, value);
    }

    public boolean isReadyIn(Zone zone) {
        var copy = copies.get(zone.id());
        return copy != null && copy.isReady();
    }

    /** The template as error messages print it. */
    String named() {
        return "Template {\"format\":\"%s\",\"id\":%d,\"name\":\"%s\",\"uniqueName\":\"%d-%d-%s\",\"uuid\":\"%s\"}"
                .formatted(
                        format,
                        number,
                        name,
                        number,
                        owner.number(),
                        UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)),
                        id);
    }
}
