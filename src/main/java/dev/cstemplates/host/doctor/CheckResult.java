package dev.cstemplates.host.doctor;

import dev.cstemplates.host.Host;
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
public record CheckResult(
        String name,
        String purpose,
        Status status,
        String found,
        Optional<String> packageName,
        List<FixCommand> steps,
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

    public CheckResult {
        steps = List.copyOf(steps);
    }

    static CheckResult ok(String name, String purpose, String found) {
        return new CheckResult(name, purpose, Status.OK, found, Optional.empty(), List.of(), "", false);
    }

    /** A problem that nothing mends yet: {@link #mendedBy} and {@link #advising} say what does. */
    static CheckResult problem(String name, String purpose, Status status, String found) {
        return new CheckResult(name, purpose, status, found, Optional.empty(), List.of(), "", true);
    }

    CheckResult mendedBy(Optional<String> packageToInstall) {
        return new CheckResult(name, purpose, status, found, packageToInstall, steps, advice, isMendedUnasked);
    }

    CheckResult mendedBy(FixCommand... commands) {
        return new CheckResult(name, purpose, status, found, packageName, List.of(commands), advice, isMendedUnasked);
    }

    CheckResult advising(String text) {
        return new CheckResult(name, purpose, status, found, packageName, steps, text, isMendedUnasked);
    }

    /** The same, but {@code --fix} leaves it alone. */
    CheckResult onlyWhenAsked() {
        return new CheckResult(name, purpose, status, found, packageName, steps, advice, false);
    }

    /** What to type or do about it for one who is root or is not; empty where all is well or nothing is known to help. */
    public String remedy(Host host) {
        var install = host.os()
                .packageManager()
                .map(manager -> manager.install(packageName.stream().toList()))
                .orElse(List.of());
        var all = new ArrayList<>(install);
        all.addAll(steps);
        return all.isEmpty() ? advice : FixCommand.line(all, host.userIsRoot());
    }
}
