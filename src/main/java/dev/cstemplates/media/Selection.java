/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import java.util.regex.Pattern;

/** Which of a vendor's files to use. */
public sealed interface Selection {

    /**
     * The highest version, in natural order, among the names in the verified checksum file.
     *
     * @param names matches whole file names; versions are compared by the group {@code version}, or by the whole name without it
     */
    record Newest(Pattern names) implements Selection {

        /** The version in a matching name. */
        String versionOf(String fileName) {
            var matcher = names.matcher(fileName);
            if (matcher.matches() && names.namedGroups().containsKey("version")) {
                var version = matcher.group("version");
                return version == null ? fileName : version;
            }
            return fileName;
        }
    }

    /** The file with this name and its current digest in the checksum file: for names that stay while the content changes. */
    record Named(String fileName, String version) implements Selection {

        public Named {
            FileNames.require(fileName);
        }
    }

    /** The file with this digest, from any server: nothing else needs to be trusted. */
    record Pinned(String fileName, String version, Digest digest) implements Selection {

        public Pinned {
            FileNames.require(fileName);
        }
    }
}
