package dev.cstemplates.publish;

import dev.cstemplates.cloudstack.Call;
import dev.cstemplates.cloudstack.CallListener;
import dev.cstemplates.cloudstack.CloudStackError;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Logs every change to a CloudStack in {@code $CST_HOME/audit.jsonl}, one JSON object per line: a line before the call and one after the
 * response, both synced to disk before the work continues. Append-only.
 */
public final class AuditLog implements CallListener {

    private final Path file;
    private final Clock clock;
    private final AuditContext context;

    /**
     * Who changes what.
     *
     * @param user of this host
     * @param command for example {@code promote}
     * @param subject the artifact or other object that is changed
     */
    public record AuditContext(String user, String profile, String command, String subject) {}

    public AuditLog(Path file, Clock clock, AuditContext context) {
        this.file = file;
        this.clock = clock;
        this.context = context;
    }

    @Override
    public void begins(Call call) {
        write(call, "begun");
    }

    @Override
    public void ended(Call call, @Nullable CloudStackError error) {
        write(call, error == null ? "accepted" : "failed: " + error.message());
    }

    private void write(Call call, String outcome) {
        var line = new LinkedHashMap<String, Object>();
        line.put("at", clock.instant().toString());
        line.put("user", context.user());
        line.put("profile", context.profile());
        line.put("command", context.command());
        line.put("subject", context.subject());
        line.put("change", call.toString());
        line.put("outcome", outcome);
        CstHome.createDirectories(FileTrees.parentOf(file));
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            var text = JsonMapper.shared().writeValueAsString(line) + "\n";
            // A single write, so that lines of two processes do not mix.
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot write the audit log " + file + ": " + e,
                            "Check that it is writable: cst changes nothing without it.")
                    .because(e);
        }
    }
}
