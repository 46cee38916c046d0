package dev.cstemplates.validation;

import java.nio.file.Path;

/**
 * A file that belongs to a report.
 *
 * @param name as shown to people, unique within a report
 * @param mediaType for example {@code image/png}
 * @param file where it lies
 */
public record Attachment(String name, String mediaType, Path file) {}
