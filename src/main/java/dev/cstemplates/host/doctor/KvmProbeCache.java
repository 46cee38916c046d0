package dev.cstemplates.host.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Keeps what a probe found, as long as nothing has changed that it depends on. */
record KvmProbeCache(Path file) {

    private static final JsonMapper JSON = JsonMapper.shared();

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
            var entry = JSON.readValue(Files.readString(file), Entry.class);
            return entry != null && circumstances.equals(entry.circumstances())
                    ? Optional.ofNullable(entry.verdict()).filter(verdict -> verdict.accelerator() != null)
                    : Optional.empty();
        } catch (IOException | JacksonException e) {
            return Optional.empty(); // nothing kept, or nothing that can be read: it is only found out again
        }
    }

    /** Keeping is a convenience: a home that can't be written to costs the next run some seconds. */
    void keep(Circumstances circumstances, KvmProbe.Verdict verdict) {
        try {
            var folder = Files.createDirectories(file.toAbsolutePath().getParent());
            var part = Files.createTempFile(folder, "kvm", ".part");
            Files.writeString(part, JSON.writeValueAsString(new Entry(circumstances, verdict)));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            return;
        }
    }
}
