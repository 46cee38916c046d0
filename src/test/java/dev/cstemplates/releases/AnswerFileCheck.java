/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.releases;

import dev.cstemplates.catalog.Source;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.packer.answers.AnswerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Whether the vendor's own program accepts a row's answer file. */
record AnswerFileCheck(Processes processes, Path programs, Path work) {

    /** The cell of the table: {@code yes (PROGRAM)}, or why not. */
    String verdict(ReleaseRow row) throws IOException {
        if (row.source() != Source.ISO) {
            return "has none";
        }
        var installer = Objects.requireNonNull(row.definition().installer());
        return switch (installer.kind()) {
            case PRESEED ->
                accepted("debconf", Command.of("debconf-set-selections", "--checkonly", answer(row, "preseed.cfg")));
            case KICKSTART ->
                accepted(
                        "ksvalidator",
                        Command.of(
                                        "/usr/bin/python3",
                                        programs.resolve("pykickstart/bin/ksvalidator")
                                                .toString(),
                                        "--version",
                                        Objects.requireNonNull(installer.syntax()),
                                        answer(row, "ks.cfg"))
                                .env(
                                        "PYTHONPATH",
                                        programs.resolve("pykickstart") + ":"
                                                + programs.resolve("usr/lib/python3/dist-packages")));
            case AUTOYAST -> "not run: YaST's grammar is in no registry";
            case SUBIQUITY -> "not run: subiquity is in no registry";
            case AGAMA -> "not run: Agama's schema is in no registry";
        };
    }

    private String answer(ReleaseRow row, String name) throws IOException {
        var text = Objects.requireNonNull(
                AnswerFiles.of(row.answers(), "one-time-key").get(name));
        return Files.writeString(work.resolve(name), text).toString();
    }

    private String accepted(String program, Command command) {
        var result = processes.run(command);
        return result.succeeded() ? "yes (" + program + ")" : "no: " + result.tail();
    }
}
