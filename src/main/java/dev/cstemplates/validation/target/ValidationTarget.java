package dev.cstemplates.validation.target;

import dev.cstemplates.core.Accelerator;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A disk and its expected properties.
 *
 * @param disk only read
 * @param format QEMU's name of its format, for example {@code qcow2}
 * @param accelerator for everything that runs the guest's programs
 */
public record ValidationTarget(Path disk, String format, Expectations expected, Accelerator accelerator) {

    /** Time from power-on to an SSH login. */
    public Duration bootLimit() {
        return accelerator == Accelerator.TCG
                ? expected.boot().multipliedBy(expected.emulationFactor())
                : expected.boot();
    }
}
