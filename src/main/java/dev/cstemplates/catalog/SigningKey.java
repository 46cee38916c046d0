package dev.cstemplates.catalog;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * An OpenPGP key that a vendor signs checksum files with.
 *
 * @param fingerprint the primary key's, 40 hexadecimal digits in upper case; a key counts only if it has exactly this one
 * @param url where it can be had; null where {@code keyring} holds it
 * @param keyring file on the host that holds it; null where it comes from {@code url}
 * @param expires the day on which it expires; null where it does not, or nobody knows
 */
public record SigningKey(
        String fingerprint,
        @Nullable String url,
        @Nullable String keyring,
        @Nullable LocalDate expires) {}
