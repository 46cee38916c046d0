#!/bin/bash
# What happens when a newer kernel is installed on a clone: it gets the same arguments, and GRUB starts it.
# checks: kernels.single kernels.default kernels.environment kernels.arguments

serial=ttyS0,115200
if [ "$CST_ARCH" = aarch64 ]; then serial=ttyAMA0; fi

kernels=$(files /boot -maxdepth 1 -name 'vmlinuz-*')
none kernels.single "Only one kernel is installed" \
    "$([ "$(grep -c . <<<"$kernels")" = 1 ] || printf '%s\n' "${kernels:-there is none in /boot}")"

# missing FILE LINE: says so if none of the file's lines matches the extended expression.
missing() {
    grep -qE "^[[:space:]]*$2[[:space:]]*$" < <(settings "$1") || echo "$1 has no line $2"
}
none kernels.default "A newer kernel becomes the one that GRUB starts" "$(
    missing /etc/sysconfig/kernel UPDATEDEFAULT=yes
    missing /etc/sysconfig/kernel DEFAULTKERNEL=kernel-core
    missing /etc/default/grub GRUB_DEFAULT=saved
    missing /etc/default/grub 'GRUB_ENABLE_BLSCFG="?true"?'
)"

# saved_entry is a file name with the machine id of the build: a clone has another one.
environment=/boot/grub2/grubenv
none kernels.environment "GRUB's environment is a file that BIOS and UEFI share, and selects no entry" "$(
    if [ -L "$ROOT$environment" ]; then
        echo "$environment is a link to $(readlink "$ROOT$environment")"
    elif [ "$(stat -c %s "$ROOT$environment" 2>/dev/null)" != 1024 ]; then
        echo "$environment is missing or not 1024 bytes long, as GRUB requires"
    fi
    settings "$environment" | grep -E '^(saved_entry|next_entry)=.' || true
)"

# wrong PLACE ARGUMENTS: what a new kernel must not get, or has to.
wrong() {
    grep -qE '(^| )console=tty0( |$)' <<<"$2" || echo "$1 has no console=tty0"
    grep -qE "(^| )console=$serial" <<<"$2" || echo "$1 has no console=$serial"
    grep -oE '(^| )(BOOT_IMAGE=|initrd=|inst\.|resume=|crashkernel=|quiet( |$)|rhgb( |$))[^ ]*' <<<"$2" | sed "s|^|$1:|" || true
}
none kernels.arguments "A newer kernel gets the arguments of the template, and none of the build" "$(
    wrong /etc/default/grub "$(settings /etc/default/grub | sed -nE 's/^GRUB_CMDLINE_LINUX="?([^"]*)"?$/\1/p' | tail -n 1)"
    # Without this file, a new kernel gets those of the running one.
    if [ -n "$(present /etc/kernel/cmdline)" ]; then
        arguments=$(settings /etc/kernel/cmdline | tr '\n' ' ')
        wrong /etc/kernel/cmdline "$arguments"
        grep -qE '(^| )root=(PART)?(UUID|LABEL)=' <<<"$arguments" || echo "/etc/kernel/cmdline has no root=UUID="
    fi
)"
