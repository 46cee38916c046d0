package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.build.MediumOptions;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.ProgressLine;
import dev.cstemplates.cli.terminal.ShutdownHook;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.media.MediaLibrary;
import dev.cstemplates.media.MediaListener;
import dev.cstemplates.media.MediaSource;
import dev.cstemplates.media.Mirror;
import dev.cstemplates.media.Provenance;
import dev.cstemplates.media.VerifiedMedia;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst fetch}. */
@Command(
        name = "fetch",
        description = {
            "Downloads and verifies a vendor's installation medium or cloud image: takes the newest one in the"
                + " vendor's checksum file and verifies its signature by the key pinned in the definition, its digest"
                + " and its size.",
            "Cached media are not downloaded again, and interrupted downloads are resumed. The cache below --home is"
                    + " shared by all builds."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst fetch almalinux-10                      the installer's ISO",
            "  cst fetch ubuntu-24.04 --source image       the cloud image",
            "  cst fetch rhel-9 --iso rhel-9.8-x86_64-dvd.iso --sha256 HEX",
            "                                              a file that you downloaded"
        })
public final class FetchCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Supplier<MediaLibrary> media;

    @Parameters(paramLabel = "ID", description = "One of 'cst list'.")
    private String id = "";

    @Option(names = "--source", paramLabel = "SOURCE", description = "iso or image. Default: ${DEFAULT-VALUE}.")
    private String source = Source.ISO.id();

    @Option(names = "--arch", paramLabel = "ARCH", description = "x86_64 or aarch64. Default: this host's.")
    private @Nullable String arch;

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            description = "Mirror folder to try first; downloads are verified as from any other mirror.")
    private @Nullable String mirror;

    @Mixin
    private MediumOptions local = new MediumOptions();

    @Option(names = "--json", description = "Print the result as JSON; progress goes to standard error.")
    private boolean json;

    public FetchCommand(Output output, Supplier<Catalog> catalog, Supplier<MediaLibrary> media) {
        this.output = output;
        this.catalog = catalog;
        this.media = media;
    }

    @Override
    public Integer call() {
        var source = mediaSource();
        var progress = new ProgressLine(output.err());
        var fetching = Thread.currentThread();
        try (var _ = new ShutdownHook(fetching::interrupt)) {
            print(media.get().fetch(source, listener(progress)));
            return 0;
        } finally {
            progress.end();
        }
    }

    private MediaSource mediaSource() {
        var medium = local.medium();
        var chosen = Source.parse(source);
        if (chosen == Source.BOOTSTRAP) {
            throw Failure.usage("Source bootstrap has no medium; a build downloads its packages", "Use iso or image.");
        }
        var vendorMedia = catalog.get()
                .definition(id)
                .medium(arch == null ? Architecture.ofThisHost() : Architecture.parse(arch), chosen);
        if (medium != null) {
            return vendorMedia.local(medium.file(), medium.digest());
        }
        var published = vendorMedia.published();
        return mirror == null ? published : published.preferring(new Mirror.Folder(url(mirror)));
    }

    private static URI url(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw Failure.usage("Invalid URL '" + text + "': " + e.getReason(), "Use the URL of a folder.")
                    .because(e);
        }
    }

    private MediaListener listener(ProgressLine progress) {
        return new MediaListener() {
            @Override
            public void resolved(String fileName, String version, Provenance provenance) {
                output.err().println(fileName + ": " + provenance.text());
            }

            @Override
            public void progress(long bytes, long total) {
                if (total > 0) {
                    progress.accept("downloading: %.0f %%".formatted(100.0 * bytes / total));
                }
            }

            @Override
            public void notice(String text) {
                progress.end();
                output.err().println(text);
            }
        };
    }

    private void print(VerifiedMedia media) {
        if (!json) {
            output.line("%s  %s".formatted(media.path(), media.size()));
            output.line("  " + media.digest() + (media.downloaded() ? "" : ", cached"));
            return;
        }
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", id);
        fields.put("file", media.path().toString());
        fields.put("name", media.fileName());
        fields.put("version", media.version());
        fields.put("size", media.size().bytes());
        fields.put("digest", media.digest().toString());
        fields.put("basis", media.evidence().basis().name().toLowerCase(Locale.ROOT));
        fields.put("evidence", media.evidence().text());
        fields.put("downloaded", media.downloaded());
        output.json(fields);
    }
}
