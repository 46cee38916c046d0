/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import dev.cstemplates.disk.io.BoundedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The manifest of an OVA: a line {@code SHA256(name)= digest} for each other member. */
final class OvaManifest {

    private static final Pattern LINE =
            Pattern.compile("(SHA1|SHA256|SHA512)\\(([^()]{1,100})\\)= ?([0-9a-fA-F]{40,128})");
    /** As other makers write it: with blanks, and with any name. */
    private static final Pattern LENIENT_LINE =
            Pattern.compile("(SHA-?(?:1|256|512)) *\\((.+)\\) *= *([0-9a-fA-F]{40,128})", Pattern.CASE_INSENSITIVE);

    private static final Map<String, String> ALGORITHMS =
            Map.of("SHA1", "SHA-1", "SHA256", "SHA-256", "SHA512", "SHA-512");
    private static final int MAX_SHOWN = 80;
    private static final int STEP = 1 << 20;

    private final BoundedFile file;

    OvaManifest(BoundedFile file) {
        this.file = file;
    }

    private record ManifestDigest(String algorithm, String hex) {}

    /** One sentence for each thing that is wrong. Reads every member whole. */
    List<String> problems(byte[] manifest, List<TarMember> members) {
        var problems = new ArrayList<String>();
        var digests = new HashMap<String, ManifestDigest>();
        new String(manifest, StandardCharsets.ISO_8859_1).lines().forEach(line -> {
            var matcher = LINE.matcher(line.strip());
            if (!matcher.matches()) {
                problems.add("invalid line '" + line.strip() + "'");
            } else if (digests.put(matcher.group(2), new ManifestDigest(matcher.group(1), matcher.group(3))) != null) {
                problems.add(matcher.group(2) + " is listed twice");
            }
        });
        for (var member : members) {
            if (!member.name().endsWith(".mf")) {
                var digest = digests.remove(member.name());
                if (digest == null) {
                    problems.add(member.name() + " is not listed");
                } else if (!digest.hex().equalsIgnoreCase(hex(digest.algorithm(), member))) {
                    problems.add(member.name() + " has a different digest");
                }
            }
        }
        digests.keySet().forEach(name -> problems.add(name + " is listed but missing"));
        return problems;
    }

    /**
     * The members whose digest differs, one sentence each. Reads every listed member whole.
     *
     * @param warning receives one sentence for each line that cannot be compared
     */
    List<String> differences(byte[] manifest, List<TarMember> members, Consumer<String> warning) {
        var differences = new ArrayList<String>();
        for (var line : new String(manifest, StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .toList()) {
            var matcher = LENIENT_LINE.matcher(line);
            if (!matcher.matches()) {
                if (!line.isEmpty()) {
                    warning.accept("The manifest has a line that cannot be read: "
                            + line.substring(0, Math.min(MAX_SHOWN, line.length()))
                                    .replaceAll("\\p{Cntrl}", "?"));
                }
                continue;
            }
            var name = matcher.group(2).replaceFirst("^(\\./+)+", "");
            var member =
                    members.stream().filter(each -> each.name().equals(name)).findFirst();
            if (member.isEmpty()) {
                differences.add(name + " is listed but missing");
            } else if (!matcher.group(3)
                    .equalsIgnoreCase(
                            hex(matcher.group(1).toUpperCase(Locale.ROOT).replace("-", ""), member.get()))) {
                differences.add(name + " has a different digest");
            }
        }
        return differences;
    }

    private String hex(String algorithm, TarMember member) {
        try {
            var digest = MessageDigest.getInstance(ALGORITHMS.getOrDefault(algorithm, ""));
            var buffer = ByteBuffer.allocate(STEP);
            for (var at = 0L; at < member.length(); at += buffer.limit()) {
                file.read(member.offset() + at, buffer.clear().limit((int) Math.min(STEP, member.length() - at)));
                digest.update(buffer.flip());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
