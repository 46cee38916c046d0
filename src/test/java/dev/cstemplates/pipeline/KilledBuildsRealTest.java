package dev.cstemplates.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.Cst;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.host.Installation;
import dev.cstemplates.host.process.Processes;
import dev.cstemplates.pipeline.layer.LayerStore;
import dev.cstemplates.pipeline.phase.StubInstallerIso;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real command, Packer and QEMU, killed at random moments of a short build: a stub installer finishes within seconds. {@code -Dcst.kills=100} for a long run.
 */
@Tag("real-tools")
class KilledBuildsRealTest {

    private static final String ID = "rhel-9";

    @TempDir
    private Path folder;

    private final Processes processes = new Processes();

    @AfterEach
    void end() {
        processes.close();
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.MINUTES)
    void theNextBuildSucceedsAndKilledOnesLeaveNothing() throws Exception {
        var kills = Integer.getInteger("cst.kills", 2);
        var cst = new Cst(folder.resolve("home"));
        var build = build();
        var whole = seconds(cst, build);
        var random = new Random();
        var killed = 0;
        for (var i = 0; i < kills; i++) {
            var process = cst.start(Map.of(), folder, build);
            if (!process.waitFor(random.nextLong(whole * 1000), TimeUnit.MILLISECONDS)) {
                killed++;
            }
            process.destroyForcibly().waitFor();
        }

        var last = cst.run(build);

        assertThat(last.exitCode()).as(last.err()).isZero();
        assertThat(cst.programs()).isEmpty();
        var home = new CstHome(cst.home());
        try (var left = Files.list(home.work())) {
            assertThat(left).isEmpty();
        }
        var store = new LayerStore(home.layers(), home.locks(), Clock.systemUTC());
        store.verify(store.newest("install", ID + "-x86_64").orElseThrow());
        System.out.printf("%d kills of real builds that take %d s, %d before they ended%n", kills, whole, killed);
    }

    /** How long a build takes if it is not killed. */
    private static long seconds(Cst cst, String[] build) {
        var start = System.nanoTime();
        var result = cst.run(build);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    }

    private String[] build() throws Exception {
        var definition =
                Catalog.load(new Installation(Path.of("").toAbsolutePath())).definition(ID);
        var media = Objects.requireNonNull(definition.architectures().get(Architecture.X86_64))
                .iso();
        var boot = Objects.requireNonNull(Objects.requireNonNull(media).boot());
        var kind = Objects.requireNonNull(definition.installer()).kind();
        var iso = new StubInstallerIso(folder, processes).make(kind, "RHEL-9", boot.kernel(), boot.initrd());
        return new String[] {
            "build",
            ID,
            "--source",
            "iso",
            "--until",
            "install",
            "--no-cache",
            "--iso",
            iso.toString(),
            "--sha256",
            Sha256.of(iso).hex()
        };
    }
}
