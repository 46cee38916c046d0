package dev.cstemplates.validation.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/** An attachment as the HTML page shows it: a whole picture, or the end of a log. */
final class EmbeddedAttachment {

    /** Shown as pictures; other image types could contain scripts. */
    private static final Set<String> PICTURES = Set.of("image/png", "image/jpeg");

    private static final int MAX_PICTURE = 8 << 20;
    private static final int MAX_LOG = 96 << 10;

    private EmbeddedAttachment() {}

    /** {@code name}, {@code kind} (picture, log, note), {@code content}, and {@code cut} if the content is shortened. */
    static Map<String, Object> of(Attachment attachment) {
        try {
            return PICTURES.contains(attachment.mediaType()) ? picture(attachment) : log(attachment);
        } catch (IOException e) {
            return render(attachment, "note", "Cannot read the file: " + e, false);
        }
    }

    private static Map<String, Object> picture(Attachment attachment) throws IOException {
        var bytes = end(attachment.file(), MAX_PICTURE + 1);
        if (bytes.length > MAX_PICTURE) {
            return render(attachment, "note", "The picture is too large to show.", false);
        }
        var encoded = Base64.getEncoder().encodeToString(bytes);
        return render(attachment, "picture", "data:" + attachment.mediaType() + ";base64," + encoded, false);
    }

    private static Map<String, Object> log(Attachment attachment) throws IOException {
        var bytes = end(attachment.file(), MAX_LOG + 1);
        var cut = bytes.length > MAX_LOG;
        var text = TextSanitizer.plain(new String(bytes, StandardCharsets.UTF_8));
        return render(attachment, "log", cut ? text.substring(text.indexOf('\n') + 1) : text, cut);
    }

    private static Map<String, Object> render(Attachment attachment, String kind, String content, boolean cut) {
        return Map.of("name", TextSanitizer.clean(attachment.name()), "kind", kind, "content", content, "cut", cut);
    }

    private static byte[] end(Path file, int longest) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var length = channel.size();
            var bytes = ByteBuffer.allocate((int) Math.min(length, longest));
            channel.position(length - bytes.capacity());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // until the buffer is full or the file ends
            }
            return bytes.array();
        }
    }
}
