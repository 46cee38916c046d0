/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import dev.cstemplates.cloudstack.CloudStackError.ErrorKind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What the server supports and the caller's role allows. A server ignores unknown parameters, so calls are checked against its list
 * before they are made.
 */
public final class Capabilities {

    private final CloudStackClient client;
    private final Map<String, Optional<Set<String>>> known = new ConcurrentHashMap<>();
    private volatile boolean isSilent;

    Capabilities(CloudStackClient client) {
        this.client = client;
    }

    /** For example {@code 4.22.0.0}; empty if the server does not report it. */
    public String version() {
        return facts().text("cloudstackversion");
    }

    /** Calls that an account may make in each interval, for example {@code 25 in 1 s}; empty if there is no limit. */
    public String rateLimit() {
        var facts = facts();
        return facts.number("apilimitmax") == 0
                ? ""
                : facts.number("apilimitmax") + " in " + facts.number("apilimitinterval") + " s";
    }

    /**
     * Whether the caller may expunge instances ({@code allow.user.expunge.recover.vm}). {@code listApis} shows the calls also to those who
     * may not.
     */
    public boolean mayExpunge() {
        return isAllowed("allowuserexpungerecovervm");
    }

    /** Whether the caller may make templates public ({@code allow.public.user.templates}); domain administrators always may. */
    public boolean mayMakePublic() {
        return isAllowed("userpublictemplateenabled");
    }

    /** True if the server does not say. */
    private boolean isAllowed(String name) {
        return facts().node().path(name).asBoolean(true);
    }

    private JsonFields facts() {
        return new JsonFields(client.call(Call.of("listCapabilities")).path("capability"));
    }

    /** The {@code commands} that the role does not allow or the server does not support, in order. */
    public List<String> missing(Collection<String> commands) {
        return commands.stream()
                .filter(command -> parameters(command).isEmpty() && !isSilent)
                .toList();
    }

    /** Whether {@code command} has {@code parameter}; true if the server does not list parameters. */
    public boolean supports(String command, String parameter) {
        return parameters(command).map(names -> names.contains(parameter)).orElse(isSilent);
    }

    /** Throws a {@link CloudStackError} if the server would reject the command or ignore one of its parameters. */
    void require(Call call) {
        var names = parameters(call.command());
        if (isSilent) {
            return;
        }
        if (names.isEmpty()) {
            throw new CloudStackError(
                    ErrorKind.NOT_AVAILABLE,
                    call.command(),
                    "the server has no such command, or the account's role does not allow it");
        }
        for (var name : call.declaredNames()) {
            if (!names.get().contains(name)) {
                throw new CloudStackError(
                        ErrorKind.UNKNOWN_PARAMETER,
                        call.command(),
                        "the server does not support its parameter " + name + " and would have ignored it");
            }
        }
    }

    /** Names of a command's parameters; empty if it cannot be called. */
    private Optional<Set<String>> parameters(String command) {
        return known.computeIfAbsent(command, this::fetch);
    }

    private Optional<Set<String>> fetch(String command) {
        try {
            var answer = client.call(Call.of("listApis").with("name", command));
            return answer.path("api")
                    .valueStream()
                    .filter(api -> api.path("name").asString("").equals(command))
                    .findFirst()
                    .map(api -> api.path("params")
                            .valueStream()
                            .map(each -> each.path("name").asString(""))
                            .collect(Collectors.toUnmodifiableSet()));
        } catch (CloudStackError error) {
            isSilent |= error.kind() == ErrorKind.NOT_AVAILABLE;
            // SERVER is the response for commands that do not exist or that the role does not allow.
            if (error.kind() == ErrorKind.NOT_AVAILABLE || error.kind() == ErrorKind.SERVER) {
                return Optional.empty();
            }
            throw error;
        }
    }
}
