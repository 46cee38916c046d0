/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.host.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The folders that are searched for programs; the first match wins.
 *
 * @param folders in the order of {@code PATH}
 */
public record SearchPath(List<Path> folders) {

    public SearchPath {
        folders = List.copyOf(folders);
    }

    /** The folders named by the variable {@code PATH}. */
    public static SearchPath of(Map<String, String> environment) {
        return new SearchPath(Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .filter(each -> !each.isBlank())
                .map(Path::of)
                .toList());
    }

    /** The executable file of {@code program}. */
    public Optional<Path> find(String program) {
        return folders.stream()
                .map(folder -> folder.resolve(program))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    /** The value of the variable {@code PATH}. */
    @Override
    public String toString() {
        return folders.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
