package dev.cstemplates.publish;

/** A version that {@link Lifecycle#prune} looked at. */
public record Pruned(String template, String name, boolean isDeleted, String reason) {}
