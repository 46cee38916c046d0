package dev.cstemplates.media;

import dev.cstemplates.core.Digest;
import java.util.regex.Pattern;

/**
 * The file in which the vendor states the digests of its media, and what proves that the vendor wrote it.
 *
 * @param file its name beside the medium, or a whole URL; {@code {file}} in it stands for the medium's name
 * @param isListed whether {@code file} is a regular expression instead: the file's name has to be looked up in the folder's listing,
 *     the highest one in natural order counts
 * @param algorithm of the digests in it
 */
public record Checksums(String file, boolean isListed, Format format, Digest.Algorithm algorithm, Signature signature) {

    /** Stands for the medium's name in a name that is derived from it. */
    public static final String MEDIUM = "{file}";

    /** A checksum file whose name is known. */
    public Checksums(String file, Format format, Digest.Algorithm algorithm, Signature signature) {
        this(file, false, format, algorithm, signature);
    }

    /** How digests are written down. */
    public sealed interface Format {

        /** {@code <hex> *<name>} or {@code <hex>  <name>}, one line a file. */
        record Gnu() implements Format {}

        /** {@code SHA256 (<name>) = <hex>}, one line a file. */
        record Bsd() implements Format {}

        /**
         * One digest for one medium, {@code <hex>} or {@code <hex>  <name>}.
         *
         * @param inside what the name inside has to match, where it may be another than the medium's: without it, a signed digest of
         *     some other medium would do; matches the empty name where the vendor writes none
         */
        record Single(Pattern inside) implements Format {}
    }

    boolean isDerivedFromMedium() {
        return !isListed && file.contains(MEDIUM);
    }

    String fileFor(String medium) {
        return file.replace(MEDIUM, medium);
    }
}
