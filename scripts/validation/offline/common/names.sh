#!/bin/bash
# Names of disks: bus names such as vda or sda depend on the hypervisor.
# checks: names.fstab names.crypttab names.bootloader names.exist

# Names that depend on the controller.
bus='/dev/((xv|v|s|h)d[a-z]|nvme[0-9]|mmcblk[0-9]|disk/by-(path|id))'

stable=$(settings /etc/fstab | awk '$3 !~ /^(tmpfs|proc|sysfs|devpts|none|overlay|nfs4?|swap)$/ &&
    $1 !~ /^((PART)?(UUID|LABEL)=|\/dev\/disk\/by-((part)?(uuid|label))\/)/')
none names.fstab "/etc/fstab refers to file systems by UUID or label" "$stable"

none names.crypttab "/etc/crypttab does not use bus names of disks" "$(settings /etc/crypttab | grep -E "$bus" || true)"

configurations=$(
    present /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/grub/grubenv /boot/grub2/grubenv /etc/default/grub /boot/grub/device.map /boot/grub2/device.map \
        /etc/kernel/cmdline
    files /boot/loader/entries -name '*.conf'
    files /boot/efi/EFI -iname 'grub.cfg'
    files /etc/default/grub.d -name '*.cfg'
)
found=""
while read -r file; do
    if [ -n "$file" ]; then
        found+=$(settings "$file" | grep -E "$bus" | sed "s|^|$file: |" || true)
    fi
done <<<"$configurations"
none names.bootloader "The boot loader does not use bus names of disks" "$found"

# If a UUID changed after the boot loader was installed, the system does not boot.
missing=""
DISK=$(disk)
known=$(blkid -p -s UUID -o value "$DISK"* 2>/dev/null || true)
known+=" $(blkid -p -s PART_ENTRY_UUID -o value "$DISK"* 2>/dev/null || true)"
while read -r uuid; do
    if [ -n "$uuid" ] && ! grep -qiF -- "$uuid" <<<"$known"; then missing+="$uuid"$'\n'; fi
done < <(
    {
        settings /etc/fstab
        while read -r file; do settings "$file"; done <<<"$configurations"
    } | grep -oE '((PART)?UUID=|--fs-uuid[^#]* )[0-9A-Fa-f]+(-[0-9A-Fa-f]+)+' | sed -E 's/.*[= ]//' | sort -u
)
none names.exist "Every UUID in /etc/fstab and in the boot loader exists on the disk" "${missing%$'\n'}"
