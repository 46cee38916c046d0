/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * One API command.
 *
 * @param envelope the single key of its responses
 * @param jobClass the command class that its job reports; empty for synchronous commands
 * @param begin makes the checks that come before the response and returns the remaining work
 */
record Command(String name, String envelope, String jobClass, List<Parameter> parameters, Begin begin) {

    /**
     * A parameter as {@code listApis} declares it.
     *
     * @param since the first version that knows it; empty for all
     */
    record Parameter(String name, String type, boolean required, String since) {

        boolean isKnownTo(Settings settings) {
            return since.isEmpty() || settings.isAtLeast(since);
        }
    }

    /** The work of an asynchronous command's job. */
    @FunctionalInterface
    interface Work {
        JsonNode run();
    }

    @FunctionalInterface
    interface Begin {
        Work of(Call call);
    }

    @FunctionalInterface
    interface SyncWork {
        JsonNode execute(Call call);
    }

    /**
     * A synchronous command.
     *
     * @param parameters {@code name:type} separated by spaces, with {@code !} after required ones and {@code @4.20} after
     *     those that came with a version
     */
    static Command plain(String name, String parameters, SyncWork work) {
        return new Command(name, envelope(name), "", parse(parameters), call -> {
            var response = work.execute(call);
            return () -> response;
        });
    }

    /** An asynchronous command. */
    static Command job(String name, String jobClass, String parameters, Begin begin) {
        return new Command(
                name, envelope(name), "org.apache.cloudstack.api.command." + jobClass, parse(parameters), begin);
    }

    Command answeringAs(String envelope) {
        return new Command(name, envelope, jobClass, parameters, begin);
    }

    boolean isAsync() {
        return !jobClass.isEmpty();
    }

    /** Where timestamps are enforced, commands that change state require POST. */
    boolean mayBeGot() {
        return name.matches("^(get|list|query|find)\\w+");
    }

    private static String envelope(String name) {
        return name.toLowerCase(Locale.ROOT) + "response";
    }

    private static List<Parameter> parse(String declarations) {
        return Arrays.stream(declarations.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .map(Command::parameter)
                .toList();
    }

    private static Parameter parameter(String word) {
        var required = word.endsWith("!");
        var colon = word.indexOf(':');
        var at = word.indexOf('@');
        var end = at >= 0 ? at : word.length() - (required ? 1 : 0);
        return new Parameter(
                word.substring(0, colon),
                word.substring(colon + 1, end),
                required,
                at >= 0 ? word.substring(at + 1) : "");
    }
}
