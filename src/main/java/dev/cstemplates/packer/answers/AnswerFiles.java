/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer.answers;

import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The answer files of an installer, by name. */
public final class AnswerFiles {

    private static final Pattern KEY = Pattern.compile("[a-z0-9-]+( [A-Za-z0-9+/=-]+){0,2}");

    private AnswerFiles() {}

    /**
     * Renders {@code plan} in the format of its installer.
     *
     * @param publicKey line for root's {@code authorized_keys}
     */
    public static SortedMap<String, String> of(InstallerAnswers plan, String publicKey) {
        if (!KEY.matcher(publicKey).matches()) {
            throw new IllegalArgumentException("Not a line of authorized_keys: " + publicKey);
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
                            "Cannot read the script " + file + ": " + e.getMessage(),
                            "Check that the installation is complete.")
                    .because(e);
        }
    }
}
