package dev.cstemplates.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the doctor says about one thing.
 *
 * @param name of the thing: a program, a file, a capability
 * @param purpose what it is for
 * @param found version or value, or why it does not do; never empty
 * @param packageName package that mends it, together with all others
 * @param steps commands that mend it, after the packages are there
 * @param advice what to do where no command can
 * @param isMendedUnasked whether {@code --fix} takes care of it
 */
public record Finding(
        String name,
        String purpose,
        Status status,
        String found,
        Optional<String> packageName,
        List<MendingStep> steps,
        String advice,
        boolean isMendedUnasked) {

    /** How bad it is. */
    public enum Status {
        OK,
        /** Something is slower, or can't be built or checked. */
        WARN,
        /** No template can be built. */
        MISSING;

        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Finding {
        steps = List.copyOf(steps);
    }

    static Finding ok(String name, String purpose, String found) {
        return new Finding(name, purpose, Status.OK, found, Optional.empty(), List.of(), "", false);
    }

    /** A problem that nothing mends yet: {@link #mendedBy} and {@link #advising} say what does. */
    static Finding problem(String name, String purpose, Status status, String found) {
        return new Finding(name, purpose, status, found, Optional.empty(), List.of(), "", true);
    }

    Finding mendedBy(Optional<String> packageToInstall) {
        return new Finding(name, purpose, status, found, packageToInstall, steps, advice, isMendedUnasked);
    }

    Finding mendedBy(MendingStep... commands) {
        return new Finding(name, purpose, status, found, packageName, List.of(commands), advice, isMendedUnasked);
    }

    Finding advising(String text) {
        return new Finding(name, purpose, status, found, packageName, steps, text, isMendedUnasked);
    }

    /** The same, but {@code --fix} leaves it alone. */
    Finding onlyWhenAsked() {
        return new Finding(name, purpose, status, found, packageName, steps, advice, false);
    }

    /** What to type or do about it for one who is root or is not; empty where all is well or nothing is known to help. */
    public String remedy(Host host) {
        var install = host.os()
                .packageManager()
                .map(manager -> manager.install(packageName.stream().toList()))
                .orElse(List.of());
        var all = new ArrayList<>(install);
        all.addAll(steps);
        return all.isEmpty() ? advice : MendingStep.line(all, host.userIsRoot());
    }
}
