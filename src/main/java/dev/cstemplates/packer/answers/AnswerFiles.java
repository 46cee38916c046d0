package dev.cstemplates.packer.answers;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The files that an installer looks for, by their names. */
public final class AnswerFiles {

    private static final Pattern KEY = Pattern.compile("[a-z0-9-]+( [A-Za-z0-9+/=-]+){0,2}");

    private AnswerFiles() {}

    /**
     * Tells {@code plan} in its installer's language.
     *
     * @param publicKey line for root's {@code authorized_keys}
     */
    public static SortedMap<String, String> of(InstallerAnswers plan, String publicKey) {
        if (!KEY.matcher(publicKey).matches()) {
            throw new IllegalArgumentException("No line of an authorized_keys file: " + publicKey);
        }
        var finish = script(plan.finish());
        return new TreeMap<>(
                switch (plan.kind()) {
                    case SUBIQUITY -> Autoinstall.files(plan, publicKey, finish);
                    case PRESEED -> AnswerTemplate.preseed(plan, publicKey, finish);
                    case KICKSTART -> AnswerTemplate.kickstart(plan, publicKey, finish);
                    case AUTOYAST -> AutoYast.files(plan, publicKey, finish);
                    case AGAMA -> AgamaProfile.files(plan, publicKey, finish);
                });
    }

    private static String script(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw Failure.usage(
                            "The script " + file + " can't be read: " + e.getMessage(), "Is the installation whole?")
                    .because(e);
        }
    }
}
