/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.pipeline.project;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.InstallerKind;
import dev.cstemplates.host.Installation;
import dev.cstemplates.packer.answers.AnswerFiles;
import dev.cstemplates.packer.answers.InstallerAnswers;
import dev.cstemplates.pipeline.request.ResolvedBuild;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The answer files of every definition and architecture, compared with reviewed files and validated against the installers' schemas.
 *
 * <p>{@code -Dcst.golden.write=true} accepts intended changes. The vendors' schemas are not part of the project: {@code -Dcst.schemas}
 * names their folder, by default {@code ../shared/schemas}.
 */
class AnswersTest {

    private static final Path REVIEWED = Path.of("src/test/resources/golden/answers");
    private static final Path SCHEMAS = Path.of(System.getProperty("cst.schemas", "../shared/schemas"));
    private static final String AGAMA = "https://github.com/agama-project/agama/blob/master/rust/share/";

    private static final Installation CHECKOUT = new Installation(Path.of("").toAbsolutePath());

    static Stream<Arguments> installations() {
        return Catalog.load(CHECKOUT).definitions().stream()
                .flatMap(definition -> definition.architectures().keySet().stream()
                        .map(architecture -> Arguments.of(
                                definition.id() + "-" + architecture.id(), plan(definition, architecture))));
    }

    static Stream<Arguments> autoinstalls() {
        return installations().filter(each -> kindOf(each) == InstallerKind.SUBIQUITY);
    }

    static Stream<Arguments> agamaProfiles() {
        return installations().filter(each -> kindOf(each) == InstallerKind.AGAMA);
    }

    static Stream<Arguments> yastProfiles() {
        return installations().filter(each -> kindOf(each) == InstallerKind.AUTOYAST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("installations")
    void matchTheReviewedFiles(String subject, InstallerAnswers plan) throws IOException {
        var reviewed = REVIEWED.resolve(subject);
        for (var answer : AnswerFiles.of(plan, "one-time-key").entrySet()) {
            var file = reviewed.resolve(answer.getKey());
            if (Boolean.getBoolean("cst.golden.write")) {
                Files.createDirectories(reviewed);
                Files.writeString(file, answer.getValue());
            }
            assertThat(file)
                    .as("reviewed text; -Dcst.golden.write=true writes it")
                    .exists();
            assertThat(answer.getValue()).isEqualTo(Files.readString(file));
        }
    }

    /** The only login is root's with the key, and the installer waits for no input. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("installations")
    void allowOnlyKeyLoginsOfRoot(String subject, InstallerAnswers plan) {
        var text = String.join("\n", AnswerFiles.of(plan, "one-time-key").values());
        assertThat(text)
                .contains("one-time-key")
                .doesNotContainPattern("\\$[156y]\\$")
                .doesNotContain("NOPASSWD");
        assertThat(text).contains("console=tty0 console=");
        if (plan.architecture() == Architecture.AARCH64) {
            assertThat(text).doesNotContain("ttyS0,115200n8\"").doesNotContain("biosboot --fstype");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("autoinstalls")
    void autoinstallsMatchSubiquitysSchema(String subject, InstallerAnswers plan) throws IOException {
        var file = SCHEMAS.resolve("subiquity-autoinstall.schema.json");
        assumeSchema(file);
        var text = Objects.requireNonNull(AnswerFiles.of(plan, "one-time-key").get("user-data"));
        assertThat(text).startsWith("#cloud-config\n");
        var autoinstall = YAMLMapper.builder().build().readTree(text).path("autoinstall");
        assertMatches(
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(read(file)), autoinstall);

        var cloudConfig = SCHEMAS.resolve("cloud-init/schema-cloud-config-v1.json");
        assumeSchema(cloudConfig);
        assertMatches(
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4).getSchema(read(cloudConfig)),
                autoinstall.path("user-data"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("agamaProfiles")
    void agamaProfilesMatchAgamasSchema(String subject, InstallerAnswers plan) throws IOException {
        var folder = SCHEMAS.resolve("agama");
        assumeSchema(folder.resolve("profile.schema.json"));
        var schemas = new HashMap<String, String>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                schemas.put(AGAMA + file.getFileName(), read(file));
            }
        }
        var registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2019_09, builder -> builder.schemas(schemas));
        var schema = registry.getSchema(Objects.requireNonNull(schemas.get(AGAMA + "profile.schema.json")));
        var text = Objects.requireNonNull(AnswerFiles.of(plan, "one-time-key").get("autoinst.json"));
        var profile = JsonMapper.shared().readTree(text);
        assertMatches(schema, profile);
        assertThat(schema.validate("{\"product\": {\"idd\": 1}}", InputFormat.JSON))
                .as("the schema rejects invalid profiles")
                .isNotEmpty();
    }

    /** The script contains all characters with a meaning in XML. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("yastProfiles")
    void yastProfilesContainTheScriptUnchanged(String subject, InstallerAnswers plan) throws Exception {
        var text = Objects.requireNonNull(AnswerFiles.of(plan, "one-time-key").get("autoinst.xml"));
        var document = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("source").item(0).getTextContent())
                .isEqualTo(Files.readString(plan.finish()));
    }

    private static void assertMatches(Schema schema, JsonNode document) {
        assertThat(schema.validate(document)).isEmpty();
    }

    private static void assumeSchema(Path file) {
        Assumptions.assumeTrue(
                Files.isRegularFile(file),
                () -> "SKIPPED: the vendor's schema " + file + " is missing; pass its folder with -Dcst.schemas=DIR");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    private static InstallerKind kindOf(Arguments arguments) {
        return ((InstallerAnswers) Objects.requireNonNull(arguments.get()[1])).kind();
    }

    private static InstallerAnswers plan(Definition definition, Architecture architecture) {
        var build = new ResolvedBuild(
                definition, architecture, Source.ISO, new TreeSet<>(), null, null, Accelerator.TCG, null);
        return new PackerProjectFactory(CHECKOUT).installer(build, null).plan();
    }
}
