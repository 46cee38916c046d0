package dev.cstemplates.media;

import dev.cstemplates.core.Failure;
import java.util.regex.Pattern;

/** Names from outside that become names of files here. */
final class FileNames {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~@-]{0,199}");

    private FileNames() {}

    static boolean isPlain(String name) {
        return PLAIN.matcher(name).matches();
    }

    static void require(String name) {
        if (!isPlain(name)) {
            throw Failure.usage(
                    "'" + name + "' is no plain file name", "Write the medium's name without folders or blanks.");
        }
    }
}
