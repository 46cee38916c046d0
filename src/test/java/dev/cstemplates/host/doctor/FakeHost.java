package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
import dev.cstemplates.host.process.SearchPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A fake host in a directory: its files, and shell scripts as its programs. */
public record FakeHost(Path root) {

    public static FakeHost debian(Path root) {
        return new FakeHost(root)
                .file("/etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n");
    }

    public FakeHost file(String name, String text) {
        var file = root.resolve(name.substring(1));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** A program whose shell script is {@code body}. */
    FakeHost program(String name, String body) {
        file("/bin/" + name, "#!/bin/bash\n" + body + "\n");
        if (!root.resolve("bin/" + name).toFile().setExecutable(true)) {
            throw new IllegalStateException("no execute permission in " + root);
        }
        return this;
    }

    FakeHost without(String name) throws IOException {
        Files.delete(root.resolve(name.substring(1)));
        return this;
    }

    Host as(String user) {
        return new Host(root, new SearchPath(List.of(root.resolve("bin"))), user);
    }

    public Host host() {
        return as("root");
    }
}
