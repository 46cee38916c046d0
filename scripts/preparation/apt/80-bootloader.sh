#!/bin/bash
# The boot loader's settings, the same for every source, and its updates on clones, whose disks have other names than the build's.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

echo '==> Setting up the boot loader'
serial=ttyS0
[[ $(uname -m) != aarch64 ]] || serial=ttyAMA0
settings=/etc/default/grub.d/50-cloudstack.cfg
# Ubuntu's minimal cloud images start the kernel without an initramfs at first.
unwanted=/etc/default/grub.d/40-force-partuuid.cfg
wanted=$(
    cat <<END
# CloudStack's console shows tty0; operators debug on the serial port.
GRUB_TIMEOUT=2
GRUB_RECORDFAIL_TIMEOUT=2
GRUB_TIMEOUT_STYLE=menu
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=tty0 console=$serial,115200n8"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
GRUB_DISABLE_OS_PROBER=true
END
)
if [[ -e $unwanted || ! -e $settings || $(<"$settings") != "$wanted" ]]; then
    mkdir -p "${settings%/*}"
    rm -f "$unwanted"
    printf '%s\n' "$wanted" >"$settings"
    update-grub
fi

# Installers, images and updates of GRUB save the build's disk. Without an answer, Ubuntu's GRUB finds the mounted EFI system partition.
for question in grub-pc/install_devices grub-efi/install_devices; do
    # Fails where no package asks it.
    if debconf-communicate grub-common <<<"GET $question" >/dev/null; then
        printf '%s\n' "RESET $question" "FSET $question seen false" | debconf-communicate grub-common >/dev/null
    fi
done
debconf-set-selections <<'END'
grub-pc grub-pc/install_devices_empty boolean true
grub-efi-amd64 grub2/force_efi_extra_removable boolean true
grub-efi-amd64 grub2/no_efi_extra_removable boolean false
grub-efi-amd64 grub2/update_nvram boolean false
grub-efi-arm64 grub2/force_efi_extra_removable boolean true
grub-efi-arm64 grub2/no_efi_extra_removable boolean false
grub-efi-arm64 grub2/update_nvram boolean false
END

if [[ -e /usr/share/doc/grub-cloud-amd64 ]]; then
    # Debian's package updates both boot loaders by itself if this file exists.
    touch /etc/grub.d/enable_cloud
elif [[ -e /usr/lib/grub/i386-pc/kernel.img ]]; then
    install -d -m 755 /usr/local/lib/cloudstack
    cat >/usr/local/lib/cloudstack/grub-bios <<'END'
#!/bin/sh
# Installs GRUB for BIOS again after an update of its package, which would need the name of the disk.
set -eu
package=/usr/lib/grub/i386-pc installed=/boot/grub/i386-pc
[ -e "$package/kernel.img" ] || exit 0
if [ "$(cat "$package"/*.mod | cksum)" != "$(cat "$installed"/*.mod 2>/dev/null | cksum)" ]; then
    grub-install --target=i386-pc "$(grub-probe --target=disk /boot)"
fi
END
    chmod 755 /usr/local/lib/cloudstack/grub-bios
    cat >/etc/apt/apt.conf.d/90grub-bios <<'END'
DPkg::Post-Invoke { "test ! -x /usr/local/lib/cloudstack/grub-bios || /usr/local/lib/cloudstack/grub-bios"; };
END
    /usr/local/lib/cloudstack/grub-bios
fi
