package dev.cstemplates.pipeline.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Retry;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.delivery.Bucket;
import dev.cstemplates.pipeline.work.WorkDir;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Layers are stored, shared, pruned, and checked for corruption. */
class LayerStoreTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final LayerPolicy MONTH = new LayerPolicy(Duration.ofDays(30), null, false);

    @TempDir
    Path folder;

    private CstHome home;
    private LayerStore store;

    @BeforeEach
    void openStore() {
        home = new CstHome(folder.resolve("home"));
        store = new LayerStore(home.layers(), home.locks(), clock());
    }

    private final List<String> warnings = new ArrayList<>();

    @Test
    void unusedLayersArePrunedButTheNewestAndItsParentsStay() throws IOException {
        var oldParent = layer("install", "old", 90, null);
        var oldChild = layer("prepare", "old", 90, oldParent);
        var superseded = layer("prepare", "between", 60, oldParent);
        var parent = layer("install", "new", 50, null);
        var newest = layer("prepare", "new", 45, oldParent);

        var removed = prune(MONTH);

        assertThat(removed).containsExactlyInAnyOrder(oldChild.key(), superseded.key());
        assertThat(present(oldParent)).as("the newest one was built from it").isTrue();
        assertThat(present(parent)).isTrue();
        assertThat(present(newest)).isTrue();
    }

    @Test
    void theNewestArePrunedOnRequest() throws IOException {
        var only = layer("install", "only", 90, null);

        assertThat(prune(new LayerPolicy(Duration.ofDays(30), null, true))).containsExactly(only.key());
        assertThat(home.layers().resolve("install")).isEmptyDirectory();
    }

    @Test
    void theLeastRecentlyUsedArePrunedUntilTheTotalFits() throws IOException {
        var oldest = layer("install", "1", 9, null);
        var older = layer("install", "2", 8, null);
        var old = layer("install", "3", 7, null);
        var newest = layer("install", "4", 1, null);

        assertThat(prune(new LayerPolicy(null, new ByteSize(2 * oldest.size()), false)))
                .containsExactly(oldest.key(), older.key());
        assertThat(present(old)).isTrue();
        assertThat(present(newest)).isTrue();
    }

    @Test
    void layersOfARunningBuildStayUntilItEnds() throws IOException {
        var used = layer("install", "used", 90, null);
        var unused = layer("install", "unused", 80, null);
        try (var work = WorkDir.open(home, WorkDir.Kind.BUILD, "a-build", warning -> {})) {
            LayerReferences.mark(work.path(), used.phase(), used.key());

            assertThat(prune(new LayerPolicy(Duration.ofDays(1), null, true))).containsExactly(unused.key());
        }
        assertThat(prune(new LayerPolicy(Duration.ofDays(1), null, true))).containsExactly(used.key());
    }

    @Test
    void useRenewsALayer() throws IOException {
        var used = layer("install", "used", 90, null);
        layer("install", "newest", 1, null);

        assertThat(store.take(used, folder.resolve("build"))).isPresent();

        assertThat(prune(MONTH)).isEmpty();
    }

    @Test
    void filesLeftByAKilledPruneAreDeletedByTheNext() throws IOException {
        var left = Files.createDirectories(home.layers().resolve(".trash/install-1"));
        Files.writeString(left.resolve("disk"), "half");

        prune(MONTH);

        assertThat(left).doesNotExist();
        assertThat(store.all()).isEmpty();
    }

    @Test
    void aPlanRemovesNothing() throws IOException {
        var old = layer("install", "old", 90, null);
        layer("install", "new", 1, null);

        assertThat(new LayerPruning(store, home, clock()).plan(MONTH))
                .singleElement()
                .satisfies(removal -> {
                    assertThat(removal.layer().key()).isEqualTo(old.key());
                    assertThat(removal.reason()).contains("90 days");
                });
        assertThat(present(old)).isTrue();
    }

    @Test
    void aCorruptLayerIsRemoved() throws IOException {
        var layer = layer("install", "x", 1, null);
        Files.writeString(layer.folder().resolve("disk"), "X");

        assertThatThrownBy(() -> store.verify(layer))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("its digest has changed");

        assertThat(present(layer)).isFalse();
        assertThat(layer.folder()).doesNotExist();
    }

    @Test
    void aLayerThatAnotherBuildHasReplacedIsNotRemoved() throws IOException {
        var layer = layer("install", "x", 1, null);
        var finished = Files.createDirectory(folder.resolve("finished-again"));
        Files.writeString(finished.resolve("disk"), "x of a later day");
        var replaced = store.add("install", layer.subject(), layer.inputs(), finished, folder.resolve("other-build"));
        assertThat(replaced.folder()).isEqualTo(layer.folder());

        assertThatThrownBy(() -> store.verify(layer))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("Another build has replaced the layer");

        store.verify(replaced);
    }

    @Test
    void anotherHostContinuesFromASharedLayer() throws IOException {
        var shared = new LayerFolder(folder.resolve("shared"));
        var created = add(store(home, shared), "install", "x", null);
        var otherHome = new CstHome(folder.resolve("other"));
        var other = store(otherHome, shared);

        var found = other.find("install", created.key()).orElseThrow();
        var taken = other.take(found, folder.resolve("another-build")).orElseThrow();

        assertThat(taken.folder()).startsWith(otherHome.layers());
        assertThat(taken.folder().resolve("disk")).hasContent("x");
        assertThat(taken.identity()).isEqualTo(created.identity());
        other.verify(taken);
        assertThat(other.newest("install", "debian-12-x86_64")).map(Layer::key).hasValue(created.key());
    }

    @Test
    void aSharedLayerThatDiffersFromItsRecordIsNotUsed() throws IOException {
        var shared = new LayerFolder(folder.resolve("shared"));
        var created = add(store(home, shared), "install", "x", null);
        Files.writeString(
                folder.resolve("shared/install").resolve(created.key().hex()).resolve("disk"), "X");
        var other = store(new CstHome(folder.resolve("other")), shared);

        var taken = other.find("install", created.key()).flatMap(found -> other.take(found, folder.resolve("build")));

        assertThat(taken).isEmpty();
        assertThat(other.all()).isEmpty();
        assertThat(folder.resolve("build/arriving")).doesNotExist();
    }

    @Test
    void aSharedRecordCannotNameFilesOutsideItsLayer() throws IOException {
        var shared = new LayerFolder(folder.resolve("shared"));
        var created = add(store(home, shared), "install", "x", null);
        var record =
                folder.resolve("shared/install").resolve(created.key().hex()).resolve(LayerFiles.RECORD);
        Files.writeString(folder.resolve("shared/install/secret"), "x");
        Files.writeString(record, Files.readString(record).replace("\"disk\"", "\"../secret\""));
        var other = store(new CstHome(folder.resolve("other")), shared);
        var found = other.find("install", created.key()).orElseThrow();

        assertThat(other.take(found, folder.resolve("build"))).isEmpty();
        assertThat(warnings).singleElement().asString().contains("outside the layer");
    }

    @Test
    void aReadOnlySharedStoreDoesNotFailTheBuild() throws IOException {
        var noFolder = Files.writeString(folder.resolve("file"), "");

        var created = add(store(home, new LayerFolder(noFolder)), "install", "x", null);

        assertThat(present(created)).isTrue();
        assertThat(warnings).singleElement().asString().contains("Sharing a layer failed", "Not a directory");
    }

    @Test
    void layersAreSharedThroughABucket() throws IOException {
        try (var bucket = new MemoryStore()) {
            var created = add(store(home, bucket.layers()), "install", "x", null);
            var otherHome = new CstHome(folder.resolve("other"));
            var other = store(otherHome, bucket.layers());

            assertThat(bucket.paths())
                    .containsExactly(
                            "/layers/team/content/" + Sha256.of("x").hex(),
                            "/layers/team/install/" + created.key().hex() + ".json");
            var found = other.find("install", created.key()).orElseThrow();
            var taken = other.take(found, folder.resolve("another-build")).orElseThrow();
            assertThat(taken.folder()).startsWith(otherHome.layers());
            other.verify(taken);
            assertThat(other.find("install", Sha256.of("another"))).isEmpty();
        }
    }

    @Test
    void contentOfABucketIsNotTrusted() throws IOException {
        try (var bucket = new MemoryStore()) {
            var created = add(store(home, bucket.layers()), "install", "x", null);
            var other = store(new CstHome(folder.resolve("other")), bucket.layers());
            var record = "/layers/team/install/" + created.key().hex() + ".json";
            var content = "/layers/team/content/" + Sha256.of("x").hex();

            bucket.replace(content, "X");
            var changed =
                    other.find("install", created.key()).flatMap(each -> other.take(each, folder.resolve("build")));
            assertThat(changed).isEmpty();

            bucket.replace(record, bucket.content(record).replace("\"disk\"", "\"../secret\""));
            var found = other.find("install", created.key()).orElseThrow();
            assertThat(other.take(found, folder.resolve("build"))).isEmpty();
            assertThat(warnings).singleElement().asString().contains("outside the layer");

            var third = store(new CstHome(folder.resolve("third")), bucket.layers());
            bucket.replace(content, "");
            assertThat(third.find("install", created.key())).isEmpty();
            bucket.replace(record, "{");
            assertThat(third.find("install", created.key())).isEmpty();
            assertThat(warnings).hasSize(1);
        }
    }

    @Test
    void aRequestToABucketThatResetsConnectionsOnceIsRetried() throws IOException {
        try (var bucket = new MemoryStore()) {
            var created = add(store(home, bucket.layers()), "install", "x", null);
            var other = store(new CstHome(folder.resolve("other")), failingOnce(bucket.layers()));

            var taken = other.find("install", created.key()).flatMap(each -> other.take(each, folder.resolve("build")));

            assertThat(taken).isPresent();
            assertThat(warnings).isEmpty();
        }
    }

    /** The server accepts connections and resets them, as an overloaded proxy does. */
    @Test
    void buildsContinueWithoutABucketThatResetsConnections() throws IOException {
        System.setProperty("aws.accessKeyId", "key");
        System.setProperty("aws.secretAccessKey", "secret");
        try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> resetConnections(server));
            var url = "s3://layers/team?endpoint=http://127.0.0.1:" + server.getLocalPort();
            var sharing = store(home, new LayerBucket(Bucket.at(Bucket.BucketLocation.parse(url))));

            assertThat(sharing.find("install", Sha256.of("x"))).isEmpty();
            var created = add(sharing, "install", "x", null);

            assertThat(present(created)).isTrue();
            assertThat(warnings)
                    .as("the store is left alone after its first failure")
                    .singleElement()
                    .asString()
                    .contains("Looking for a shared layer failed", "bucket layers", "this host's own layers");
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private static void resetConnections(ServerSocket server) {
        try {
            while (true) {
                try (var connection = server.accept()) {
                    connection.setSoLinger(true, 0);
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private static SharedLayers failingOnce(SharedLayers layers) {
        var failures = new HashSet<String>();
        return new SharedLayers() {
            @Override
            public Optional<Layer> find(String phase, Sha256 key) throws IOException {
                failOnce("find");
                return layers.find(phase, key);
            }

            @Override
            public void fetch(Layer layer, Path to) throws IOException {
                layers.fetch(layer, to);
                failOnce("fetch");
            }

            @Override
            public void publish(Layer layer) throws IOException {
                failOnce("publish");
                layers.publish(layer);
            }

            private void failOnce(String request) throws IOException {
                if (failures.add(request)) {
                    throw new IOException("Connection reset");
                }
            }
        };
    }

    private List<Sha256> prune(LayerPolicy policy) {
        return new LayerPruning(store, home, clock())
                .prune(policy).stream().map(removal -> removal.layer().key()).toList();
    }

    private boolean present(Layer layer) {
        return store.find(layer.phase(), layer.key()).isPresent();
    }

    /** A layer that was created and last used {@code days} ago. */
    private Layer layer(String phase, String content, int days, @Nullable Layer parent) throws IOException {
        var then = NOW.minus(Duration.ofDays(days));
        var created = add(
                new LayerStore(home.layers(), home.locks(), Clock.fixed(then, ZoneOffset.UTC)), phase, content, parent);
        Files.setLastModifiedTime(created.folder().resolve(LayerFiles.RECORD), FileTime.from(then));
        return created;
    }

    private Layer add(LayerStore to, String phase, String content, @Nullable Layer parent) throws IOException {
        var finished = Files.createTempDirectory(folder, "finished");
        Files.writeString(finished.resolve("disk"), content);
        var inputs = new TreeMap<>(Map.of("content", content));
        Optional.ofNullable(parent)
                .ifPresent(before ->
                        inputs.put("layer " + before.phase(), before.identity().hex()));
        return to.add(phase, "debian-12-x86_64", inputs, finished, folder.resolve("a-finished-build"));
    }

    private LayerStore store(CstHome home, SharedLayers shared) {
        var sharing = new LayerSharing(shared, Retry.of(2, Duration.ZERO, Duration.ZERO), clock(), warnings::add);
        return new LayerStore(home.layers(), home.locks(), clock(), sharing, null);
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }
}
