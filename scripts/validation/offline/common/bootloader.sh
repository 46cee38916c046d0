#!/bin/bash
# GRUB for BIOS and for UEFI without stored boot entries, and what it boots.
# checks: bootloader.bios bootloader.uefi bootloader.kernel bootloader.console bootloader.quiet

DISK=$(disk)
bytes() { dd if="$DISK" bs=1 skip="$1" count="$2" 2>/dev/null; }

bios() {
    # GRUB's first sector contains its name and, at byte 92, the sector of the next stage.
    if ! grep -qa GRUB < <(bytes 0 440); then
        echo "the first sector does not contain GRUB"
        return
    fi
    local sector start disk
    sector=$(bytes 92 8 | od -An -tu8 | tr -d ' ')
    disk=$(basename "$DISK")
    for start in "/sys/class/block/$disk/$disk"*/start; do
        if [ "$(cat "$start")" = "$sector" ]; then
            if ! grep -qa loading < <(bytes $((sector * 512)) 512); then
                echo "sector $sector, to which the first sector refers, does not contain a GRUB core image"
            fi
            if [ -z "$(present /boot/grub/i386-pc/normal.mod /boot/grub2/i386-pc/normal.mod)" ]; then
                echo "GRUB's modules for BIOS (i386-pc) are not in /boot"
            fi
            return
        fi
    done
    echo "the first sector refers to sector $sector, where no partition starts"
}
title="GRUB starts by BIOS"
if [ "$CST_ARCH" = x86_64 ]; then
    none bootloader.bios "$title" "$(bios)"
else
    skip bootloader.bios "$title" "$CST_ARCH starts by UEFI only"
fi

case "$CST_ARCH" in
    x86_64) loader=BOOTX64.EFI ;;
    aarch64) loader=BOOTAA64.EFI ;;
esac
fallback=$(files /boot/efi -ipath "*/EFI/BOOT/$loader" -size +0 | sed -n 1p)
title="The EFI system partition holds the fallback loader EFI/BOOT/$loader"
if [ -z "$fallback" ]; then
    fail bootloader.uefi "$title" "it is missing: a machine without stored boot entries does not boot"
elif [ "$(head -c 2 "$ROOT$fallback")" != MZ ]; then
    fail bootloader.uefi "$title" "$fallback is not an EFI program"
else
    pass bootloader.uefi "$title"
fi

entries=$(menu_entries)

# Paths in GRUB's configuration are relative to the file system of /boot, which may be separate, or start with a btrfs subvolume.
missing=""
while read -r word file _; do
    if [[ $word == options || -z $word ]]; then continue; fi
    if [ -z "$(filled "$file" "/boot$file" "/boot/${file##*/boot/}")" ]; then missing+="$word $file"$'\n'; fi
done <<<"$entries"
if ! grep -qE '^(linux|linux16|linuxefi)[[:space:]]' <<<"$entries"; then missing="no entry starts a kernel"; fi
if ! grep -qE '^(initrd|initrd16|initrdefi)[[:space:]]' <<<"$entries"; then missing+="no entry has an initramfs"; fi
none bootloader.kernel "Every kernel and initramfs in GRUB's configuration exists" "${missing%$'\n'}"

# Recovery entries are for use at the screen. BLS entries list the arguments separately from the kernel's path.
lines=$(grep -E '(^options|root=)' <<<"$entries" | grep -vE '(^|[[:space:]])(single|recovery)([[:space:]]|$)' || true)
serial=ttyS0,115200
if [ "$CST_ARCH" = aarch64 ]; then serial=ttyAMA0; fi
without=$({
    grep -vE '(^|[[:space:]])console=tty0([[:space:]]|$)' <<<"$lines"
    grep -vE "(^|[[:space:]])console=$serial" <<<"$lines"
} | grep -E . | sort -u || true)
if [ -z "$lines" ]; then without="no entry gives the kernel a command line"; fi
none bootloader.console "The kernel writes to the screen (tty0) and to the serial port ($serial)" "$without"
rarely bootloader.quiet "The kernel does not boot with the option quiet" \
    "$(grep -E '(^|[[:space:]])(quiet|splash|rhgb)([[:space:]]|$)' <<<"$lines" || true)"
fact kernelArguments "$(head -n 1 <<<"$lines" | sed -E 's/^(options|linux[a-z0-9]*[[:space:]]+[^[:space:]]+)[[:space:]]+//; s/[[:space:]]+$//')"
