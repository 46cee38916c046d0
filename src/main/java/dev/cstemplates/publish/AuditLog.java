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
 * Every change to a CloudStack, one JSON object a line in {@code $CST_HOME/audit.jsonl}: a line before it is asked for and one after the
 * answer, both on the disk before the work goes on. Lines are only ever added.
 */
public final class AuditLog implements CallListener {

    private final Path file;
    private final Clock clock;
    private final AuditContext context;

    /**
     * Who does what.
     *
     * @param user of this host
     * @param command for example {@code promote}
     * @param subject the artifact or whatever else it is about
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
    public void ended(Call call, @Nullable CloudStackError trouble) {
        write(call, trouble == null ? "accepted" : "failed: " + trouble.message());
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
        CstHome.made(FileTrees.parentOf(file));
        try (var channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            var text = JsonMapper.shared().writeValueAsString(line) + "\n";
            // One write: lines of two processes don't mix.
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(false);
        } catch (IOException e) {
            throw Failure.host("The audit log " + file + " can't be written: " + e, "Nothing is changed without it.")
                    .because(e);
        }
    }
}
