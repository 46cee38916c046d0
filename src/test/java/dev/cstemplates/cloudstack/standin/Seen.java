package dev.cstemplates.cloudstack.standin;

import java.util.Map;

/** A call as it came, with the HTTP status that it got. */
public record Seen(String method, String command, Map<String, String> parameters, int status) {}
