package dev.cstemplates.publish;

/** A version that {@link Lifecycle#prune} deleted or would delete; {@code reason} says why it was kept. */
public record Pruned(String template, String name, boolean isDeleted, String reason) {}
