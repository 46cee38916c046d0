/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.validation.boot;

import dev.cstemplates.core.JsonFiles;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.ssh.SshAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Entry point of the process inside the namespaces. Arguments: the plan to read, the answer to write, and the file that the parent keeps
 * locked while it is alive. Prints its activity as JSON lines.
 */
public final class BootCheckMain {

    private static final String ACTIVITY = "activity";

    private BootCheckMain() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("Internal command of 'cst validate'.");
            System.exit(2);
        }
        ParentDeathWatch.endWith(Path.of(args[2]));
        var json = JsonMapper.shared();
        var plan = JsonFiles.read(Path.of(args[0]), BootPlan.class);
        try {
            JsonFiles.write(Path.of(args[1]), answerTo(plan, json));
        } catch (IOException e) {
            System.err.println("Cannot write the result of the boot check: " + e.getMessage());
            System.exit(1);
        }
        // Threads of QEMU and the SSH client may still run; the namespace ends with this process.
        System.exit(0);
    }

    /** The activity in a line of this process's output; empty for any other line. */
    static Optional<String> activityIn(String line) {
        if (!line.startsWith("{\"" + ACTIVITY + "\"")) {
            return Optional.empty();
        }
        try {
            return JsonMapper.shared().readTree(line).path(ACTIVITY).asStringOpt();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static BootAnswer answerTo(BootPlan plan, JsonMapper json) {
        try (var processes = new Processes();
                var ssh = new SshAccess()) {
            return BootAnswer.of(new BootScenario(
                            plan,
                            processes,
                            ssh,
                            text -> System.out.println(json.writeValueAsString(Map.of(ACTIVITY, text))))
                    .run());
        } catch (RuntimeException e) {
            e.printStackTrace();
            return BootAnswer.of(e);
        }
    }
}
