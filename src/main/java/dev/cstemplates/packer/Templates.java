package dev.cstemplates.packer;

import dev.cstemplates.host.Failure;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Puts Packer templates together from the base configurations and a project, as data: no text is ever pasted. */
final class Templates {

    /** Variables that decide where and how fast a disk comes to be, beside those of the machine, but not what is on it. */
    private static final Set<String> PLACES =
            Set.of("output_directory", "work", "base_disk", "headless", "firmware", "cpu");

    private final Fragments fragments;

    Templates(Fragments fragments) {
        this.fragments = fragments;
    }

    /** The template as Packer reads it. */
    ObjectNode whole(PackerProject project) {
        var fragment = fragments.merged(project.phase(), project.qualifiers());
        var variables = sorted(fragment.withObject("/variables"));
        var provisioner = fragment.withObject("/provisioner");
        var scripts = provisioner.withArray("/scripts");
        ScriptFiles.of(project.scripts()).names().forEach(name -> scripts.add("{{template_dir}}/scripts/" + name));
        project.machine().forEach(variables::put);
        if (project instanceof PrepareProject) {
            variables.put("disk_size", project.disk().toMiB() + "M");
        }
        var told = provisioner.withArray("/environment_vars");
        project.environment().forEach((name, value) -> {
            var variable = Environment.variable(name);
            if (variables.has(variable)) {
                throw Failure.usage(
                        name + " clashes with the Packer project's own variable " + variable, "Choose another name.");
            }
            variables.put(variable, value);
            told.add(name + "={{user `" + variable + "`}}");
        });
        return assembled(variables, fragment.withObject("/builder"), provisioner);
    }

    /** The part of the template that shapes the disk. */
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
