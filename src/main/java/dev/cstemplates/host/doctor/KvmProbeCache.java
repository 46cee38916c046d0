package dev.cstemplates.host.doctor;

import dev.cstemplates.core.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Caches the result of a probe until something that it depends on changes. */
record KvmProbeCache(Path file) {

    /**
     * What a verdict depends on.
     *
     * @param bootId changes with every boot
     * @param qemu its file, size and modification time
     */
    record Circumstances(String kernelRelease, String bootId, String cpuModel, String qemu, String guestKernel) {}

    record CachedVerdict(Circumstances circumstances, KvmProbe.Verdict verdict) {}

    Optional<KvmProbe.Verdict> load(Circumstances circumstances) {
        try {
            var entry = JsonFiles.read(file, CachedVerdict.class);
            return circumstances.equals(entry.circumstances())
                    ? Optional.ofNullable(entry.verdict()).filter(verdict -> verdict.accelerator() != null)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not cached, or unreadable: probe again
        }
    }

    /** Saves the result. Best effort: without a cache, the next run takes some seconds longer. */
    void save(Circumstances circumstances, KvmProbe.Verdict verdict) {
        try {
            JsonFiles.write(file, new CachedVerdict(circumstances, verdict));
        } catch (IOException e) {
            return;
        }
    }
}
