/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.PlainText;
import dev.cstemplates.packer.PackerEvent.Tone;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads Packer's machine-readable output: {@code timestamp,target,type,data…}, commas and line breaks in data escaped. */
final class MachineReadable {

    private static final Pattern LINE = Pattern.compile("\\d{1,19},([^,]*),([a-z][a-z0-9-]*)(?:,(.*))?");
    private static final Pattern INDEX = Pattern.compile("\\d{1,6}");
    private static final Pattern PREFIX =
            Pattern.compile("^(?:(?:==> |--> )(?:[A-Za-z0-9_.-]+: ?)?| {4}[A-Za-z0-9_.-]+: ?)");

    private MachineReadable() {}

    /** Parses any line without failing. */
    static PackerEvent parse(String line) {
        var parts = LINE.matcher(line);
        if (!parts.matches()) {
            return new PackerEvent.Stray(readable(line));
        }
        var target = parts.group(1);
        var type = parts.group(2);
        var data = parts.group(3) == null
                ? List.<String>of()
                : Arrays.stream(parts.group(3).split(",", -1))
                        .map(MachineReadable::unescaped)
                        .toList();
        return event(target, type, data);
    }

    private static PackerEvent event(String target, String type, List<String> data) {
        if (type.equals("ui") && data.size() >= 2) {
            return new PackerEvent.Ui(tone(data.getFirst()), text(data.subList(1, data.size())));
        }
        if (type.equals("error") && !data.isEmpty()) {
            return new PackerEvent.Failed(target, text(data));
        }
        if (type.equals("artifact")
                && data.size() >= 2
                && INDEX.matcher(data.getFirst()).matches()) {
            return new PackerEvent.Artifact(
                    target, Integer.parseInt(data.getFirst()), data.get(1), data.subList(2, data.size()));
        }
        return new PackerEvent.Note(target, type, data);
    }

    private static Tone tone(String word) {
        return switch (word) {
            case "say" -> Tone.SAY;
            case "error" -> Tone.ERROR;
            default -> Tone.MESSAGE;
        };
    }

    private static String unescaped(String field) {
        return field.replace("%!(PACKER_COMMA)", ",").replace("\\n", "\n").replace("\\r", "\r");
    }

    private static String text(List<String> fields) {
        return Arrays.stream(String.join(",", fields).split("\n"))
                .map(line -> readable(PREFIX.matcher(line).replaceFirst("")))
                .collect(Collectors.joining("\n"));
    }

    /** A line as a terminal would finally show it, without colors. */
    private static String readable(String line) {
        var plain = PlainText.withoutEscapes(line).stripTrailing();
        var shown = plain.substring(plain.lastIndexOf('\r') + 1);
        return PlainText.withoutControls(shown).stripTrailing();
    }
}
