/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host;

import dev.cstemplates.core.Failure;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder with the data that ships with this tool: definitions, scripts and configurations.
 *
 * @param root the folder that holds {@code templates/}, {@code scripts/} and {@code configs/}
 */
public record Installation(Path root) {

    public Installation {
        if (!Files.isDirectory(root.resolve("templates")) || !Files.isDirectory(root.resolve("scripts"))) {
            throw Failure.host(
                    root + " is not an installation of cst: templates/ and scripts/ are missing",
                    "Start cst with its launcher, or set -Dcst.root to a checkout.");
        }
    }

    /** The installation that the launcher named in the system property {@code cst.root}, else the working folder. */
    public static Installation find() {
        return new Installation(
                Path.of(System.getProperty("cst.root", ".")).toAbsolutePath().normalize());
    }

    public Path templates() {
        return root.resolve("templates");
    }

    public Path scripts() {
        return root.resolve("scripts");
    }

    public Path configs() {
        return root.resolve("configs");
    }
}
