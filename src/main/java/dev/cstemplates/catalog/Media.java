package dev.cstemplates.catalog;

import dev.cstemplates.core.ByteSize;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A vendor's installation medium or cloud image: where it is, and what proves that it is the vendor's. */
public sealed interface Media {

    /** What to boot in it; null in a cloud image. */
    @Nullable
    Boot boot();

    /**
     * The installer in an ISO.
     *
     * @param kernel path in the ISO, for example {@code /images/pxeboot/vmlinuz}
     * @param initrd path in the ISO
     */
    record Boot(String kernel, String initrd) {}

    /** A file that only the operator can get, with an account at the vendor's: a build is given its path. */
    record Local(@Nullable Boot boot) implements Media {}

    /**
     * A file that anybody can download.
     *
     * @param base URL of the folder that holds it and its checksum file
     * @param fallbacks URLs of folders with the same files, to be asked in this order
     * @param file regular expression of its whole name; the name with the highest numbers is the newest
     * @param least any smaller file is refused
     * @param most any larger file is refused, without being read to its end
     * @param pin one exact file; null for the newest
     */
    record Published(
            String base,
            List<String> fallbacks,
            String file,
            Checksum checksum,
            Signature signature,
            ByteSize least,
            ByteSize most,
            @Nullable Pin pin,
            @Nullable Boot boot)
            implements Media {

        public Published {
            fallbacks = List.copyOf(fallbacks);
        }

        /** What {@code file} says, to match whole names with. */
        public Pattern names() {
            return Pattern.compile(file);
        }

        /** The only name that {@code file} matches; empty where it matches several. */
        public Optional<String> onlyName() {
            return file.matches("([A-Za-z0-9_-]|\\\\\\.)+") ? Optional.of(file.replace("\\.", ".")) : Optional.empty();
        }
    }

    /**
     * The vendor's file of checksums.
     *
     * @param name its name, in which <code>{file}</code> stands for the name of the file that it vouches for; or, where {@code
     *     indexed}, a regular expression of it that has to be looked for in the folder's listing
     */
    record Checksum(String name, boolean indexed, Format format, Algorithm algorithm) {

        /** How its lines look. */
        public enum Format {
            /** {@code <hex>  <file>}, a star before the file for binary. */
            GNU,
            /** {@code SHA256 (<file>) = <hex>}, among comments. */
            BSD,
            /** One checksum, whose file name may be an alias of the file's: only the digest counts. */
            SINGLE
        }

        /** The digest. */
        public enum Algorithm {
            SHA256,
            SHA512
        }
    }

    /** What proves that the checksum file is the vendor's; keys are named as in {@link Definition#keys()}. */
    sealed interface Signature {

        /** Names of the keys that may have signed; empty where nobody has. */
        List<String> keys();

        /**
         * A file beside the checksum file.
         *
         * @param suffix what its name has behind the checksum file's, for example {@code .gpg}
         */
        record Detached(String suffix, List<String> keys) implements Signature {}

        /** The checksum file is signed text; only what stands inside the signature counts. */
        record Clearsigned(List<String> keys) implements Signature {}

        /**
         * Nothing but the connection to the vendor's server, or a pin.
         *
         * @param reason why, for people
         */
        record None(String reason) implements Signature {
            @Override
            public List<String> keys() {
                return List.of();
            }
        }
    }

    /**
     * One exact file.
     *
     * @param digest hexadecimal, by the checksum's algorithm
     */
    record Pin(String file, String digest) {}
}
