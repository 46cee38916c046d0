/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.disk.ova;

import java.text.Normalizer;
import java.util.regex.Pattern;

/** File names that are safe in tar, OVF and VMDK: plain ASCII without folders, blanks, quotes or a leading dash. */
final class PlainName {

    /** Leaves five bytes for an extension in the 100 bytes of a ustar header. */
    private static final int MAX_LENGTH = 95;

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}");
    private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9._+-]+");

    private PlainName() {}

    static boolean isPlain(String name) {
        return PLAIN.matcher(name).matches();
    }

    /** {@code name} without accents, each run of other characters replaced by an underscore, cut to 95 characters. */
    static String of(String name) {
        var ascii = Normalizer.normalize(name, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "");
        var plain = OTHERS.matcher(ascii).replaceAll("_").replaceFirst("^[._+-]+", "");
        return plain.isEmpty() ? "disk" : plain.substring(0, Math.min(MAX_LENGTH, plain.length()));
    }
}
