package dev.cstemplates.host.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Caches the result of a probe as long as nothing that it depends on changes. */
record KvmProbeCache(Path file) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /**
     * What a verdict depends on.
     *
     * @param bootId changes with every boot
     * @param qemu its file, size and modification time
     */
    record Circumstances(String kernelRelease, String bootId, String cpuModel, String qemu, String guestKernel) {}

    record CachedVerdict(Circumstances circumstances, KvmProbe.Verdict verdict) {}

    Optional<KvmProbe.Verdict> recall(Circumstances circumstances) {
        try {
            var entry = JSON.readValue(Files.readString(file), CachedVerdict.class);
            return entry != null && circumstances.equals(entry.circumstances())
                    ? Optional.ofNullable(entry.verdict()).filter(verdict -> verdict.accelerator() != null)
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty(); // not cached, or unreadable: probe again
        }
    }

    /** Saves the result. Best effort: without a cache, the next run takes some seconds longer. */
    void keep(Circumstances circumstances, KvmProbe.Verdict verdict) {
        try {
            var folder = Files.createDirectories(file.toAbsolutePath().getParent());
            var part = Files.createTempFile(folder, "kvm", ".part");
            Files.writeString(part, JSON.writeValueAsString(new CachedVerdict(circumstances, verdict)));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return;
        }
    }
}
