package dev.cstemplates.cli.build;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.pipeline.request.ResolvedBuild.LocalMedium;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a medium that the operator has downloaded. */
public final class MediumOptions {

    @Option(
            names = {"--iso", "--file"},
            paramLabel = "FILE",
            description = "An ISO (or cloud image) that is here already; needs --sha256.")
    private @Nullable Path file;

    @Option(names = "--sha256", paramLabel = "HEX", description = "The digest that the vendor shows for that file.")
    private @Nullable String sha256;

    /** What was named; null for nothing. A {@link Failure} of kind usage for half of it. */
    public @Nullable LocalMedium medium() {
        if (file == null && sha256 == null) {
            return null;
        }
        if (file == null || sha256 == null) {
            throw Failure.usage(
                    "--iso and --sha256 go together",
                    "Name both: a file counts only with the digest that its vendor shows.");
        }
        return new LocalMedium(file.toAbsolutePath().normalize(), Digest.parse(Digest.Algorithm.SHA256, sha256));
    }
}
