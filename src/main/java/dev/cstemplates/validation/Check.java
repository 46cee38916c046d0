package dev.cstemplates.validation;

/**
 * One thing that was looked at.
 *
 * @param id short name that stays the same between runs and versions, for example {@code boot.ssh-key}
 * @param title what was looked at, as people say it
 * @param group what it belongs to, for example {@code boot 1 (BIOS)}
 * @param status what came of it
 * @param detail what was found, and what was expected where that differs; may be empty
 */
public record Check(String id, String title, String group, Status status, String detail) {}
