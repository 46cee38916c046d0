package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import java.util.regex.Pattern;

/** Which of a vendor's files is wanted. */
public sealed interface Selection {

    /**
     * The highest version, in natural order, among the names in the verified checksum file.
     *
     * @param names matches whole file names; a group named {@code version} is what versions are compared by, else the whole name is
     */
    record Newest(Pattern names) implements Selection {

        /** What a matching name says its version is. */
        String versionOf(String fileName) {
            var matcher = names.matcher(fileName);
            if (matcher.matches() && names.namedGroups().containsKey("version")) {
                var version = matcher.group("version");
                return version == null ? fileName : version;
            }
            return fileName;
        }
    }

    /** The file of this name, with the digest that the checksum file states today: for names that stay while the content changes. */
    record Named(String fileName, String version) implements Selection {

        public Named {
            FileNames.require(fileName);
        }
    }

    /** The file with this digest, whoever delivers it: nothing else has to be trusted. */
    record Pinned(String fileName, String version, Digest digest) implements Selection {

        public Pinned {
            FileNames.require(fileName);
        }
    }
}
