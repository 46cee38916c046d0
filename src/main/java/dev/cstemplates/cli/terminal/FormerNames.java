/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.terminal;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Keeps the deprecated names of options and commands working: hidden from the help, with a warning that names the replacement. */
public final class FormerNames {

    private final CommandLine root;
    private final Map<ArgSpec, String> options = new HashMap<>();
    private final Map<CommandSpec, String> commands = new HashMap<>();

    private FormerNames(CommandLine root) {
        this.root = root;
    }

    /** Adds the hidden names that {@link FormerName} declares anywhere below {@code root}. Call it when all commands are added. */
    public static void addTo(CommandLine root) {
        var names = new FormerNames(root);
        names.addBelow(root);
        root.setExecutionStrategy(parsed -> {
            names.warn(parsed);
            return new RunLast().execute(parsed);
        });
    }

    private void addBelow(CommandLine command) {
        for (var subcommand : List.copyOf(command.getSubcommands().values())) {
            addBelow(subcommand);
            formerName(subcommand.getCommandSpec().userObject().getClass())
                    .filter(name -> !root.getSubcommands().containsKey(name))
                    .ifPresent(name -> addHiddenCommand(name, subcommand.getCommandSpec()));
        }
        addHiddenOptions(command.getCommandSpec());
    }

    private void addHiddenOptions(CommandSpec command) {
        for (var option : List.copyOf(command.options())) {
            if (option.userObject() instanceof AnnotatedElement field) {
                formerName(field).ifPresent(name -> {
                    if (option.defaultValue() != null) {
                        throw new IllegalStateException(option.longestName() + ": the default would overwrite " + name
                                + "; initialize the field");
                    }
                    // A copy has the same setter: both names set the same field.
                    var hidden = OptionSpec.builder(option)
                            .names(name)
                            .hidden(true)
                            .required(false)
                            .build();
                    command.addOption(hidden);
                    options.put(hidden, option.longestName());
                });
            }
        }
    }

    private void addHiddenCommand(String name, CommandSpec current) {
        var hidden = new CommandLine(current.userObject());
        hidden.getCommandSpec().usageMessage().hidden(true);
        addHiddenOptions(hidden.getCommandSpec());
        commands.put(hidden.getCommandSpec(), current.qualifiedName());
        root.addSubcommand(name, hidden);
    }

    private static Optional<String> formerName(AnnotatedElement element) {
        return Optional.ofNullable(element.getAnnotation(FormerName.class)).map(FormerName::value);
    }

    private void warn(ParseResult parsed) {
        var warnings = new ArrayList<String>();
        for (var command : parsed.asCommandLineList()) {
            var replacement = commands.get(command.getCommandSpec());
            if (replacement != null) {
                warnings.add(warning(command.getCommandSpec().qualifiedName(), replacement));
            }
            command.getParseResult().matchedOptions().forEach(option -> {
                if (options.containsKey(option)) {
                    warnings.add(warning(option.longestName(), String.valueOf(options.get(option))));
                }
            });
        }
        warnings.forEach(root.getErr()::println);
    }

    private static String warning(String former, String current) {
        return "warning: '%s' is deprecated and will be removed; use '%s'".formatted(former, current);
    }
}
