/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.packer;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.FirmwareFiles;
import dev.cstemplates.host.Host;
import dev.cstemplates.packer.answers.AnswerDelivery;
import dev.cstemplates.packer.answers.AnswerFiles;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Assembles Packer templates from the base configurations and a project, as JSON trees rather than text. */
final class Templates {

    private static final String FIRMWARE = "firmware";

    /** Variables that, like those of the machine, do not affect the disk's content. */
    private static final Set<String> PLACES = Set.of(
            "output_directory", "work", "base_disk", "headless", "qmp", FIRMWARE, "cpu", "iso", "kernel", "initrd");

    /** Placeholder for the one-time key in layer keys. */
    static final String NO_KEY = "one-time-key";

    private final TemplateFragments fragments;
    private final Host host;

    Templates(TemplateFragments fragments, Host host) {
        this.fragments = fragments;
        this.host = host;
    }

    /** The template as Packer reads it. */
    ObjectNode whole(PackerProject project) {
        var fragment = fragments.merged(project.configuration(), project.qualifiers());
        var variables = sorted(fragment.withObject("/variables"));
        if (variables.has(FIRMWARE)) {
            variables.put(FIRMWARE, firmware(project.architecture()).toString());
        }
        if (project instanceof InstallerProject installer) {
            return installation(installer, variables, fragment.withObject("/builder"));
        }
        var provisioner = fragment.withObject("/provisioner");
        var scripts = provisioner.withArray("/scripts");
        ScriptFiles.of(project.scripts()).names().forEach(name -> scripts.add("{{template_dir}}/scripts/" + name));
        project.machine().forEach(variables::put);
        if (project instanceof PrepareProject) {
            variables.put("disk_size", project.disk().toMiB() + "M");
        }
        var environment = provisioner.withArray("/environment_vars");
        project.environment().forEach((name, value) -> {
            var variable = Environment.variable(name);
            if (variables.has(variable)) {
                throw Failure.usage(
                        name + " conflicts with the Packer project's own variable " + variable, "Use another name.");
            }
            variables.put(variable, value);
            environment.add(name + "={{user `" + variable + "`}}");
        });
        return assembled(variables, fragment.withObject("/builder"), provisioner);
    }

    private Path firmware(Architecture architecture) {
        return FirmwareFiles.find(host, architecture)
                .map(FirmwareFiles::code)
                .orElse(FirmwareFiles.usualCode(architecture));
    }

    /** An installer needs no provisioner: it gets its answer files from a CD or a URL. */
    private static ObjectNode installation(InstallerProject project, ObjectNode variables, ObjectNode builder) {
        project.machine().forEach(variables::put);
        variables.put("disk_size", project.disk().toMiB() + "M");
        builder.withArray("/qemuargs").addArray().add("-append").add(project.commandLine());
        switch (project.delivery()) {
            case AnswerDelivery.Cd(var label) -> {
                var files = builder.withArray("/cd_files");
                AnswerFiles.of(project.plan(), NO_KEY)
                        .keySet()
                        .forEach(name -> files.add("{{template_dir}}/answers/" + name));
                builder.put("cd_label", label);
            }
            case AnswerDelivery.Url url -> builder.put("http_directory", "{{template_dir}}/answers");
        }
        var template = JsonNodeFactory.instance.objectNode();
        template.set("variables", sorted(variables));
        template.set("builders", listOf(builder));
        return template;
    }

    /** The part of the template that affects the disk's content. */
    ObjectNode shapeOf(PackerProject project) {
        var template = whole(project);
        var variables = template.withObject("/variables");
        variables.remove(PLACES);
        variables.remove(project.machine().keySet());
        return template;
    }

    private static ObjectNode assembled(ObjectNode variables, ObjectNode builder, ObjectNode provisioner) {
        var template = JsonNodeFactory.instance.objectNode();
        template.set("variables", sorted(variables));
        template.set("builders", listOf(builder));
        template.set("provisioners", listOf(provisioner));
        return template;
    }

    private static ArrayNode listOf(ObjectNode only) {
        return JsonNodeFactory.instance.arrayNode().add(only);
    }

    private static ObjectNode sorted(ObjectNode object) {
        var members = new TreeMap<String, JsonNode>();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        var sorted = JsonNodeFactory.instance.objectNode();
        members.forEach(sorted::set);
        return sorted;
    }
}
