package dev.cstemplates.validation.boot;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a guest wrote to its serial port.
 *
 * @param file may not be there yet
 */
record SerialLog(Path file) {

    /** A log is read from its end, at most this much. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int TAIL_LINES = 15;
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]|[\\p{Cntrl}&&[^\n\t]]");

    private static final Map<String, Pattern> TROUBLE = signs();

    /** The first sign that the guest broke, in words with the line that shows it. */
    Optional<String> trouble() throws IOException {
        for (var line : lines()) {
            for (var each : TROUBLE.entrySet()) {
                if (each.getValue().matcher(line).find()) {
                    return Optional.of(each.getKey() + ": " + line.strip());
                }
            }
        }
        return Optional.empty();
    }

    /** The last lines, without control characters. */
    String tail() throws IOException {
        var lines = lines().stream().filter(line -> !line.isBlank()).toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private List<String> lines() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (var channel = FileChannel.open(file)) {
            var start = Math.max(0, channel.size() - MOST_BYTES);
            var bytes = ByteBuffer.allocate((int) Math.min(MOST_BYTES, channel.size() - start));
            channel.position(start);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // Until it is full or the file ends.
            }
            var text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            return CONTROL.matcher(text.replace("\r", ""))
                    .replaceAll("")
                    .lines()
                    .toList();
        }
    }

    private static Map<String, Pattern> signs() {
        var all = new LinkedHashMap<String, Pattern>();
        all.put("kernel panic", Pattern.compile("Kernel panic - not syncing"));
        all.put("kernel fault", Pattern.compile("BUG: (unable to handle|kernel NULL)|\\bOops: "));
        all.put("out of memory", Pattern.compile("Out of memory: Killed process"));
        all.put(
                "emergency mode",
                Pattern.compile(
                        "You are in emergency mode|Entering emergency mode|(for|root password for) maintenance"));
        all.put("initramfs shell", Pattern.compile("^\\(initramfs\\)|Dropping to a shell|dracut:/#"));
        all.put("bootloader", Pattern.compile("grub rescue>|No bootable device|Boot failed: not a bootable disk"));
        return all;
    }
}
