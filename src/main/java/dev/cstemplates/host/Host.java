package dev.cstemplates.host;

import dev.cstemplates.core.Failure;
import dev.cstemplates.host.doctor.FixCommand;
import dev.cstemplates.host.doctor.Tool;
import dev.cstemplates.host.process.Command;
import dev.cstemplates.host.process.SearchPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The machine that cst runs on, as far as its files tell.
 *
 * @param root its root folder; another one than {@code /} only in tests
 * @param path where its programs are
 * @param user who runs cst
 */
public record Host(Path root, SearchPath path, String user) {

    public static Host ofThisProcess() {
        return new Host(Path.of("/"), SearchPath.of(System.getenv()), System.getProperty("user.name", "root"));
    }

    public boolean userIsRoot() {
        return user.equals("root");
    }

    /** The file or folder with absolute name {@code name} ({@code /etc/os-release}). */
    public Path file(String name) {
        return root.resolve(name.startsWith("/") ? name.substring(1) : name);
    }

    /** A file's text without blanks around it; empty where it can't be read. */
    public Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(file(name)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public OsRelease os() {
        return OsRelease.of(this);
    }

    /** A command whose program, and whatever that calls, is looked for on this host's search path. */
    public Command command(List<String> argv) {
        var program = path.find(argv.getFirst()).map(Path::toString).orElse(argv.getFirst());
        var resolved = new ArrayList<>(argv);
        resolved.set(0, program);
        return Command.of(resolved).env("PATH", path.toString());
    }

    public Command command(String... argv) {
        return command(List.of(argv));
    }

    /** The package for this host out of names per package manager. */
    public Optional<String> packageOf(Map<PackageManager, String> names) {
        return os().packageManager().map(names::get);
    }

    /**
     * Makes sure that each of {@code tools} is there; their versions are the doctor's matter.
     *
     * @throws Failure of kind host that names every one that is missing, and the command that installs them
     */
    public void require(Collection<Tool> tools) {
        var missing = tools.stream()
                .filter(tool -> path.find(tool.program()).isEmpty())
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        var names = missing.stream()
                .map(tool -> "'" + tool.program() + "' (for " + tool.purpose() + ")")
                .collect(Collectors.joining(", "));
        throw Failure.host("This host lacks " + names, remedyFor(missing));
    }

    private String remedyFor(List<Tool> missing) {
        var packages = new LinkedHashSet<String>();
        var homeless = new ArrayList<String>();
        for (var tool : missing) {
            packageOf(tool.packages()).ifPresentOrElse(packages::add, () -> homeless.add(tool.program()));
        }
        var steps =
                os().packageManager().map(manager -> manager.install(packages)).orElse(List.of());
        var install =
                steps.isEmpty() ? "" : "Run: " + FixCommand.line(steps, userIsRoot()) + " (or: cst doctor --fix). ";
        var rest = homeless.isEmpty()
                ? ""
                : "Install by hand, " + os().title() + " is not known to have a package: "
                        + String.join(", ", homeless);
        return (install + rest).strip();
    }
}
