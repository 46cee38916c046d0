package dev.cstemplates.validation;

import dev.cstemplates.core.ShellQuoting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What guestfish is told to do: run every script in the guest's root folder, which is mounted read-only. Each script is sent
 * into the appliance's memory; none of the guest's own services or start-up files run.
 */
final class OfflineSession {

    /** The appliance's /dev is in memory, and the only place that can be written to. */
    private static final String FOLDER = "/dev/cst-checks";

    private static final int PIECE = 5_400;

    private final OfflineValidation.Request request;
    private final CheckScript.Library library;

    OfflineSession(OfflineValidation.Request request, CheckScript.Library library) {
        this.request = request;
        this.library = library;
    }

    List<String> lines() {
        var session = new ArrayList<>(List.of("-sh \"mkdir -p -m 0700 " + FOLDER + "\""));
        upload(environment() + library.text() + "\n", "lib", session);
        for (var script : library.scripts()) {
            session.add("echo '{\"script\":\"" + script.name() + "\"}'");
            upload(script.text(), "check", session);
            // The minus sign: a script that can't be started must not keep the others from running.
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
                "CST_ARCH", request.architecture().id(),
                "CST_FAMILY", request.family(),
                "CST_RELEASE", request.release(),
                "CST_MIRRORS", request.mirrors(),
                "CST_DATASOURCES", String.join(", ", request.datasources()),
                "CST_DEFAULT_USER", request.defaultUser(),
                "CST_PASSWORD_ENABLED", Boolean.toString(request.passwordEnabled())));
    }
}
