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
import java.util.Map;
import java.util.regex.Pattern;

/** The manifest of an OVA: a line {@code SHA256(name)= digest} for each other member. */
final class OvaManifest {

    private static final Pattern LINE =
            Pattern.compile("(SHA1|SHA256|SHA512)\\(([^()]{1,100})\\)= ?([0-9a-fA-F]{40,128})");
    private static final Map<String, String> ALGORITHMS =
            Map.of("SHA1", "SHA-1", "SHA256", "SHA-256", "SHA512", "SHA-512");
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
