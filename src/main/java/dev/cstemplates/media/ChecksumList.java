/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.NaturalOrder;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The digests in a checksum file, by file name. Other lines are ignored. */
final class ChecksumList {

    private static final Pattern GNU = Pattern.compile("(?<hex>[0-9a-fA-F]{64,128})(?: [ *](?:\\./)?(?<name>\\S+))?");
    private static final Pattern BSD =
            Pattern.compile("(?<algorithm>SHA256|SHA512) \\((?<name>[^()]+)\\) = (?<hex>[0-9a-fA-F]{64,128})");

    private final String where;
    private final TreeMap<String, Digest> digests = new TreeMap<>();

    private ChecksumList(String where) {
        this.where = where;
    }

    /**
     * Parses a checksum file.
     *
     * @param where names the file in failures
     */
    static ChecksumList parse(String where, String text, Checksums.Format format, Digest.Algorithm algorithm) {
        var list = new ChecksumList(where);
        var pattern = format instanceof Checksums.Format.Bsd ? BSD : GNU;
        for (var line : text.lines().toList()) {
            var matcher = pattern.matcher(line.strip());
            if (matcher.matches() && states(matcher, algorithm)) {
                list.add(nameIn(matcher), Digest.parse(algorithm, matcher.group("hex")));
            }
        }
        return list;
    }

    /** Ignores lines of another algorithm. */
    private static boolean states(Matcher matcher, Digest.Algorithm algorithm) {
        var saysAlgorithm = matcher.namedGroups().containsKey("algorithm");
        return algorithm.fits(matcher.group("hex"))
                && (!saysAlgorithm || matcher.group("algorithm").equals(algorithm.name()));
    }

    private static String nameIn(Matcher matcher) {
        var name = matcher.group("name");
        return name == null ? "" : name;
    }

    private void add(String name, Digest digest) {
        var former = digests.put(name, digest);
        if (former != null && !former.equals(digest)) {
            throw Failure.build(
                    where + " contains two different digests for " + name,
                    "The file contradicts itself and cannot be used. Use another mirror, or pin the medium.");
        }
    }

    /** The highest version among the names that match. */
    Selection.Pinned newest(Selection.Newest wanted) {
        var order = new NaturalOrder();
        return digests.entrySet().stream()
                .filter(entry -> FileNames.isPlain(entry.getKey()))
                .filter(entry -> wanted.names().matcher(entry.getKey()).matches())
                .map(entry -> new Selection.Pinned(entry.getKey(), wanted.versionOf(entry.getKey()), entry.getValue()))
                .max((one, other) -> order.compare(one.version(), other.version()))
                .orElseThrow(() -> missing("a name that matches " + wanted.names()));
    }

    /** The digest of the medium of this name. */
    Digest of(String fileName) {
        return Optional.ofNullable(digests.get(fileName)).orElseThrow(() -> missing(fileName));
    }

    /** The digest in a file for one medium, whose name in the file must match {@code inside}. */
    Digest only(Pattern inside) {
        if (digests.size() != 1) {
            throw Failure.build(
                    "%s contains %d digests, expected one".formatted(where, digests.size()),
                    "Check the file, and the checksum format in the definition.");
        }
        var entry = digests.firstEntry();
        if (!inside.matcher(entry.getKey()).matches()) {
            throw Failure.build(
                    "%s contains the digest of '%s', which does not match %s".formatted(where, entry.getKey(), inside),
                    "It may be the digest of another medium: use another mirror, or fix the pattern in the"
                            + " definition.");
        }
        return entry.getValue();
    }

    private Failure missing(String what) {
        return Failure.remote(
                "%s contains no digest for %s (it has %d others)".formatted(where, what, digests.size()),
                "The vendor may have published a newer release. Check the site, then update the definition or use an"
                        + " archive.",
                false);
    }
}
