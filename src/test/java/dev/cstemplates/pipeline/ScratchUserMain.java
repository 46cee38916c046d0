/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.pipeline.layer.LayerPolicy;
import dev.cstemplates.pipeline.layer.LayerPruning;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.work.WorkDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * What {@code cst validate}, {@code cst artifacts verify} and {@code cst layers prune} do to a home, over and over: work in a directory of
 * their own, and ask which others are in use. Ends with 1 as soon as another process touches its directory. Arguments: home, kind.
 */
final class ScratchUserMain {

    private ScratchUserMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        var home = new CstHome(Path.of(args[0]));
        var kind = WorkDir.Kind.valueOf(args[1]);
        var store = new LayerStore(home.layers(), home.locks(), Clock.systemUTC());
        var pruning = new LayerPruning(store, home, Clock.systemUTC());
        while (true) {
            try (var work = WorkDir.open(home, kind, "same-id", warning -> System.err.println(warning))) {
                var file = Files.writeString(work.path().resolve("overlay"), "mine");
                for (var i = 0; i < 20; i++) {
                    pruning.prune(new LayerPolicy(Duration.ofDays(1), null, false));
                    if (!Files.isRegularFile(file) || !WorkDir.isInUse(work.path())) {
                        System.err.println(work.path() + " was swept, or its lock was lost");
                        System.exit(1);
                    }
                    Thread.sleep(10);
                }
            }
        }
    }
}
