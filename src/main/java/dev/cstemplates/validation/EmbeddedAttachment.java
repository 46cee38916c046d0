package dev.cstemplates.validation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** Turns an attachment into what the HTML page shows of it: a picture as a whole, of a log the end. */
final class EmbeddedAttachment {

    /** The only kinds that a page shows as pictures: both are mere pixels. */
    private static final Set<String> PICTURES = Set.of("image/png", "image/jpeg");

    private static final int LONGEST_PICTURE = 8 << 20;
    private static final int LONGEST_LOG = 96 << 10;

    private EmbeddedAttachment() {}

    /** {@code name}, {@code kind} (picture, log, note), {@code content}, and {@code cut} when that is not the whole. */
    static Map<String, Object> of(Attachment attachment) {
        try {
            return PICTURES.contains(attachment.mediaType()) ? picture(attachment) : log(attachment);
        } catch (IOException e) {
            return shown(attachment, "note", "The file can't be read: " + e, false);
        }
    }

    private static Map<String, Object> picture(Attachment attachment) throws IOException {
        var bytes = end(attachment.file(), LONGEST_PICTURE + 1);
        if (bytes.length > LONGEST_PICTURE) {
            return shown(attachment, "note", "The picture is too large to be shown here.", false);
        }
        var encoded = Base64.getEncoder().encodeToString(bytes);
        return shown(attachment, "picture", "data:" + attachment.mediaType() + ";base64," + encoded, false);
    }

    private static Map<String, Object> log(Attachment attachment) throws IOException {
        var bytes = end(attachment.file(), LONGEST_LOG + 1);
        var cut = bytes.length > LONGEST_LOG;
        var text = TextSanitizer.plain(new String(bytes, StandardCharsets.UTF_8));
        return shown(attachment, "log", cut ? text.substring(text.indexOf('\n') + 1) : text, cut);
    }

    private static Map<String, Object> shown(Attachment attachment, String kind, String content, boolean cut) {
        return Map.of("name", TextSanitizer.clean(attachment.name()), "kind", kind, "content", content, "cut", cut);
    }

    private static byte[] end(Path file, int longest) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var length = channel.size();
            var bytes = ByteBuffer.allocate((int) Math.min(length, longest));
            channel.position(length - bytes.capacity());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // goes on until the buffer is full or the file ends
            }
            return bytes.array();
        }
    }
}
