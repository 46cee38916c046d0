package dev.cstemplates.host.doctor;

import dev.cstemplates.core.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps what a probe found, as long as nothing has changed that it depends on. */
record KvmProbeCache(Path file) {

    /**
     * What a verdict depends on.
     *
     * @param bootId changes with every start of the machine
     * @param qemu its file, and what changes with its content
     */
    record Circumstances(String kernelRelease, String bootId, String cpuModel, String qemu, String guestKernel) {}

    record Entry(Circumstances circumstances, KvmProbe.Verdict verdict) {}

    Optional<KvmProbe.Verdict> recall(Circumstances circumstances) {
        try {
            var entry = JsonFiles.read(file, Entry.class);
            return circumstances.equals(entry.circumstances())
                    ? Optional.ofNullable(entry.verdict()).filter(verdict -> verdict.accelerator() != null)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // nothing kept, or nothing that can be read: it is only found out again
        }
    }

    /** Keeping is a convenience: a home that can't be written to costs the next run some seconds. */
    void keep(Circumstances circumstances, KvmProbe.Verdict verdict) {
        try {
            JsonFiles.write(file, new Entry(circumstances, verdict));
        } catch (IOException e) {
            return;
        }
    }
}
