/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The vendors' schemas of answer files. Their licences do not let us ship them, so the operator saves them in one folder. */
public final class InstallerSchemas {

    private static final String SUBIQUITY = "subiquity-autoinstall.schema.json";
    private static final String CLOUD_CONFIG = "cloud-init/schema-cloud-config-v1.json";
    private static final String AGAMA = "agama/profile.schema.json";
    private static final String AGAMA_IDS = "https://github.com/agama-project/agama/blob/master/rust/share/";

    private final Path folder;

    /**
     * Uses the schemas in {@code folder}, each of which may be missing: {@code subiquity-autoinstall.schema.json},
     * {@code cloud-init/schema-cloud-config-v1.json}, {@code agama/*.schema.json} and {@code autoyast/profile.rng}.
     */
    public InstallerSchemas(Path folder) {
        this.folder = folder;
    }

    /** Validates an autoinstall; returns the problems and adds missing schemas to {@code missing}, by what they check. */
    List<String> autoinstall(Path file, Map<String, String> missing) {
        var autoinstall = read(YAMLMapper.builder().build(), file).path("autoinstall");
        var problems = new ArrayList<String>();
        schema(SUBIQUITY, SpecificationVersion.DRAFT_7, Map.of(), "autoinstalls", missing)
                .ifPresent(schema -> problems.addAll(problems(schema, autoinstall)));
        schema(CLOUD_CONFIG, SpecificationVersion.DRAFT_4, Map.of(), "autoinstalls' cloud-config", missing)
                .ifPresent(schema -> problems.addAll(problems(schema, autoinstall.path("user-data"))));
        return problems;
    }

    /** Validates a profile for Agama; likewise. */
    List<String> agama(Path file, Map<String, String> missing) {
        return schema(AGAMA, SpecificationVersion.DRAFT_2019_09, agamaParts(), "Agama profiles", missing)
                .map(schema -> problems(schema, read(JsonMapper.shared(), file)))
                .orElse(List.of());
    }

    /** AutoYaST's grammar for {@code xmllint}; likewise. */
    Optional<Path> autoYast(Map<String, String> missing) {
        return find("autoyast/profile.rng", "AutoYaST profiles", missing);
    }

    private Optional<Schema> schema(
            String name,
            SpecificationVersion version,
            Map<String, String> parts,
            String checks,
            Map<String, String> missing) {
        return find(name, checks, missing)
                .map(file -> SchemaRegistry.withDefaultDialect(version, builder -> builder.schemas(parts))
                        .getSchema(text(file)));
    }

    private Optional<Path> find(String name, String checks, Map<String, String> missing) {
        var file = folder.resolve(name);
        if (Files.isRegularFile(file)) {
            return Optional.of(file);
        }
        missing.put(checks, file.toString());
        return Optional.empty();
    }

    /** Agama's schemas refer to each other by their published URLs. */
    private Map<String, String> agamaParts() {
        var parts = new HashMap<String, String>();
        var agama = folder.resolve("agama");
        if (Files.isDirectory(agama)) {
            try (var files = Files.list(agama)) {
                files.forEach(file -> parts.put(AGAMA_IDS + Objects.requireNonNull(file.getFileName()), text(file)));
            } catch (IOException e) {
                throw unreadable(agama, e);
            }
        }
        return parts;
    }

    private static List<String> problems(Schema schema, JsonNode document) {
        return schema.validate(document).stream().map(Object::toString).toList();
    }

    private static JsonNode read(ObjectMapper mapper, Path file) {
        try {
            return mapper.readTree(file.toFile());
        } catch (JacksonException e) {
            throw unreadable(file, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static Failure unreadable(Path file, Exception e) {
        return Failure.usage("Cannot read " + file + ": " + e.getMessage(), "Check the folder passed with --schemas.")
                .because(e);
    }
}
