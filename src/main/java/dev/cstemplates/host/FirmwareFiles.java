package dev.cstemplates.host;

import dev.cstemplates.core.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * UEFI firmware for guests.
 *
 * @param code read-only, shared by guests
 * @param variables to be copied for each guest
 */
public record FirmwareFiles(Path code, Path variables) {

    private record Place(Architecture architecture, String code, String variables) {}

    /** Where Debian and Ubuntu, Fedora and its kin, and SUSE put them; images of 4 MiB first, because all have them. */
    private static final List<Place> PLACES = List.of(
            new Place(Architecture.X86_64, "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            new Place(Architecture.X86_64, "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            new Place(Architecture.X86_64, "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
            new Place(
                    Architecture.X86_64,
                    "/usr/share/qemu/ovmf-x86_64-4m-code.bin",
                    "/usr/share/qemu/ovmf-x86_64-4m-vars.bin"),
            new Place(
                    Architecture.X86_64,
                    "/usr/share/qemu/ovmf-x86_64-code.bin",
                    "/usr/share/qemu/ovmf-x86_64-vars.bin"),
            new Place(Architecture.AARCH64, "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"),
            new Place(
                    Architecture.AARCH64,
                    "/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw",
                    "/usr/share/edk2/aarch64/vars-template-pflash.raw"),
            new Place(
                    Architecture.AARCH64,
                    "/usr/share/qemu/aavmf-aarch64-code.bin",
                    "/usr/share/qemu/aavmf-aarch64-vars.bin"));

    /** The firmware that {@code host} has for guests of {@code architecture}. */
    public static Optional<FirmwareFiles> find(Host host, Architecture architecture) {
        return PLACES.stream()
                .filter(place -> place.architecture() == architecture)
                .map(place -> new FirmwareFiles(host.file(place.code()), host.file(place.variables())))
                .filter(files -> Files.isReadable(files.code()) && Files.isReadable(files.variables()))
                .findFirst();
    }
}
