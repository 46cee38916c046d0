package dev.cstemplates.host;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * UEFI firmware for guests. This is the only list of the paths used by distributions: the doctor, booted guests and Packer projects all use it.
 *
 * @param code read-only, shared by guests
 * @param variables template of an empty variable store; a guest gets its own copy
 */
public record FirmwareFiles(Path code, Path variables) {

    private record Location(Architecture architecture, String code, String variables) {}

    /** Debian and Ubuntu, Fedora and Enterprise Linux, SUSE; images of 4 MiB first, because newer releases ship no others. */
    private static final List<Location> LOCATIONS = List.of(
            x86("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            x86("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            x86("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
            x86("/usr/share/qemu/ovmf-x86_64-4m-code.bin", "/usr/share/qemu/ovmf-x86_64-4m-vars.bin"),
            x86("/usr/share/qemu/ovmf-x86_64-code.bin", "/usr/share/qemu/ovmf-x86_64-vars.bin"),
            arm("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"),
            // Fedora's other build logs to the serial console, which would look like a guest at work.
            arm(
                    "/usr/share/edk2/aarch64/QEMU_EFI-silent-pflash.raw",
                    "/usr/share/edk2/aarch64/vars-template-pflash.raw"),
            arm("/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw", "/usr/share/edk2/aarch64/vars-template-pflash.raw"),
            arm("/usr/share/qemu/aavmf-aarch64-code.bin", "/usr/share/qemu/aavmf-aarch64-vars.bin"));

    private static Location x86(String code, String variables) {
        return new Location(Architecture.X86_64, code, variables);
    }

    private static Location arm(String code, String variables) {
        return new Location(Architecture.AARCH64, code, variables);
    }

    /** The firmware installed on {@code host} for guests of {@code architecture}. */
    public static Optional<FirmwareFiles> find(Host host, Architecture architecture) {
        return LOCATIONS.stream()
                .filter(location -> location.architecture() == architecture)
                .map(location -> new FirmwareFiles(host.file(location.code()), host.file(location.variables())))
                .filter(files -> Files.isReadable(files.code()) && Files.isReadable(files.variables()))
                .findFirst();
    }

    /** As {@link #find}; a {@link Failure} of kind host, with the command that installs it, if none is installed. */
    public static FirmwareFiles require(Host host, Architecture architecture) {
        return find(host, architecture)
                .orElseThrow(() -> Failure.host(
                        "UEFI firmware for " + architecture.id() + " guests is not installed",
                        host.installCommand(packages(architecture))
                                .map(command -> "Run: " + command)
                                .orElse("Install OVMF or AAVMF (edk2) from your distribution.")));
    }

    /** Where Debian and Ubuntu install the code: the default of a Packer project rendered on a host without firmware. */
    public static Path usualCode(Architecture architecture) {
        return LOCATIONS.stream()
                .filter(location -> location.architecture() == architecture)
                .map(location -> Path.of(location.code()))
                .findFirst()
                .orElseThrow();
    }

    /** Packages that contain it. */
    public static Map<PackageManager, String> packages(Architecture architecture) {
        return switch (architecture) {
            case X86_64 ->
                Map.of(
                        PackageManager.APT, "ovmf",
                        PackageManager.DNF, "edk2-ovmf",
                        PackageManager.ZYPPER, "qemu-ovmf-x86_64");
            case AARCH64 ->
                Map.of(
                        PackageManager.APT, "qemu-efi-aarch64",
                        PackageManager.DNF, "edk2-aarch64",
                        PackageManager.ZYPPER, "qemu-uefi-aarch64");
        };
    }

    /** The same firmware with an empty variable store of its own in {@code folder}. */
    public FirmwareFiles withOwnVariables(Path folder) {
        var own = folder.resolve("uefi-variables.fd");
        try {
            Files.deleteIfExists(own);
            // Not Files.copy: the copy of a read-only file would be read-only.
            Files.write(own, Files.readAllBytes(variables));
        } catch (IOException e) {
            throw Failure.host(
                            "Cannot write the UEFI variable store " + own + ": " + e,
                            "Check free disk space and the folder's permissions.")
                    .because(e);
        }
        return new FirmwareFiles(code, own);
    }
}
