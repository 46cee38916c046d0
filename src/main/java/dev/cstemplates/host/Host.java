package dev.cstemplates.host;

import dev.cstemplates.core.Failure;
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
 * The machine that cst runs on: its files, programs and user.
 *
 * @param root its root directory; differs from {@code /} only in tests
 * @param path its search path for programs
 * @param user the user that runs cst
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

    /** The stripped text of a file; empty where it cannot be read. */
    public Optional<String> text(String name) {
        try {
            return Optional.of(Files.readString(file(name)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public OsRelease os() {
        return OsRelease.parse(
                text("/etc/os-release").or(() -> text("/usr/lib/os-release")).orElse(""));
    }

    /** A command that runs with this host's search path. */
    public Command command(List<String> argv) {
        var program = path.find(argv.getFirst()).map(Path::toString).orElse(argv.getFirst());
        var resolved = new ArrayList<>(argv);
        resolved.set(0, program);
        return Command.of(resolved).env("PATH", path.toString());
    }

    public Command command(String... argv) {
        return command(List.of(argv));
    }

    /** This host's package, from names per package manager. */
    public Optional<String> packageOf(Map<PackageManager, String> names) {
        return os().packageManager().map(names::get);
    }

    /** The command line that installs a package, from names per package manager; empty if none is known for this host. */
    public Optional<String> installCommand(Map<PackageManager, String> names) {
        return os().packageManager()
                .flatMap(manager ->
                        packageOf(names).map(name -> FixCommand.line(manager.install(List.of(name)), userIsRoot())));
    }

    /**
     * Makes sure that {@code tools} are installed; the doctor also checks their versions.
     *
     * @throws Failure of kind host that names every missing tool and the command that installs it
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
        throw Failure.host("Missing on this host: " + names, fixFor(missing));
    }

    private String fixFor(List<Tool> missing) {
        var packages = new LinkedHashSet<String>();
        var unpackaged = new ArrayList<String>();
        for (var tool : missing) {
            packageOf(tool.packages()).ifPresentOrElse(packages::add, () -> unpackaged.add(tool.program()));
        }
        var steps =
                os().packageManager().map(manager -> manager.install(packages)).orElse(List.of());
        var install =
                steps.isEmpty() ? "" : "Run: " + FixCommand.line(steps, userIsRoot()) + " (or: cst doctor --fix). ";
        var rest = unpackaged.isEmpty()
                ? ""
                : "Install by hand (no known package for " + os().title() + "): " + String.join(", ", unpackaged);
        return (install + rest).strip();
    }
}
