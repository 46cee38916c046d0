/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cloudstack;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a template's disk is ready in one zone. */
public sealed interface TemplateState {

    /** Instances can be deployed from it. */
    record Ready() implements TemplateState {}

    /** In progress; {@code percent} of the download from 0 to 100, {@code status} is the server's text. */
    record Working(int percent, String status) implements TemplateState {}

    /**
     * No image store has taken it up: no secondary storage VM was there when it was registered, the zone has no storage, or it is full. The
     * server does not try again by itself, and its template sync skips it.
     */
    record Unclaimed(String status) implements TemplateState {}

    /** It will never become ready; {@code status} is the server's text. */
    record Failed(String status) implements TemplateState {}

    /** The status texts without an error; any other text is an error. */
    Pattern USUAL = Pattern.compile(
            "|active|creating|processing|notuploaded|\\d+% downloaded|installing template|download complete|bypassed"
                    + " secondary storage");

    /** Final error states of a copy in an image store. */
    Set<String> LOST = Set.of("DOWNLOAD_ERROR", "ABANDONED", "UNKNOWN");

    /**
     * Only {@code isready} means that a template is ready: the status "Download Complete" comes earlier. Failures show in the copies' states
     * or, if a download never started, only in the status.
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
        if (states.isEmpty() && !status.equalsIgnoreCase("NotUploaded")) {
            return new Unclaimed(status);
        }
        var percent = fields.list("downloaddetails", each -> each.number("downloadPercent")).stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        return new Working(Math.clamp(percent, 0, 100), status);
    }
}
