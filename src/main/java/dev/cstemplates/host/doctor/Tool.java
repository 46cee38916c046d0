package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Version;
import dev.cstemplates.host.PackageManager;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An external program that this tool calls.
 *
 * @param program its name on the search path
 * @param purpose what it is for, as it reads after "for"
 * @param need what is impossible without it
 * @param versionArguments make it print its version; empty where the version does not matter
 * @param minimum the oldest version that works; null when any does
 * @param packages name of the package that holds it, per package manager; none where the distribution has no such package
 */
public record Tool(
        String program,
        String purpose,
        Need need,
        List<String> versionArguments,
        @Nullable Version minimum,
        Map<PackageManager, String> packages) {

    /** What is impossible without a tool. */
    public enum Need {
        /** Building a template. */
        REQUIRED,
        /** A check, a test, or one family's builds; all others work without it. */
        RECOMMENDED,
        /** Targets that only some people have: nothing installs it unasked. */
        OPTIONAL
    }

    /** The same where nothing can be built without it. */
    Tool required() {
        return new Tool(program, purpose, Need.REQUIRED, versionArguments, minimum, packages);
    }

    public Tool {
        versionArguments = List.copyOf(versionArguments);
        packages = Map.copyOf(packages);
    }
}
