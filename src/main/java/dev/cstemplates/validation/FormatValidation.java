package dev.cstemplates.validation;

import dev.cstemplates.core.ByteSize;
import dev.cstemplates.disk.FormatCheck;
import dev.cstemplates.host.process.Processes;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first part of a validation: whether CloudStack's secondary storage takes the file as it is. */
public final class FormatValidation {

    private final FormatCheck check;

    public FormatValidation(Processes processes) {
        this.check = new FormatCheck(processes);
    }

    /**
     * Makes every check that the file's header allows.
     *
     * @param virtualSize expected, null when any will do
     * @param log file that commands and their output are appended to
     */
    public List<Check> run(Path file, @Nullable ByteSize virtualSize, Path log) {
        return check.check(file, virtualSize, log).stream()
                .map(finding -> new Check(
                        finding.id(),
                        finding.title(),
                        "format",
                        finding.isPassed() ? Status.PASS : Status.FAIL,
                        finding.detail()))
                .toList();
    }
}
