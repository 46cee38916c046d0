package dev.cstemplates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cstemplates.cloudstack.fake.FakeCloudStack;
import dev.cstemplates.core.FileTrees;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** End-to-end builds with real tools. */
@Tag("real-tools")
@Tag("shared-image")
class BuildFromNothingTest {

    private static final long TWO_GIGABYTES = 2_000_000_000;

    @TempDir
    Path folder;

    @Test
    void aBuildEndsInASmallValidatedArtifactWithAReport() {
        var artifact = SharedImage.get().artifact();
        var manifest = artifact.manifest();

        assertThat(manifest.validation().passed()).isTrue();
        assertThat(manifest.validation().checks()).isGreaterThan(40);
        assertThat(manifest.packages()).extracting("name").contains("cloud-init", "wget", "qemu-guest-agent");
        assertThat(SharedImage.get().kvm())
                .hasFileName("debian-12-" + manifest.version() + "-x86_64-kvm.qcow2")
                .satisfies(disk -> assertThat(Files.size(disk)).isLessThan(TWO_GIGABYTES));
        assertThat(manifest.files())
                .extracting("name")
                .contains("debian-12-" + manifest.version() + "-x86_64-report.html")
                .contains("debian-12-" + manifest.version() + "-x86_64-junit.xml");
    }

    @Test
    void theReportContainsEveryKindOfCheck() throws IOException {
        var artifact = SharedImage.get().artifact();
        var report = artifact.manifest().files().stream()
                .filter(file -> file.name().endsWith("report.json"))
                .map(artifact::file)
                .findFirst()
                .orElseThrow();

        var checks = JsonMapper.shared().readTree(Files.readString(report)).path("checks");

        assertThat(StreamSupport.stream(checks.spliterator(), false)
                        .filter(check -> check.path("status").asString("").equals("pass"))
                        .map(check -> check.path("id").asString("")))
                .contains(
                        "format.header",
                        "layout.root-last",
                        "accounts.passwords",
                        "boot1.password",
                        "boot2.old-password",
                        "boot3.identity",
                        "guest.system-running");
        assertThat(artifact.manifest().facts()).containsKeys("timeToSsh", "timeToSshAgain", "timeToSshUefi");
        assertThat(artifact.manifest().files())
                .extracting("name")
                .anyMatch(name -> name.toString().endsWith("boot-1-screen.png"));
    }

    @Test
    void aSecondBuildDoesNothing() {
        var again = new Cst(SharedImage.get().home().root())
                .run("build", SharedImage.ID, "--formats", SharedImage.FORMATS, "--json");

        assertThat(again.exitCode()).isZero();
        var result = JsonMapper.shared().readTree(again.out()).path(0);
        assertThat(result.path("outcome").asString("")).isEqualTo("up-to-date");
        assertThat(result.path("phasesRun").asInt(-1)).isZero();
    }

    @Test
    void anUpToDateArtifactIsPublishedOnce() throws Exception {
        var cst = new Cst(SharedImage.get().home().root());
        try (var cloud = new FakeCloudStack(folder.resolve("secondary-storage"))) {
            var keys = Map.of(
                    "CST_API_KEY",
                    cloud.admin().apiKey(),
                    "CST_SECRET_KEY",
                    cloud.admin().secretKey());
            var profile = Files.writeString(folder.resolve("profile.yaml"), """
                endpoint: %s
                credentials: {environment: {apiKey: CST_API_KEY, secretKey: CST_SECRET_KEY}}
                zones: [%s]
                hypervisors: [kvm]
                delivery: {upload: true}
                """.formatted(
                            cloud.endpoint(), cloud.zone1().name()));
            assertThat(cst.run("profile", "add", "fake", "--from", profile.toString())
                            .exitCode())
                    .isZero();
            try {
                for (var isNew : List.of(true, false)) {
                    var run = cst.run(
                            keys,
                            "build",
                            SharedImage.ID,
                            "--formats",
                            SharedImage.FORMATS,
                            "--publish",
                            "fake",
                            "--json");

                    assertThat(run.exitCode()).as(run.err()).isZero();
                    var result = JsonMapper.shared().readTree(run.out()).path(0);
                    assertThat(result.path("outcome").asString("")).isEqualTo("up-to-date");
                    assertThat(result.path("published")
                                    .path(0)
                                    .path("hypervisor")
                                    .asString(""))
                            .isEqualTo("kvm");
                    assertThat(result.path("published").path(0).path("new").asBoolean(!isNew))
                            .isEqualTo(isNew);
                    assertThat(cloud.templates()).hasSize(1);
                }
            } finally {
                cst.run("profile", "remove", "fake");
            }
        }
    }

    @Test
    void aChangedPreparationScriptRunsFromPrepareOnly() throws IOException {
        var changed = copyOfInstallation();
        try (var scripts = Files.list(changed.resolve("scripts/preparation/apt"))) {
            Files.writeString(
                    scripts.filter(each -> each.toString().endsWith(".sh"))
                            .sorted()
                            .findFirst()
                            .orElseThrow(),
                    "\n# changed\n",
                    StandardOpenOption.APPEND);
        }

        var plan = JsonMapper.shared().readTree(planOf(changed)).path(0).path("phases");

        assertThat(runs(plan, "install")).isFalse();
        assertThat(runs(plan, "prepare")).isTrue();
        assertThat(runs(plan, "package")).isTrue();
        assertThat(step(plan, "prepare").path("reason").asString("")).startsWith("changed: scripts/");
    }

    @Test
    void verifyFindsOneFlippedBitInAnArtifact() throws IOException {
        var original = SharedImage.get().artifact();
        var home = folder.resolve("home");
        var copy = home.resolve("artifacts")
                .resolve(SharedImage.ID)
                .resolve(original.manifest().version());
        copy(original.folder(), copy);
        var cst = new Cst(home);
        assertThat(cst.run("artifacts", "verify").exitCode()).isZero();

        var disk = copy.resolve(SharedImage.get().kvm().getFileName());
        assertThat(disk.toFile().setWritable(true)).isTrue();
        try (var channel = Files.newByteChannel(disk, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            channel.position(1_000_000).read(one);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.position(1_000_000).write(one);
        }
        var damaged = cst.run("artifacts", "verify", SharedImage.ID);

        assertThat(damaged.exitCode()).isEqualTo(1);
        assertThat(damaged.out()).contains("has been modified");
    }

    @Test
    void ctrlCEndsAllProgramsAndLeavesNoPartialLayer() throws Exception {
        var home = folder.resolve("home");
        var cst = new Cst(home);
        var process = cst.start(Map.of(), folder, "build", SharedImage.ID, "--until", "install");
        Cst.awaitLine(folder.resolve("out"), "install |", process);

        // What a terminal sends on Ctrl-C.
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        var result = cst.result(process, folder);

        assertThat(result.exitCode()).isEqualTo(130);
        assertThat(home.resolve("layers/install")).doesNotExist();
        try (var work = Files.list(home.resolve("work"))) {
            assertThat(work).isEmpty();
        }
        assertThat(cst.programs()).isEmpty();
    }

    @Test
    void anUnreachableMirrorIsARemoteFailureThatNamesIt() {
        var result = new Cst(folder.resolve("home"))
                .run("build", SharedImage.ID, "--until", "install", "--mirror", "http://127.0.0.1:9/debian");

        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err()).contains("http://127.0.0.1:9/debian");
        assertThat(folder.resolve("home/layers/install")).doesNotExist();
    }

    private static boolean runs(JsonNode plan, String phase) {
        return step(plan, phase).path("runs").asBoolean(false);
    }

    private static JsonNode step(JsonNode plan, String phase) {
        return StreamSupport.stream(plan.spliterator(), false)
                .filter(step -> step.path("phase").asString("").equals(phase))
                .findFirst()
                .orElseThrow();
    }

    private Path copyOfInstallation() throws IOException {
        var copy = folder.resolve("installation");
        for (var part : List.of("templates", "scripts", "configs")) {
            copy(Path.of(part), copy.resolve(part));
        }
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(FileTrees.parentOf(target));
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static String planOf(Path installation) throws IOException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dcst.root=" + installation,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.cstemplates.cli.Main",
                        "--home",
                        SharedImage.get().home().root().toString(),
                        "build",
                        SharedImage.ID,
                        "--formats",
                        SharedImage.FORMATS,
                        "--dry-run",
                        "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
