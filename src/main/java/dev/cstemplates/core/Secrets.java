/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.core;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Texts that nobody else may see, and the forms by which unknown ones are recognized.
 *
 * @param values longest first
 */
public record Secrets(List<String> values) {

    private static final String MASK = "********";

    /** A shorter value is no secret, and masking it would make a log unreadable. */
    private static final int MIN_LENGTH = 4;

    private static final String NAME = "(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|"
            + "PRIVATE_?KEY|ACTIVATION_?KEY|REGISTRATION_?CODE|REGISTRATION_?ACCOUNT|REG_?CODE|SIGNATURE)";

    private static final Pattern NAMED = Pattern.compile(NAME, Pattern.CASE_INSENSITIVE);

    private static final Pattern URL_PASSWORD = Pattern.compile("://[^/\\s:@\"']*:([^/\\s@\"']+)@");

    /** Group 1 stays; the rest is masked. */
    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("(://)[^/\\s:@\"']*:[^/\\s@\"']+(?=@)"),
            // To the end of the text if the end of the key is missing: a log may have been cut.
            Pattern.compile("(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?s:.*?)(?=-----END [A-Z ]*PRIVATE KEY-----|\\z)"),
            // Hashes of crypt(3).
            Pattern.compile("()\\$(?:1|2[abxy]|5|6|y|gy|7)\\$[./A-Za-z0-9$,=]{8,}"),
            Pattern.compile("(?i)(authorization: (?:basic|bearer) )\\S+"),
            // name=value, name: value, "name": "value"
            Pattern.compile("(?i)(" + NAME + "\\w{0,10}[\"']?[=:] ?[\"']?)[^\\s\"'&,;<>]+"));

    /** The values of variables whose names say that they are secret, and passwords in URLs, for example of a proxy. */
    public static Secrets in(Map<String, String> environment) {
        var named = environment.entrySet().stream()
                .filter(each -> NAMED.matcher(each.getKey()).find())
                .map(Map.Entry::getValue);
        var inUrls = environment.values().stream()
                .flatMap(value -> URL_PASSWORD.matcher(value).results().map(match -> match.group(1)));
        return new Secrets(Stream.concat(named, inUrls)
                .map(String::strip)
                .filter(value -> value.length() >= MIN_LENGTH)
                .flatMap(value ->
                        Stream.of(value, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    /** {@code text} without these values and without what looks like a secret. */
    public String mask(String text) {
        var masked = text;
        for (var value : values) {
            masked = masked.replace(value, MASK);
        }
        for (var form : FORMS) {
            masked = form.matcher(masked).replaceAll("$1" + MASK);
        }
        return masked;
    }
}
