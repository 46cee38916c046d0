/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.AtomicFiles;
import dev.cstemplates.core.Failure;
import dev.cstemplates.core.Sha256;
import dev.cstemplates.host.Host;
import dev.cstemplates.packer.answers.AnswerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renders a {@link PackerProject} into a folder of its own: {@code packer.json}, {@code scripts/}, for a preparation
 * {@code cidata/}, for an installer {@code answers/} instead of the scripts, and for both {@code ssh/}. The template is of the legacy JSON form, the only one that Packer 1.6 and today's Packer both
 * read with plugins that are installed next to it.
 *
 * <p>Every setting is a Packer variable, so that a person can build by hand and change one with {@code -var}: the names of
 * {@link PackerProject#machine()}, {@code output_directory}, {@code work} or {@code base_disk}, {@code qmp} (a character device of QEMU's for its monitor), and for every variable of the
 * scripts its name without {@code CST_} in lower case, for example {@code build_mirror}.
 */
public final class ProjectRenderer {

    private final Templates templates;
    private final JsonMapper json = JsonMapper.builder().build();

    /**
     * @param configurations the base configurations, the installation's {@code configs/packer}
     * @param host where the projects will run: its firmware is their default
     */
    public ProjectRenderer(Path configurations, Host host) {
        this.templates = new Templates(new TemplateFragments(configurations, json), host);
    }

    /**
     * Everything that affects the resulting disk, by name: the template, each script's SHA-256, the first-boot data. Excludes one-time
     * keys, paths of this host, and settings that only affect speed or location (accelerator, memory, timeouts).
     */
    public SortedMap<String, String> canonicalInputs(PackerProject project) {
        var inputs = new TreeMap<String, String>();
        inputs.put("packer.json", json.writeValueAsString(templates.shapeOf(project)));
        for (var script : filesOf(project).byName().entrySet()) {
            inputs.put("scripts/" + script.getKey(), digest(script.getValue()).hex());
        }
        if (project instanceof PrepareProject) {
            inputs.put("cidata/user-data", CloudInitSeed.userData(Templates.NO_KEY));
            inputs.put("cidata/meta-data", CloudInitSeed.metaData());
        }
        if (project instanceof InstallerProject installer) {
            AnswerFiles.of(installer.plan().withoutSubscription(), Templates.NO_KEY)
                    .forEach((name, content) -> inputs.put("answers/" + name, content));
        }
        return Collections.unmodifiableSortedMap(inputs);
    }

    /**
     * Writes the project to {@code folder} atomically; the folder must be new or empty. A {@link Failure} of kind usage if it is not, or
     * if its path is unsafe for Packer.
     */
    public RenderedProject render(PackerProject project, Path folder) {
        var target = folder.toAbsolutePath().normalize();
        ProjectFolder.check(target);
        var template = templates.whole(project);
        var scripts = ScriptFiles.of(project.scripts());
        ProjectFolder.write(target, part -> {
            Files.writeString(
                    part.resolve("packer.json"),
                    json.writerWithDefaultPrettyPrinter().writeValueAsString(template) + "\n");
            switch (project) {
                case BootstrapProject bootstrap ->
                    filesOf(bootstrap).copyTo(Files.createDirectory(part.resolve("scripts")));
                case PrepareProject prepare -> {
                    scripts.copyTo(Files.createDirectory(part.resolve("scripts")));
                    writeFirstBoot(part);
                }
                case InstallerProject installer -> writeAnswers(installer, part);
            }
        });
        return new RenderedProject(
                target,
                project.phase(),
                scripts.names(),
                project.disk(),
                project instanceof InstallerProject ? InstallerProject.COMPLETION_MARKER : null);
    }

    private static ScriptFiles filesOf(PackerProject project) {
        return ScriptFiles.of(Stream.concat(project.scripts().stream(), project.helpers().stream())
                .toList());
    }

    private static void writeFirstBoot(Path part) throws IOException {
        var key = OneTimeKey.fresh();
        writeKey(key, part);
        var cidata = Files.createDirectory(part.resolve("cidata"));
        Files.writeString(cidata.resolve("user-data"), CloudInitSeed.userData(key.publicLine()));
        Files.writeString(cidata.resolve("meta-data"), CloudInitSeed.metaData());
    }

    /** Readable by the owner only: the answer files may contain credentials. */
    private static void writeAnswers(InstallerProject project, Path part) throws IOException {
        var key = OneTimeKey.fresh();
        writeKey(key, part);
        var answers = Files.createDirectory(part.resolve("answers"), ProjectFolder.OWNER_ENTERS);
        for (var answer : AnswerFiles.of(project.plan(), key.publicLine()).entrySet()) {
            AtomicFiles.write(answers.resolve(answer.getKey()), answer.getValue(), AtomicFiles.OWNER_ONLY);
        }
    }

    private static void writeKey(OneTimeKey key, Path part) throws IOException {
        var ssh = Files.createDirectory(part.resolve("ssh"), ProjectFolder.OWNER_ENTERS);
        AtomicFiles.write(ssh.resolve("id_ecdsa"), key.privateFile(), AtomicFiles.OWNER_ONLY);
    }

    private static Sha256 digest(Path script) {
        try {
            return Sha256.of(script);
        } catch (IOException e) {
            throw Failure.host("Cannot read the script " + script + ": " + e.getMessage(), "Check its permissions.")
                    .because(e);
        }
    }
}
