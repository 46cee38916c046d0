package dev.cstemplates.cli.artifact;

import dev.cstemplates.cli.terminal.DurationConverter;
import dev.cstemplates.cli.terminal.FormerName;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.cli.terminal.SizeConverter;
import dev.cstemplates.core.ByteSize;
import dev.cstemplates.pipeline.layer.Layer;
import dev.cstemplates.pipeline.layer.LayerPolicy;
import dev.cstemplates.pipeline.layer.LayerPruning;
import dev.cstemplates.pipeline.layer.LayerStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code cst layers}. */
@Command(
        name = "layers",
        description = "Shows and prunes layers: the results of phases, which later builds reuse.",
        synopsisSubcommandLabel = "COMMAND")
public final class LayersCommand {

    /** {@code cst layers list}. */
    @Command(
            name = "list",
            description = "Lists the layers on this host, most recently used first.",
            footerHeading = "%nExample:%n",
            footer = "  cst layers list --json")
    public static final class ListLayers implements Callable<Integer> {

        private final Output output;
        private final Supplier<LayerStore> layers;

        @Option(names = "--json", description = "Print an array of objects, including the inputs of each layer.")
        private boolean json;

        public ListLayers(Output output, Supplier<LayerStore> layers) {
            this.output = output;
            this.layers = layers;
        }

        @Override
        public Integer call() {
            var store = layers.get();
            var sorted = store.all().stream()
                    .sorted(Comparator.comparing(store::lastUsed).reversed())
                    .toList();
            if (json) {
                output.json(sorted.stream().map(layer -> fields(layer, store)).toList());
                return 0;
            }
            output.table(
                    List.of("layer", "phase", "of", "size", "created", "used"),
                    sorted.stream().map(layer -> row(layer, store)).toList());
            output.line(sorted.size() + " layers, " + total(sorted));
            return 0;
        }

        private static List<String> row(Layer layer, LayerStore store) {
            return List.of(
                    layer.key().shortened(),
                    layer.phase(),
                    layer.subject(),
                    new ByteSize(layer.size()).toString(),
                    layer.createdAt().toString().substring(0, 16) + "Z",
                    store.lastUsed(layer).toString().substring(0, 16) + "Z");
        }

        private static Map<String, Object> fields(Layer layer, LayerStore store) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("key", layer.key().hex());
            fields.put("phase", layer.phase());
            fields.put("subject", layer.subject());
            fields.put("bytes", layer.size());
            fields.put("createdAt", layer.createdAt().toString());
            fields.put("usedAt", store.lastUsed(layer).toString());
            fields.put("folder", layer.folder().toString());
            fields.put("inputs", layer.inputs());
            return fields;
        }
    }

    /** {@code cst layers prune}. */
    @Command(
            name = "prune",
            description = {
                "Removes layers that have not been used recently, or the least recently used ones until the rest is"
                        + " small enough. Keeps what a running build uses, and the latest layers of each template with"
                        + " their parents.",
                "Finished builds prune layers by age: $CST_LAYERS_OLDER_THAN, or 'never'. Default: 30d."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  cst layers prune --dry-run           show what would be removed",
                "  cst layers prune --keep-size 50G     remove the least recently used until 50 GiB are left",
                "  cst layers prune --older-than 7d --include-latest"
            })
    public static final class Prune implements Callable<Integer> {

        private final Output output;
        private final Supplier<LayerPruning> pruning;

        @Option(
                names = "--older-than",
                paramLabel = "AGE",
                converter = DurationConverter.class,
                description = "Remove layers not used for this long: 12h, 30d. Default without --keep-size: 30d.")
        private @Nullable Duration olderThan;

        @Option(
                names = "--keep-size",
                paramLabel = "SIZE",
                converter = SizeConverter.class,
                description = "Remove the least recently used layers until this much is left: 50G.")
        private @Nullable ByteSize keepSize;

        @FormerName("--newest-too")
        @Option(
                names = "--include-latest",
                description = "Also remove the latest layers; the next builds start from scratch.")
        private boolean includeLatest;

        @Option(names = "--dry-run", description = "Only print what would be removed.")
        private boolean dryRun;

        @Option(names = "--json", description = "Print an array of objects.")
        private boolean json;

        public Prune(Output output, Supplier<LayerPruning> pruning) {
            this.output = output;
            this.pruning = pruning;
        }

        @Override
        public Integer call() {
            var age = olderThan == null && keepSize == null ? LayerPolicy.USUAL : olderThan;
            var policy = new LayerPolicy(age, keepSize, includeLatest);
            var removals = dryRun ? pruning.get().plan(policy) : pruning.get().prune(policy);
            if (json) {
                output.json(removals.stream().map(Prune::fields).toList());
                return 0;
            }
            for (var removal : removals) {
                var layer = removal.layer();
                output.line("%s %s of %s, %s: %s"
                        .formatted(
                                layer.key().shortened(),
                                layer.phase(),
                                layer.subject(),
                                new ByteSize(layer.size()),
                                removal.reason()));
            }
            var layers = removals.stream().map(LayerPruning.Removal::layer).toList();
            output.line("%d layers, %s, %s"
                    .formatted(layers.size(), total(layers), dryRun ? "would be removed" : "removed"));
            return 0;
        }

        private static Map<String, Object> fields(LayerPruning.Removal removal) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("key", removal.layer().key().hex());
            fields.put("phase", removal.layer().phase());
            fields.put("subject", removal.layer().subject());
            fields.put("bytes", removal.layer().size());
            fields.put("reason", removal.reason());
            return fields;
        }
    }

    private static ByteSize total(List<Layer> layers) {
        return new ByteSize(layers.stream().mapToLong(Layer::size).sum());
    }
}
