/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.offline;

import dev.cstemplates.core.ShellQuoting;
import dev.cstemplates.validation.target.Expectations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The guestfish commands that run every script in the guest's root directory, which is mounted read-only. Scripts are sent into the
 * appliance's memory; none of the guest's services or start-up files run.
 */
final class OfflineSession {

    /** The appliance's /dev is in memory, and the only writable directory. */
    private static final String FOLDER = "/dev/cst-checks";

    private static final int PIECE = 5_400;

    private final Expectations expected;
    private final CheckScript.Library library;

    OfflineSession(Expectations expected, CheckScript.Library library) {
        this.expected = expected;
        this.library = library;
    }

    List<String> lines() {
        var session = new ArrayList<>(List.of("-sh \"mkdir -p -m 0700 " + FOLDER + "\""));
        upload(environment() + library.text() + "\n", "lib", session);
        for (var script : library.scripts()) {
            session.add("echo '{\"script\":\"" + script.name() + "\"}'");
            upload(script.text(), "check", session);
            // The minus sign: a script that fails to start must not prevent the others.
            session.add("-sh \"cd " + FOLDER + " && cat lib check > whole && rm check"
                    + " && bash whole </dev/null 2>&1; printf '\\n{\\\"ended\\\":%d}\\n' $?\"");
        }
        return session;
    }

    /** Appends {@code text} to a file of the appliance, in pieces that fit guestfish's longest line of 8192 bytes. */
    private static void upload(String text, String file, List<String> session) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (var from = 0; from < bytes.length; from += PIECE) {
            var piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE));
            session.add("-sh \"echo " + Base64.getEncoder().encodeToString(piece) + " | base64 -d >> " + FOLDER + "/"
                    + file + "\"");
        }
    }

    private String environment() {
        var text = new StringBuilder("#!/bin/bash\n");
        variables()
                .forEach((name, value) -> text.append("export ")
                        .append(name)
                        .append('=')
                        .append(ShellQuoting.quote(value))
                        .append('\n'));
        return text.toString();
    }

    private Map<String, String> variables() {
        return new TreeMap<>(Map.of(
                "ROOT", "",
                "CST_ARCH", expected.architecture().id(),
                "CST_FAMILY", expected.family(),
                "CST_RELEASE", expected.release(),
                "CST_MIRRORS", String.join(" ", expected.mirrors()),
                "CST_DATASOURCES", String.join(", ", expected.datasources()),
                "CST_DEFAULT_USER", expected.defaultUser(),
                "CST_PASSWORD_ENABLED", Boolean.toString(expected.passwordEnabled())));
    }
}
