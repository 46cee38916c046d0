package dev.cstemplates.cli.build;

import dev.cstemplates.core.Digest;
import dev.cstemplates.core.Failure;
import dev.cstemplates.pipeline.request.ResolvedBuild.LocalMedium;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for a medium that the user has downloaded. */
public final class MediumOptions {

    @Option(
            names = {"--iso", "--file"},
            paramLabel = "FILE",
            description = "An ISO or cloud image on this host; requires --sha256.")
    private @Nullable Path file;

    @Option(names = "--sha256", paramLabel = "HEX", description = "The digest that the vendor publishes for that file.")
    private @Nullable String sha256;

    /**
     * The medium; null if there is none.
     *
     * @throws Failure of kind usage if only one of the options is set
     */
    public @Nullable LocalMedium medium() {
        if (file == null && sha256 == null) {
            return null;
        }
        if (file == null || sha256 == null) {
            throw Failure.usage(
                    "--iso and --sha256 require each other",
                    "Pass both: the file is verified with the digest that its vendor publishes.");
        }
        return new LocalMedium(file.toAbsolutePath().normalize(), Digest.parse(Digest.Algorithm.SHA256, sha256));
    }
}
