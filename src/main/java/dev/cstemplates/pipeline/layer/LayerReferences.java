package dev.cstemplates.pipeline.layer;

import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.pipeline.work.WorkDir;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The layers that running builds use, in all processes of this host. Each build marks them in its work directory, whose lock shows that
 * the build is running.
 */
final class LayerReferences {

    private static final String FOLDER = "uses";

    private LayerReferences() {}

    /** Marks a layer as used by the build that works in {@code user}. */
    static void mark(Path user, String phase, Sha256 key) {
        var marks = CstHome.createDirectories(user.resolve(FOLDER));
        try {
            Files.writeString(marks.resolve(name(phase, key)), "");
        } catch (IOException e) {
            throw Failure.host("Cannot write to " + marks + ": " + e, "Check for a full disk.")
                    .because(e);
        }
    }

    /** The {@link #name names} of all layers that running builds use. */
    static Set<String> current(CstHome home) {
        var names = new HashSet<String>();
        if (!Files.isDirectory(home.work())) {
            return names;
        }
        try (var builds = Files.list(home.work())) {
            for (var build : builds.toList()) {
                if (WorkDir.isInUse(build)) {
                    names.addAll(marksOf(build));
                }
            }
            return names;
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot read the work directories in " + home.work() + ": " + e,
                            "Check the permissions of the directory.")
                    .because(e);
        }
    }

    static String name(String phase, Sha256 key) {
        return phase + "-" + key.hex();
    }

    private static Set<String> marksOf(Path build) throws IOException {
        var names = new HashSet<String>();
        try (var marks = Files.list(build.resolve(FOLDER))) {
            marks.forEach(mark -> names.add(mark.getFileName().toString()));
        } catch (NoSuchFileException e) {
            // It has used none so far, or has just ended.
        }
        return names;
    }
}
