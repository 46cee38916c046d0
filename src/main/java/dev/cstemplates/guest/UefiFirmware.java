package dev.cstemplates.guest;

import dev.cstemplates.core.Architecture;
import dev.cstemplates.core.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * UEFI firmware for guests, as distributions package it.
 *
 * @param code read-only, shared
 * @param variables template of an empty variable store; a guest gets its own copy
 */
record UefiFirmware(Path code, Path variables) {

    private static final List<UefiFirmware> X86_64 = List.of(
            // Debian, Ubuntu
            of("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            of("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            // Fedora, Enterprise Linux
            of("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
            // SUSE
            of("/usr/share/qemu/ovmf-x86_64-4m-code.bin", "/usr/share/qemu/ovmf-x86_64-4m-vars.bin"),
            of("/usr/share/qemu/ovmf-x86_64-code.bin", "/usr/share/qemu/ovmf-x86_64-vars.bin"));

    private static final List<UefiFirmware> AARCH64 = List.of(
            of("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"),
            of(
                    "/usr/share/edk2/aarch64/QEMU_EFI-silent-pflash.raw",
                    "/usr/share/edk2/aarch64/vars-template-pflash.raw"),
            of("/usr/share/qemu/aavmf-aarch64-code.bin", "/usr/share/qemu/aavmf-aarch64-vars.bin"));

    static UefiFirmware find(Architecture architecture) {
        var known = switch (architecture) {
            case X86_64 -> X86_64;
            case AARCH64 -> AARCH64;
        };
        return known.stream()
                .filter(each -> Files.isReadable(each.code) && Files.isReadable(each.variables))
                .findFirst()
                .orElseThrow(() -> Failure.host(
                        "This host has no UEFI firmware for " + architecture.id() + " guests; looked for "
                                + known.stream()
                                        .map(each -> each.code.toString())
                                        .toList(),
                        switch (architecture) {
                            case X86_64 ->
                                "Install it: apt-get install ovmf, or dnf install edk2-ovmf, or zypper install qemu-ovmf-x86_64.";
                            case AARCH64 ->
                                "Install it: apt-get install qemu-efi-aarch64, or dnf install edk2-aarch64, or zypper install qemu-uefi-aarch64.";
                        }));
    }

    /** The same firmware with a variable store of its own, empty, in {@code folder}. */
    UefiFirmware withOwnVariables(Path folder) {
        var own = folder.resolve("uefi-variables.fd");
        try {
            Files.deleteIfExists(own);
            Files.write(own, Files.readAllBytes(variables));
        } catch (IOException e) {
            throw Failure.host("The UEFI variable store " + own + " can't be written: " + e, "Look for a full disk.")
                    .because(e);
        }
        return new UefiFirmware(code, own);
    }

    private static UefiFirmware of(String code, String variables) {
        return new UefiFirmware(Path.of(code), Path.of(variables));
    }
}
