package dev.cstemplates.packer;

import java.util.List;

/** Something that Packer said while it ran, from one line of its machine-readable output. */
public sealed interface PackerEvent {

    /** What Packer's user interface makes of a text. */
    enum Tone {
        /** A heading: a step of the builder, the next script. */
        SAY,
        /** Detail below a heading, for example what a script prints. */
        MESSAGE,
        /** An error, or what a script printed to its standard error. */
        ERROR
    }

    /** Text for people; {@code text} may hold several lines, without Packer's own prefixes and colours. */
    record Ui(Tone tone, String text) implements PackerEvent {}

    /** A builder gave up. */
    record Failed(String builder, String text) implements PackerEvent {}

    /** A property of something that a builder says it made, for example {@code file, 0, path}. */
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

    /** A line that is not in the machine-readable form: a crash of a plugin, a loader's error. */
    record Stray(String text) implements PackerEvent {}
}
