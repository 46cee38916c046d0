/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.report;

import java.nio.file.Path;

/**
 * A file attached to a report.
 *
 * @param name shown in the report, unique within it
 * @param mediaType for example {@code image/png}
 */
public record Attachment(String name, String mediaType, Path file) {}
