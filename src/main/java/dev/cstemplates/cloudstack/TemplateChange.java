/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes to a template; null keeps the present value. A template's URL and checksum cannot be changed.
 *
 * @param sortKey orders templates in lists; higher comes first
 * @param details replace all existing details
 */
public record TemplateChange(
        @Nullable String name,
        @Nullable String displayText,
        @Nullable Integer sortKey,
        @Nullable Map<String, String> details) {

    public static TemplateChange rename(String name, String displayText, @Nullable Integer sortKey) {
        return new TemplateChange(name, displayText, sortKey, null);
    }

    public static TemplateChange details(Map<String, String> details) {
        return new TemplateChange(null, null, null, details);
    }
}
