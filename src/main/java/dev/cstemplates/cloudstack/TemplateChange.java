package dev.cstemplates.cloudstack;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to change of a template; null leaves a thing as it is. A template's URL and checksum can't be changed.
 *
 * @param sortKey orders templates in lists; higher comes first
 * @param details replace all that there are
 */
public record TemplateChange(
        @Nullable String name,
        @Nullable String displayText,
        @Nullable Integer sortKey,
        @Nullable Map<String, String> details) {

    public static TemplateChange rename(String name, String displayText, @Nullable Integer sortKey) {
        return new TemplateChange(name, displayText, sortKey, null);
    }
}
