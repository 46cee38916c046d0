/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import java.util.List;

/** A line of Packer's machine-readable output. */
public sealed interface PackerEvent {

    /** Severity of a message in Packer's user interface. */
    enum Tone {
        /** A heading: a step of the builder, the next script. */
        SAY,
        /** Detail below a heading, for example a script's output. */
        MESSAGE,
        /** An error, or a script's standard error. */
        ERROR
    }

    /** A message; {@code text} may have several lines, without Packer's prefixes and colors. */
    record Ui(Tone tone, String text) implements PackerEvent {}

    /** A builder failed. */
    record Failed(String builder, String text) implements PackerEvent {}

    /** A property of a builder's artifact, for example {@code file, 0, path}. */
    record Artifact(String builder, int index, String property, List<String> values) implements PackerEvent {

        public Artifact {
            values = List.copyOf(values);
        }
    }

    /** Any other machine-readable line, for example {@code version}. */
    record Note(String target, String type, List<String> data) implements PackerEvent {

        public Note {
            data = List.copyOf(data);
        }
    }

    /** A line that is not machine-readable, such as a plugin's crash or an error of the dynamic linker. */
    record Stray(String text) implements PackerEvent {}
}
