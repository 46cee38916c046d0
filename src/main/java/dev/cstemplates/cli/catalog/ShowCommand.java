/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.cli.catalog;

import dev.cstemplates.catalog.Bootstrap;
import dev.cstemplates.catalog.Catalog;
import dev.cstemplates.catalog.Definition;
import dev.cstemplates.catalog.Media;
import dev.cstemplates.catalog.Source;
import dev.cstemplates.cli.terminal.Output;
import dev.cstemplates.media.Selection;
import dev.cstemplates.media.Signature;
import dev.cstemplates.media.SigningKey;
import dev.cstemplates.packer.answers.PackageRepository;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cst show}. */
@Command(
        name = "show",
        description = {
            "Shows a template definition: its sources, packages and settings.",
            "--json prints the whole definition, including everything it inherits; specs/definitions.md documents it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cst show debian-12                             as text",
            "  cst show debian-12 --json | jq -r .packages[]  for scripts"
        })
public final class ShowCommand implements Callable<Integer> {

    private final Output output;
    private final Supplier<Catalog> catalog;
    private final Clock clock;

    @Parameters(paramLabel = "ID", description = "One of 'cst list'.")
    private String id = "";

    @Option(names = "--json", description = "Print the whole definition.")
    private boolean json;

    public ShowCommand(Output output, Supplier<Catalog> catalog, Clock clock) {
        this.output = output;
        this.catalog = catalog;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        var entry = catalog.get().entry(id);
        if (json) {
            output.json(entry.document());
        } else {
            output.facts(facts(entry));
        }
        entry.definition().supportWarning(LocalDate.now(clock)).ifPresent(output::warning);
        return 0;
    }

    private static List<List<String>> facts(Catalog.Entry entry) {
        var definition = entry.definition();
        var guest = definition.guest();
        var machine = definition.machine();
        var facts = new ArrayList<List<String>>();
        facts.add(List.of("id", definition.id()));
        facts.add(List.of("title", definition.title()));
        facts.add(List.of("security until", definition.eol().toString()));
        facts.add(List.of(
                "sources",
                definition.sources().stream().map(Source::id).collect(Collectors.joining(", else --source "))));
        definition
                .architectures()
                .forEach((architecture, target) -> facts.add(List.of(architecture.id(), describe(target))));
        definition.architectures().forEach((architecture, target) -> {
            media("iso " + architecture.id(), target.iso(), facts);
            media("image " + architecture.id(), target.image(), facts);
        });
        var installer = definition.installer();
        if (installer != null) {
            facts.add(List.of(
                    "installer",
                    installer.kind().id() + ", up to " + installer.limit().toMinutes() + " minutes"));
        }
        bootstrap(definition, facts);
        facts.add(List.of("packages", String.join(", ", definition.packages())));
        facts.add(List.of("disk", machine.disk() + ", grows to the instance's root disk on first boot"));
        facts.add(List.of(
                "default user", guest.defaultUser() + (guest.passwordEnabled() ? ", key or password" : ", key only")));
        facts.add(List.of("locale, time", guest.locale() + ", " + guest.timezone()));
        definition
                .variants()
                .forEach((hypervisor, variant) -> facts.add(List.of(
                        hypervisor.id(), "cloud-init datasources " + String.join(", ", variant.datasources()))));
        facts.add(List.of(
                "CloudStack OS", String.join(", else ", definition.cloudstack().guestOs())));
        facts.add(List.of("built with", machine.cpus() + " processors, " + machine.memory() + " memory"));
        facts.add(List.of("files", String.join(", ", entry.files())));
        return facts;
    }

    private static void bootstrap(Definition definition, List<List<String>> facts) {
        switch (definition.bootstrap()) {
            case null -> {}
            case Bootstrap.Apt apt -> facts.add(List.of("bootstrap", apt.suite() + " from " + apt.mirror()));
            case Bootstrap.Rpm rpm ->
                facts.add(List.of(
                        "bootstrap",
                        rpm.repositories().stream().map(PackageRepository::name).collect(Collectors.joining(", "))
                                + " from " + rpm.mirror() + ", packages "
                                + signers(rpm.keys())));
        }
    }

    private static void media(String name, @Nullable Media media, List<List<String>> facts) {
        switch (media) {
            case null -> {}
            case Media.Local local ->
                facts.add(List.of(
                        name, "requires an account with the vendor: download it and pass --iso FILE --sha256 HEX"));
            case Media.Published(var source, var _) ->
                facts.add(List.of(
                        name,
                        switch (source.selection()) {
                                    case Selection.Newest(var names) ->
                                        names.pattern().replace("\\", "");
                                    case Selection.Named named -> named.fileName();
                                    case Selection.Pinned pinned -> pinned.fileName();
                                }
                                + " from " + source.mirrors().getFirst().locate("")
                                + ", " + proof(source.checksums().orElseThrow().signature())));
        }
    }

    private static String proof(Signature signature) {
        return signature instanceof Signature.None(var reason) ? "unsigned: " + reason : signers(signature.keys());
    }

    private static String signers(List<SigningKey> keys) {
        return keys.stream()
                .map(key -> key.name() + " (" + key.fingerprint() + ")")
                .collect(Collectors.joining(" or ", "signed by ", ""));
    }

    private static String describe(Definition.Target target) {
        return target.cpu() + " or better, " + target.kernelPackage()
                + (target.packages().isEmpty() ? "" : ", " + String.join(", ", target.packages()));
    }
}
