package dev.cstemplates.host.doctor;

import dev.cstemplates.core.Accelerator;
import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.CstHome;
import dev.cstemplates.core.Failure;
import dev.cstemplates.host.GuestKernel;
import dev.cstemplates.host.Host;
import dev.cstemplates.host.HostFacts;
import dev.cstemplates.host.process.Processes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether guests can run under KVM on this host.
 *
 * <p>On some machines the device opens and firmware runs, but every kernel hangs (seen under nested virtualisation). So KVM is
 * used only after one of this host's own kernels has booted under it as far as mounting its root file system.
 */
public final class KvmProbe {

    /**
     * The result of the probe.
     *
     * @param reason why KVM is not used; empty where it works
     * @param remedy how to fix that; may be empty
     */
    public record Verdict(Accelerator accelerator, String reason, String remedy) {}

    /** A working kernel prints its first line within a second. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private final Host host;
    private final Processes processes;
    private final KvmProbeCache cache;
    private final Duration limit;
    private final AtomicReference<@Nullable Verdict> known = new AtomicReference<>();
    private final AtomicBoolean wasReported = new AtomicBoolean();

    /** Caches the result in {@code home} until the machine reboots or its kernel, QEMU or processor changes. */
    public KvmProbe(Host host, Processes processes, CstHome home, Duration limit) {
        this.host = host;
        this.processes = processes;
        this.cache = new KvmProbeCache(home.host().resolve("kvm.json"));
        this.limit = limit;
    }

    /** The accelerator for guests of {@code architecture}; reports to {@code notices}, once per process, why it is not KVM. */
    public Accelerator accelerator(Architecture architecture, Consumer<String> notices) {
        if (architecture != Architecture.ofThisHost()) {
            return Accelerator.TCG;
        }
        var verdict = verdict();
        if (verdict.accelerator() == Accelerator.TCG && wasReported.compareAndSet(false, true)) {
            notices.accept("Guests run under software emulation, several times slower: " + verdict.reason()
                    + (verdict.remedy().isEmpty() ? "" : " " + verdict.remedy()));
        }
        return verdict.accelerator();
    }

    /**
     * Probes at the first call, which can take as long as the limit. What prevents a probe is checked again by every call, because
     * the user may have fixed it.
     */
    public synchronized Verdict verdict() {
        var before = known.get();
        if (before != null) {
            return before;
        }
        return unusable().orElseGet(this::cachedOrProbed);
    }

    /** Why KVM cannot be probed at all. */
    private Optional<Verdict> unusable() {
        var device = host.file("/dev/kvm");
        if (!Files.exists(device)) {
            return Optional.of(emulate(
                    "/dev/kvm is missing.",
                    "Enable virtualisation in the firmware, or nested virtualisation for this machine, and"
                            + " load kvm_intel or kvm_amd."));
        }
        try (var opened = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return opened.isOpen() ? Optional.empty() : Optional.of(emulate("Cannot open /dev/kvm.", ""));
        } catch (AccessDeniedException e) {
            return Optional.of(emulate(
                    host.user() + " has no permission to use /dev/kvm.",
                    "Add the user to its group and log in again: sudo usermod -aG kvm " + host.user()));
        } catch (IOException e) {
            return Optional.of(emulate("Cannot open /dev/kvm: " + e.getMessage() + ".", ""));
        }
    }

    private Verdict cachedOrProbed() {
        var qemu = GuestKernel.emulator(Architecture.ofThisHost());
        var program = host.path().find(qemu);
        if (program.isEmpty()) {
            return emulate("'" + qemu + "' is not installed, so KVM could not be probed.", "Run: cst doctor --fix");
        }
        var kernel = GuestKernel.find(host);
        if (kernel.isEmpty()) {
            return emulate(
                    "No Linux kernel in /boot is readable, so KVM could not be probed.",
                    "Run 'cst doctor' to see the fix.");
        }
        var circumstances = new KvmProbeCache.Circumstances(
                host.text("/proc/sys/kernel/osrelease").orElse(""),
                host.text("/proc/sys/kernel/random/boot_id").orElse(""),
                HostFacts.of(host).cpuModel(),
                stamp(program.get()),
                kernel.get().toString());
        var verdict = cache.load(circumstances).orElseGet(() -> {
            var found = probe(qemu, kernel.get());
            cache.save(circumstances, found);
            return found;
        });
        known.set(verdict);
        return verdict;
    }

    /** Identifies a QEMU without starting it, which would delay every build. */
    private static String stamp(Path program) {
        try {
            return "%s, %d bytes, %s"
                    .formatted(program.toRealPath(), Files.size(program), Files.getLastModifiedTime(program));
        } catch (IOException e) {
            return program.toString();
        }
    }

    private Verdict probe(String qemu, Path kernel) {
        var console = new GuestKernel.Console();
        var output = "";
        try {
            var result = processes.run(host.command(GuestKernel.boot(qemu, Architecture.ofThisHost(), kernel))
                    .timeout(limit)
                    .onLine(console));
            output = result.tail();
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            // It timed out: the console shows how far it got.
        }
        if (console.booted()) {
            return new Verdict(Accelerator.KVM, "", "");
        }
        if (console.started()) {
            return emulate("A Linux kernel starts under KVM, but hangs while booting.", "");
        }
        return output.isEmpty() || console.firmwareStarted()
                ? emulate("Firmware runs under KVM, but no Linux kernel does.", "")
                : emulate(
                        "QEMU cannot use KVM ("
                                + List.of(output.split("\n", -1)).getLast().strip() + ").",
                        "");
    }

    private static Verdict emulate(String reason, String remedy) {
        return new Verdict(Accelerator.TCG, reason, remedy);
    }
}
