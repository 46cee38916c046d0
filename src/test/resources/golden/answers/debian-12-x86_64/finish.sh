#!/bin/bash
# Runs inside the new system after the vendor's installer has finished, before the machine powers off.
#
# Environment:
#   CST_PUBLIC_KEY   the only key for root during the build; the clean-up removes it
#   CST_BOOTLOADERS  packages of the boot loaders, separated by spaces
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

install -d -m 0700 /root/.ssh
printf '%s\n' "$CST_PUBLIC_KEY" >/root/.ssh/authorized_keys
chmod 0600 /root/.ssh/authorized_keys

case $(uname -m) in
    x86_64) serial=ttyS0 bios_target=i386-pc efi_target=x86_64-efi efi_file=BOOTX64.EFI ;;
    aarch64) serial=ttyAMA0 bios_target='' efi_target=arm64-efi efi_file=BOOTAA64.EFI ;;
    *)
        echo "Unsupported architecture $(uname -m): no boot loader is known." >&2
        exit 1
        ;;
esac

mkdir -p /etc/default/grub.d
cat >/etc/default/grub.d/50-cloudstack.cfg <<END
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

# Upgrades of the boot loader must not ask for a disk, whose name depends on the hypervisor, and must keep the fallback path.
# Debian asks whether to write the fallback path too, Ubuntu whether not to.
debconf-set-selections <<'END'
grub-pc grub-pc/install_devices multiselect
grub-pc grub-pc/install_devices_empty boolean true
grub-efi-amd64 grub2/force_efi_extra_removable boolean true
grub-efi-amd64 grub2/no_efi_extra_removable boolean false
grub-efi-amd64 grub2/update_nvram boolean false
grub-efi-arm64 grub2/force_efi_extra_removable boolean true
grub-efi-arm64 grub2/no_efi_extra_removable boolean false
grub-efi-arm64 grub2/update_nvram boolean false
END

# The installer has installed the boot loader for its own firmware; the template must also boot with the other one.
# Without input and with dpkg's default answers: the installer has written /etc/default/grub, which may also be a package's file.
read -ra boot_loaders <<<"$CST_BOOTLOADERS"
apt-get -qq -o DPkg::Lock::Timeout=600 -o APT::Install-Recommends=false -o Dpkg::Options::=--force-confdef \
    -o Dpkg::Options::=--force-confold install "${boot_loaders[@]}" </dev/null
if [[ -n $bios_target ]]; then
    grub-install --target="$bios_target" "$(grub-probe --target=disk /boot)"
fi
# Only Debian's GRUB has this option; Ubuntu's writes the fallback path unless an option forbids it.
fallback=()
[[ $(grub-install --help) != *--force-extra-removable* ]] || fallback=(--force-extra-removable)
grub-install --target="$efi_target" --efi-directory=/boot/efi --no-nvram --uefi-secure-boot "${fallback[@]}"
update-grub
[[ -e /boot/efi/EFI/BOOT/$efi_file ]] || {
    echo "The boot loader's fallback path /boot/efi/EFI/BOOT/$efi_file is missing: UEFI machines without stored boot entries cannot boot." >&2
    exit 1
}

# Debian's installer mounts its medium by the name of the build's CD drive.
sed -i -E '\|^[^#[:space:]]+[[:space:]]+/media/cdrom|d' /etc/fstab
rm -f /media/cdrom
for folder in /media/cdrom[0-9]*; do
    [[ ! -d $folder ]] || rmdir "$folder"
done

# Ubuntu's installer leaves files for its own first boot: they disable cloud-init's datasources and its network configuration.
rm -f /etc/cloud/cloud.cfg.d/{99-installer,subiquity-disable-cloudinit-networking,90-installer-network,curtin-preserve-sources,20-disable-cc-dpkg-grub}.cfg \
    /etc/cloud/cloud.cfg.d/00-subiquity-*.cfg /etc/cloud/ds-identify.cfg /etc/cloud/clean.d/99-installer \
    /etc/netplan/00-installer-config*.yaml /etc/netplan/50-cloud-init.yaml

# The build requires this line on the console, because installers also power off after errors. It is assembled here, because some
# installers print the script itself on the console.
printf 'cst: the installation is %s\n' complete >"/dev/$serial"
