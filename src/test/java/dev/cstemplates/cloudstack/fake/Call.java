/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack.fake;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * One authenticated call: account, command and parameters.
 *
 * @param parameters by lower-case name; the keys of a map parameter keep their case
 */
record Call(Command command, Account account, Map<String, String> parameters) {

    private static final Pattern ELEMENT = Pattern.compile("(\\w+)\\[(\\d+)]\\.(.+)");

    /** A parameter that the server's version does not know is ignored. */
    static Call of(Command command, Account account, Map<String, String> sent, Settings settings) {
        var parameters = new TreeMap<String, String>();
        sent.forEach((name, value) -> parameters.put(name.contains("[") ? name : name.toLowerCase(Locale.ROOT), value));
        command.parameters().stream()
                .filter(parameter -> !parameter.isKnownTo(settings))
                .forEach(parameter -> parameters.remove(parameter.name()));
        var call = new Call(command, account, parameters);
        command.parameters().forEach(call::check);
        return call;
    }

    private void check(Command.Parameter parameter) {
        var value = parameters.get(parameter.name());
        if (value == null) {
            if (parameter.required() && elements(parameter.name()).isEmpty()) {
                throw ApiError.missing(command.envelope(), parameter.name());
            }
            return;
        }
        if (parameter.type().equals("integer")) {
            integer(parameter.name());
        }
        if (parameter.type().equals("uuid") && !isId(value)) {
            throw unknownId(parameter.name());
        }
    }

    private static boolean isId(String value) {
        try {
            return value.equals("-1") || UUID.fromString(value).toString().equals(value);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    String required(String name) {
        return text(name).orElseThrow(() -> ApiError.missing(command.envelope(), name));
    }

    /** Any value but {@code true} is false. */
    boolean flag(String name) {
        return flag(name, false);
    }

    boolean flag(String name, boolean otherwise) {
        return text(name).map(Boolean::parseBoolean).orElse(otherwise);
    }

    Optional<Integer> integer(String name) {
        var value = text(name);
        try {
            return value.map(Integer::valueOf);
        } catch (NumberFormatException e) {
            throw ApiError.badInteger(command.envelope(), name, value.orElseThrow());
        }
    }

    List<String> list(String name) {
        return text(name)
                .map(value ->
                        Arrays.stream(value.split(",", -1)).map(String::strip).toList())
                .orElse(List.of());
    }

    /** A map parameter; the server uses only its first index. */
    Map<String, String> details(String name) {
        var elements = elements(name);
        return elements.isEmpty() ? Map.of() : elements.firstEntry().getValue();
    }

    /** A map parameter of the form {@code name[i].key=…&name[i].value=…}. */
    Map<String, String> pairs(String name) {
        var pairs = new LinkedHashMap<String, String>();
        for (var element : elements(name).values()) {
            pairs.put(element.getOrDefault("key", ""), element.getOrDefault("value", ""));
        }
        return pairs;
    }

    private TreeMap<Integer, Map<String, String>> elements(String name) {
        var elements = new TreeMap<Integer, Map<String, String>>();
        parameters.forEach((parameter, value) -> {
            var element = ELEMENT.matcher(parameter);
            if (element.matches() && element.group(1).equals(name)) {
                elements.computeIfAbsent(Integer.valueOf(element.group(2)), index -> new LinkedHashMap<>())
                        .put(element.group(3), value);
            }
        });
        return elements;
    }

    ApiError unknownId(String parameter) {
        return ApiError.unknownId(command.envelope(), parameter, required(parameter));
    }
}
