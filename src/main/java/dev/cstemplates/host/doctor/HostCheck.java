package dev.cstemplates.host.doctor;

import dev.cstemplates.core.CheckResult;
import dev.cstemplates.core.CheckResult.Status;
import dev.cstemplates.host.FixCommand;
import dev.cstemplates.host.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The result of one check of this host, and how to fix it.
 *
 * @param result its id is the name of what was checked (a program, a file, a capability), its title what that is for, its detail the
 *     version or value that was found
 * @param packageName package that fixes it; all packages are installed together
 * @param commands commands that fix it, run after the packages are installed
 * @param isFixedByDefault whether {@code --fix} handles it
 */
public record HostCheck(
        CheckResult result, Optional<String> packageName, List<FixCommand> commands, boolean isFixedByDefault) {

    public HostCheck {
        commands = List.copyOf(commands);
    }

    static HostCheck passed(String name, String purpose, String found) {
        return new HostCheck(new CheckResult(name, purpose, Status.PASSED, found), Optional.empty(), List.of(), false);
    }

    /** Templates cannot be built. */
    static HostCheck missing(String name, String purpose, String found) {
        return problem(name, purpose, Status.FAILED, found);
    }

    /** Something is slower, or cannot be built or checked. */
    static HostCheck warning(String name, String purpose, String found) {
        return problem(name, purpose, Status.WARNING, found);
    }

    /** A problem without a fix; add one with {@link #fixedBy} or {@link #advising}. */
    static HostCheck problem(String name, String purpose, Status status, String found) {
        return new HostCheck(new CheckResult(name, purpose, status, found), Optional.empty(), List.of(), true);
    }

    HostCheck fixedBy(Optional<String> packageToInstall) {
        return new HostCheck(result, packageToInstall, commands, isFixedByDefault);
    }

    HostCheck fixedBy(List<FixCommand> fixes) {
        return new HostCheck(result, packageName, fixes, isFixedByDefault);
    }

    HostCheck fixedBy(FixCommand fix) {
        return fixedBy(List.of(fix));
    }

    /** Advice for problems that no command can fix. */
    HostCheck advising(String text) {
        return new HostCheck(
                new CheckResult(result.id(), result.title(), result.status(), result.detail(), text),
                packageName,
                commands,
                isFixedByDefault);
    }

    /** The same result, ignored by {@code --fix}. */
    HostCheck notFixedByDefault() {
        return new HostCheck(result, packageName, commands, false);
    }

    /** The command line that fixes it, else advice; empty if the check passed or no fix is known. */
    public String fix(Host host) {
        if (result.isPassed()) {
            return "";
        }
        var all = new ArrayList<FixCommand>();
        host.os()
                .packageManager()
                .ifPresent(manager ->
                        all.addAll(manager.install(packageName.stream().toList())));
        all.addAll(commands);
        return all.isEmpty() ? result.fix() : FixCommand.line(all, host.userIsRoot());
    }
}
