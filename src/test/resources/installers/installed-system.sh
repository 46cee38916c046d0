#!/bin/bash
# Makes a disk as the installer of Debian or Ubuntu leaves it on a machine with UEFI, then runs the last step of our installation, the
# preparation's boot loader script and an update of GRUB in it; before that, on Debian, the installer's programs that read the preseed's
# accounts and partitions. Needs root; loop devices and mounts are removed at the end.
#
# The packages are Debian's. Ubuntu's differences are stood in: the options of its grub-install, and the answers and files of its installer.
# GRUB's installation into the EFI system partition is stood in, too, because not every kernel can mount one: its options are those that the
# real program has.
#
# Usage: installed-system.sh debian|ubuntu SUITE MIRROR CHECKOUT WORK BOOTLOADERS [PRESEED]
# Results in WORK/result: what the finished system contains, for the test to check.
set -euo pipefail
# Mounts that others see would keep the disk busy.
[[ -n ${ALONE:-} ]] || ALONE=1 exec unshare --mount bash "$0" "$@"
family=$1 suite=$2 mirror=$3 checkout=$4 work=$5 boot_loaders=$6 preseed=${7:-}
root=$work/root result=$work/result disk=$work/disk.raw
mkdir -p "$root" "$result"

mmdebstrap --variant=minbase --include=ca-certificates,grub-efi-amd64,grub-efi-amd64-signed,shim-signed,udev,user-setup "$suite" "$work/tree.tar" "$mirror" \
    2>"$work/mmdebstrap.log" || {
    tail -20 "$work/mmdebstrap.log" >&2
    exit 1
}
truncate -s 3G "$disk"
sgdisk --clear --new=1:0:+1M --typecode=1:ef02 --new=2:0:+256M --typecode=2:ef00 --new=3:0:0 "$disk" >/dev/null
loop=$(losetup --find --show "$disk")
clean_up() {
    umount --recursive "$root" || true
    partx --delete "$loop" 2>/dev/null || true
    losetup --detach "$loop"
}
trap clean_up EXIT
partx --update "$loop"
mkfs.vfat -F 32 "${loop}p2" >/dev/null
mkfs.ext4 -q "${loop}p3"
mount "${loop}p3" "$root"
tar --extract --numeric-owner --file "$work/tree.tar" --directory "$root"
mkdir -p "$root/boot/efi"

# Devices of this disk only, and a file instead of the serial port.
mount -t tmpfs dev "$root/dev"
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty "$loop" "$loop"p? "$root/dev/"
ln -s /proc/self/fd "$root/dev/fd"
: >"$root/dev/ttyS0"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sys "$root/sys"
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
touch "$root/boot/vmlinuz-6.1.0-1-amd64" "$root/boot/initrd.img-6.1.0-1-amd64"
printf 'UUID=%s / ext4 errors=remount-ro 0 1\nUUID=%s /boot/efi vfat umask=0077 0 1\n' \
    "$(blkid -s UUID -o value "${loop}p3")" "$(blkid -s UUID -o value "${loop}p2")" >"$root/etc/fstab"
in_system() { chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }

case $family in
    debian)
        printf '/dev/sr0        /media/cdrom0   udf,iso9660 user,noauto     0       0\n' >>"$root/etc/fstab"
        mkdir "$root/media/cdrom0"
        ln -s cdrom0 "$root/media/cdrom"
        ;;
    ubuntu)
        echo "grub-pc grub-efi/install_devices multiselect ${loop}p2" | in_system debconf-set-selections
        mkdir -p "$root/etc/cloud/cloud.cfg.d" "$root/etc/netplan"
        touch "$root"/etc/cloud/cloud.cfg.d/{99-installer,90-installer-network,curtin-preserve-sources}.cfg "$root/etc/netplan/00-installer-config.yaml"
        ;;
esac
in_system dpkg-divert --quiet --rename --divert /usr/sbin/grub-install.real --add /usr/sbin/grub-install
cat >"$root/usr/sbin/grub-install" <<END
#!/bin/bash
family=$family
END
cat >>"$root/usr/sbin/grub-install" <<'END'
help=$(/usr/sbin/grub-install.real --help)
fallback=no
if [[ $family == ubuntu ]]; then
    # Ubuntu's writes the fallback path unless an option forbids it.
    help=${help//--force-extra-removable/--no-extra-removable}
    fallback=yes
fi
for argument in "$@"; do
    case $argument in
        --help)
            printf '%s\n' "$help"
            exit
            ;;
        --force-extra-removable | --removable) fallback=yes ;;
        --no-extra-removable) fallback=no ;;
    esac
    if [[ $argument == --* && $help != *"${argument%%=*}"* ]]; then
        echo "grub-install: unrecognized option '$argument'" >&2
        exit 64
    fi
done
[[ " $* " == *" --target=x86_64-efi "* ]] || exec /usr/sbin/grub-install.real "$@"
install -D /usr/lib/shim/shimx64.efi.signed /boot/efi/EFI/$family/shimx64.efi
[[ $fallback == no ]] || install -D /usr/lib/shim/shimx64.efi.signed /boot/efi/EFI/BOOT/BOOTX64.EFI
END
chmod 755 "$root/usr/sbin/grub-install"
in_system grub-install --target=x86_64-efi --efi-directory=/boot/efi --no-nvram
in_system apt-get -qq update

# Installers keep the input of the last step open: debconf's pipe never answers dpkg.
mkfifo "$work/silence"
exec 8<>"$work/silence"
# step NAME SCRIPT [VARIABLE=VALUE…]
step() {
    local name=$1 script=$2 status=0
    shift 2
    cp "$script" "$root/root/$name.sh"
    in_system "$@" timeout 300 bash "/root/$name.sh" >"$result/$name.log" 2>&1 <&8 || status=$?
    echo "$status" >"$result/$name.status"
    rm "$root/root/$name.sh"
}
# check SCRIPT: the offline check of this name.
check() {
    cat "$checkout/scripts/validation/offline/lib.sh" "$checkout/scripts/validation/offline/$1.sh" |
        ROOT=$root CST_ARCH=x86_64 TMPDIR=$work bash -s
}

# accounts ANSWERS NAME: what Debian's user-setup asks after these answers. Without a terminal it asks again and again.
accounts() {
    sed -n 's/^d-i passwd/user-setup passwd/p' <<<"$1" | in_system debconf-set-selections
    mkdir -p "$root/tmp/target"
    cp -r "$root/etc" "$root/tmp/target/"
    in_system DEBIAN_FRONTEND=teletype DEBIAN_PRIORITY=critical DEBCONF_DEBUG=developer \
        timeout 10 debconf -ouser-setup /usr/lib/user-setup/user-setup-ask /tmp/target 2>&1 </dev/null | head -c 100000 >"$result/$2.log" || true
    rm -r "$root/tmp/target"
}
# udeb NAME: unpacks a package of the installer; fails if the mirror does not have it.
udeb() {
    local found
    found=$(curl -sSf "$mirror/dists/$suite/main/debian-installer/binary-amd64/Packages.xz" | xz -dc |
        awk -v name="$1" '$1 == "Package:" { this = $2 } this == name && ($1 == "Filename:" || $1 == "SHA256:") { print $2 }' | sort)
    curl -sSf -o "$work/$1.udeb" "$mirror/$(grep / <<<"$found")"
    echo "$(grep -v / <<<"$found") $work/$1.udeb" | sha256sum --check --quiet
    # Not into the system: there /lib is a link.
    dpkg-deb -x "$work/$1.udeb" "$work/udebs"
}
if [[ $family == debian ]]; then
    accounts "$(<"$preseed")" accounts
    accounts "$(sed 's/^\(d-i passwd.root-password-crypted password\) .*/\1 !/' "$preseed")" accounts-wrong
    if (udeb partman-base && udeb partman-auto) >"$result/udebs.log" 2>&1; then
        sed -e ':more' -e '/\\$/{N;s/\\\n/ /;bmore' -e '}' "$preseed" | sed -n 's/^d-i partman-auto.expert_recipe string //p' >"$root/tmp/recipe"
        cp -r "$work/udebs/lib/partman" "$root/usr/lib/"
        in_system sh -s <"${0%/*}/partman-recipe.sh" >"$result/recipe" 2>&1
    fi
fi

step finish "$checkout/scripts/installation/apt.sh" CST_PUBLIC_KEY='ssh-ed25519 key' CST_BOOTLOADERS="$boot_loaders"
cp "$root/dev/ttyS0" "$result/console"
# The test shows why.
[[ $(<"$result/finish.status") == 0 ]] || exit 0
cp "$root/etc/fstab" "$result/"
cp "$root/boot/grub/grub.cfg" "$result/grub.cfg"
(cd "$root" && { find media etc/cloud etc/netplan boot/efi -mindepth 1 2>/dev/null || true; } | sort) >"$result/files"
# shellcheck disable=SC2016 # dpkg-query expands it
in_system dpkg-query -Wf '${db:Status-Status} ${Package}\n' >"$result/packages"

# A vendor's image: its settings, and the answer of its first boot.
rm "$root/etc/default/grub.d/50-cloudstack.cfg"
printf 'GRUB_TIMEOUT=0\nGRUB_CMDLINE_LINUX_DEFAULT="console=tty1 console=ttyS0"\n' >"$root/etc/default/grub.d/50-cloudimg-settings.cfg"
echo "grub-pc grub-pc/install_devices multiselect $loop" | in_system debconf-set-selections
{
    check apt/state
    check common/names
} >"$result/before.jsonl"
step prepare "$checkout/scripts/preparation/apt/80-bootloader.sh"
cp "$root/boot/grub/grub.cfg" "$result/grub.cfg.prepared"
{
    check apt/state
    check common/names
} >"$result/after.jsonl"

# An update of a package, on a system whose GRUB for BIOS is older.
echo old >>"$root/boot/grub/i386-pc/hello.mod"
check apt/state >"$result/old.jsonl"
printf '#!/bin/bash\nexec apt-get -qq -o Dpkg::Options::=--force-confold install --reinstall grub-pc-bin </dev/null\n' >"$work/update.sh"
step update "$work/update.sh" DEBIAN_FRONTEND=noninteractive
check apt/state >"$result/updated.jsonl"
