package dev.cstemplates;

import dev.cstemplates.artifact.Artifact;
import dev.cstemplates.artifact.ArtifactStore;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Hypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one real image of a test run, built by the launcher at first use into {@code target/real/home}. Later runs reuse it unless its inputs
 * have changed.
 *
 * <p>Tests never write to its files: they work on overlays or copies.
 */
public final class SharedImage {

    public static final String ID = "debian-12";

    /** The formats of all hypervisors. */
    public static final String FORMATS = "qcow2,vhd,ova,vhdx";

    private static @Nullable SharedImage built;

    private final CstHome home;
    private final String reference;

    private SharedImage(CstHome home, String reference) {
        this.home = home;
        this.reference = reference;
    }

    /** The image; built at the first call. */
    public static synchronized SharedImage get() {
        var image = built;
        if (image == null) {
            image = build(new CstHome(Path.of("target/real/home").toAbsolutePath()));
            built = image;
        }
        return image;
    }

    public CstHome home() {
        return home;
    }

    /** The disk of phase install: bootable, not yet prepared. */
    public Path base() {
        return layerFile("install", "disk.qcow2");
    }

    /** The cleaned disk, uncompressed. */
    public Path golden() {
        return layerFile("optimize", "golden.qcow2");
    }

    /** The finished template for KVM. */
    public Path kvm() {
        return disk(Hypervisor.KVM);
    }

    /** The finished template for a hypervisor, in its format. */
    public Path disk(Hypervisor hypervisor) {
        var artifact = artifact();
        return artifact.manifest().files().stream()
                .filter(file -> file.hypervisor().equals(hypervisor.id()))
                .map(artifact::file)
                .findFirst()
                .orElseThrow();
    }

    public Artifact artifact() {
        return new ArtifactStore(home.artifacts(), home.locks(), Clock.systemUTC()).find(reference);
    }

    private Path layerFile(String phase, String file) {
        try (var files = Files.walk(home.layers().resolve(phase), 2)) {
            return files.filter(each -> each.endsWith(file))
                    .max((one, other) -> Long.compare(
                            one.toFile().lastModified(), other.toFile().lastModified()))
                    .orElseThrow();
        } catch (IOException e) {
            throw new IllegalStateException("The build left no " + phase + " layer", e);
        }
    }

    private static SharedImage build(CstHome home) {
        var cst = new Cst(home.root());
        var result = cst.run("build", ID, "--formats", FORMATS, "--json");
        if (result.exitCode() != 0) {
            throw new IllegalStateException("'cst build " + ID + "' exited with " + result.exitCode() + ":\n"
                    + result.out() + "\n" + result.err());
        }
        var answer = JsonMapper.shared().readTree(result.out()).path(0);
        var outcome = answer.path("outcome").asString("");
        if (!outcome.equals("built") && !outcome.equals("up-to-date")) {
            throw new IllegalStateException("'cst build " + ID + "' printed " + result.out());
        }
        // Not the newest, which may have been built in this home with other formats.
        return new SharedImage(home, ID + "@" + answer.path("version").asString(""));
    }
}
