#!/bin/bash
# The first update on a clone: new kernels, GRUB and shim reach the boot loader, on any disk.
# checks: bootloader.updates bootloader.build-disk bootloader.new-kernels bootloader.shared
# shellcheck disable=SC2153 # ROOT comes from the environment.

# value FILE NAME: the last value of a shell variable.
value() { settings "$1" | sed -nE "s/^$2=[\"']?([^\"']*)[\"']?[[:space:]]*$/\1/p" | tail -n 1; }

sysconfig=/etc/sysconfig/bootloader
none bootloader.updates "Updates of the kernel, GRUB and shim reach the boot loader" "$({
    while read -r name wanted; do
        found=$(value "$sysconfig" "$name")
        [ "$found" = "$wanted" ] || echo "$name is '$found' in $sysconfig, expected '$wanted'"
    done <<<$'LOADER_TYPE grub2-efi\nSECURE_BOOT yes\nUPDATE_NVRAM no'
    # update-bootloader does nothing for a type of boot loader that it has no folder of.
    for file in /usr/sbin/update-bootloader /usr/sbin/shim-install /usr/lib/bootloader/grub2-efi; do
        [ -e "$ROOT$file" ] || [ -e "$ROOT${file/\/usr\/sbin/\/sbin}" ] || echo "$file is missing"
    done
    if [ "$CST_ARCH" = x86_64 ] && ! unit_enabled cloudstack-grub-bios.service; then
        echo "cloudstack-grub-bios.service, which installs an updated GRUB for BIOS, is not enabled"
    fi
})"

none bootloader.build-disk "update-bootloader finds the disk itself" "$({
    filled /etc/default/grub_installdevice /boot/grub2/device.map
    settings "$sysconfig" | grep -E '/dev/|disk/by-' | sed "s|^|$sysconfig: |"
    if [ -f "$ROOT/boot/grub2/grubenv" ]; then grep -aE '/dev/|disk/by-' "$ROOT/boot/grub2/grubenv" | sed 's|^|/boot/grub2/grubenv: |'; fi
} || true)"

words=" $(value /etc/default/grub GRUB_CMDLINE_LINUX) $(value /etc/default/grub GRUB_CMDLINE_LINUX_DEFAULT) "
serial=ttyS0,115200
if [ "$CST_ARCH" = aarch64 ]; then serial=ttyAMA0,115200; fi
expected=(console=tty0 "console=$serial")
# Without these, SUSE's kernel chooses AppArmor.
type=$(value /etc/selinux/config SELINUXTYPE)
if [ -n "$type" ] && [ -e "$ROOT/etc/selinux/$type/contexts/files/file_contexts" ]; then expected+=(security=selinux selinux=1); fi
# Recovery entries are for use at the screen.
lines=$(settings /boot/grub2/grub.cfg | grep -E '^[[:space:]]*linux(efi)?[[:space:]]' | grep -vE '[[:space:]](single|recovery)([[:space:]]|$)' || true)
none bootloader.new-kernels "New kernels and the installed ones get the same arguments" "$(
    for word in "${expected[@]}"; do
        [[ $words == *" $word"* ]] || echo "/etc/default/grub has no $word"
        while read -r line; do
            [[ -z $line || " $line " == *" $word"* ]] || echo "/boot/grub2/grub.cfg has no $word: $line"
        done <<<"$lines"
    done
)"

# Packages write /boot/grub2/grub.cfg only.
none bootloader.shared "GRUB for UEFI reads the configuration that updates write" "$({
    while read -r file; do
        if grep -qE '^[[:space:]]*(menuentry|linux|blscfg)' "$ROOT$file"; then
            echo "$file has menu entries of its own"
        elif ! grep -qE '(configfile|source|normal).*grub\.cfg' "$ROOT$file"; then
            echo "$file does not refer to /boot/grub2/grub.cfg"
        fi
    done < <(files /boot/efi/EFI -iname grub.cfg)
} || true)"
