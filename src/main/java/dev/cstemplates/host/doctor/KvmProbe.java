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
 * Finds out whether guests can run under KVM here.
 *
 * <p>The device opens, and firmware runs, on machines where every kernel hangs (seen under nested virtualisation). So KVM is trusted
 * only after one of this host's own kernels has come up under it far enough to miss its root file system.
 */
public final class KvmProbe {

    /**
     * What was found.
     *
     * @param reason why, for people; empty where KVM works
     * @param remedy what may change that, or empty
     */
    public record Verdict(Accelerator accelerator, String reason, String remedy) {}

    /** A kernel that works prints its first line within a second. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private final Host host;
    private final Processes processes;
    private final KvmProbeCache memory;
    private final Duration limit;
    private final AtomicReference<@Nullable Verdict> known = new AtomicReference<>();
    private final AtomicBoolean wasSaid = new AtomicBoolean();

    /** Keeps what it found in {@code home}, until the machine is started again or its kernel, QEMU or processor changes. */
    public KvmProbe(Host host, Processes processes, CstHome home, Duration limit) {
        this.host = host;
        this.processes = processes;
        this.memory = new KvmProbeCache(home.host().resolve("kvm.json"));
        this.limit = limit;
    }

    /** What runs guests of {@code architecture}; tells {@code notices}, once per process, why it is not KVM. */
    public Accelerator accelerator(Architecture architecture, Consumer<String> notices) {
        if (architecture != Architecture.ofThisHost()) {
            return Accelerator.TCG;
        }
        var verdict = verdict();
        if (verdict.accelerator() == Accelerator.TCG && wasSaid.compareAndSet(false, true)) {
            notices.accept("Guests run by software emulation, several times slower: " + verdict.reason()
                    + (verdict.remedy().isEmpty() ? "" : " " + verdict.remedy()));
        }
        return verdict.accelerator();
    }

    /**
     * Probes at the first call, which can take as long as the limit. What keeps it from probing is looked at by every call, for it
     * can be mended meanwhile.
     */
    public synchronized Verdict verdict() {
        var before = known.get();
        if (before != null) {
            return before;
        }
        return unusable().orElseGet(this::rememberedOrProbed);
    }

    /** What can be said without starting anything. */
    private Optional<Verdict> unusable() {
        var device = host.file("/dev/kvm");
        if (!Files.exists(device)) {
            return Optional.of(
                    emulate(
                            "/dev/kvm is missing.",
                            "Switch virtualisation on in the firmware, or nested virtualisation for this machine, and load kvm_intel or kvm_amd."));
        }
        try (var opened = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return opened.isOpen() ? Optional.empty() : Optional.of(emulate("/dev/kvm does not open.", ""));
        } catch (AccessDeniedException e) {
            return Optional.of(emulate(
                    "/dev/kvm is not permitted to " + host.user() + ".",
                    "Add yourself to its group and log in again: sudo usermod -aG kvm " + host.user()));
        } catch (IOException e) {
            return Optional.of(emulate("/dev/kvm does not open: " + e.getMessage() + ".", ""));
        }
    }

    private Verdict rememberedOrProbed() {
        var qemu = GuestKernel.emulator(Architecture.ofThisHost());
        var program = host.path().find(qemu);
        if (program.isEmpty()) {
            return emulate("'" + qemu + "' is not installed, so KVM could not be tried.", "Run: cst doctor --fix");
        }
        var kernel = GuestKernel.find(host);
        if (kernel.isEmpty()) {
            return emulate(
                    "there is no readable Linux kernel in /boot to try KVM with.",
                    "Run 'cst doctor' to see what mends that.");
        }
        var circumstances = new KvmProbeCache.Circumstances(
                host.text("/proc/sys/kernel/osrelease").orElse(""),
                host.text("/proc/sys/kernel/random/boot_id").orElse(""),
                HostFacts.of(host).cpuModel(),
                stamp(program.get()),
                kernel.get().toString());
        var verdict = memory.recall(circumstances).orElseGet(() -> {
            var found = probe(qemu, kernel.get());
            memory.keep(circumstances, found);
            return found;
        });
        known.set(verdict);
        return verdict;
    }

    /** Tells one QEMU from another without starting it, which every build would have to wait for. */
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
        var said = "";
        try {
            var result = processes.run(host.command(GuestKernel.boot(qemu, Architecture.ofThisHost(), kernel))
                    .timeout(limit)
                    .onLine(console));
            said = result.tail();
        } catch (Failure failure) {
            if (failure.kind() == Failure.Kind.CANCELLED) {
                throw failure;
            }
            // It ran into the limit: the console tells how far it came.
        }
        if (console.ran()) {
            return new Verdict(Accelerator.KVM, "", "");
        }
        if (console.spoke()) {
            return emulate("a Linux kernel starts under KVM, but hangs before it has come up.", "");
        }
        return said.isEmpty() || console.firmwareSpoke()
                ? emulate("firmware runs under KVM but no Linux kernel does.", "")
                : emulate(
                        "QEMU can't use KVM ("
                                + List.of(said.split("\n", -1)).getLast().strip() + ").",
                        "");
    }

    private static Verdict emulate(String reason, String remedy) {
        return new Verdict(Accelerator.TCG, reason, remedy);
    }
}
