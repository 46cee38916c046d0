package dev.cstemplates.cloudstack;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** How far a template's disk is in one zone. */
public sealed interface TemplateState {

    /** Instances can be deployed from it. */
    record Ready() implements TemplateState {}

    /** Not yet; {@code percent} of the download, 0 to 100, {@code words} as the server puts it. */
    record Working(int percent, String words) implements TemplateState {}

    /** It will never be ready by itself; {@code words} as the server puts it. */
    record Failed(String words) implements TemplateState {}

    /** What a status may say while nothing is wrong; every other text is an error's. */
    Pattern USUAL = Pattern.compile(
            "|active|creating|processing|notuploaded|\\d+% downloaded|installing template|download complete|bypassed secondary storage");

    /** States of an image store's copy that nothing leads out of. */
    Set<String> LOST = Set.of("DOWNLOAD_ERROR", "ABANDONED", "UNKNOWN");

    /**
     * Only {@code isready} says that a template is ready: a status of "Download Complete" comes earlier. What failed is in the copies' states,
     * or, where a download never began, in the status alone.
     */
    static TemplateState of(JsonFields fields) {
        if (fields.flag("isready")) {
            return new Ready();
        }
        var status = fields.text("status");
        List<String> states = fields.list("downloaddetails", each -> each.text("downloadState"));
        var isLost = !states.isEmpty() && states.stream().allMatch(LOST::contains);
        var isUsual = USUAL.matcher(status.toLowerCase(Locale.ROOT)).matches();
        var hasNotBegun = states.stream().allMatch("NOT_DOWNLOADED"::equals);
        if (isLost || (!isUsual && hasNotBegun)) {
            return new Failed(status.isEmpty() ? String.join(", ", states) : status);
        }
        var percent = fields.list("downloaddetails", each -> each.number("downloadPercent")).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        return new Working(Math.clamp(percent, 0, 100), status);
    }
}
