#!/bin/bash
# What the builders of RPM families do alike: the keys, the tree of files, its configuration. They source this after disk.sh, and
# bring 'install_packages TREE', which writes what the $package_tool says to $CST_WORK/$package_tool.txt, and what it says when
# ($words_unsigned, $words_missing, $words_contradiction, $words_full, $words_broken: extended regular expressions). They say how the
# family names an initramfs ($initramfs_name, a format) and what it calls the kernel's words in /etc/default/grub ($grub_words).
#
# Environment, in addition to that of disk.sh:
#   CST_RELEASE       the distribution's release, for the package tool
#   CST_BUILD_MIRRORS where packages come from: URLs, the first that answers is used (no trace of it stays)
#   CST_REPOSITORIES  NAME=PLACE…, the distribution's base first; {mirror} in a place is replaced by the mirror
#   CST_KEYS          FINGERPRINT=PLACE…: the only keys that packages may be signed with; a place is a URL or a file of this host

# Ends the builder with what its package tool complained of.
# shellcheck disable=SC2154 # The builder sets the words and the tool's name.
explain_failure() {
    local log=$CST_WORK/$package_tool.txt lines
    if lines=$(complaints -i "$words_unsigned"); then
        fail 4 "$lines" "Nothing was installed: no pinned key has signed this." \
            "If the vendor has a new key, add it to the definition's 'keys' and 'bootstrap.keys'; else choose another mirror with --mirror."
    elif lines=$(complaints "$words_missing"); then
        fail 2 "$lines" "Correct the definition's packages: the repositories of $mirror do not have these."
    elif lines=$(complaints "$words_contradiction"); then
        fail 1 "$lines" "The repositories contradict each other: the mirror may be in the middle of an update. Try again later."
    elif complaints "$words_full" >/dev/null; then
        fail 3 "The disk that holds $CST_WORK is full. Free some space, or point CST_HOME elsewhere."
    elif lines=$(complaints "$words_broken"); then
        fail 4 "$lines" "The mirror $mirror broke off. Try again, or choose another mirror with --mirror."
    fi
    fail 1 "$package_tool failed; the reason stands in its last lines above and in $log."
}

# complaints [OPTION] WORDS: the lines of $log that say so, at most five; fails where there are none.
complaints() {
    grep -E "$@" "$log" | sort -u | sed -n 1,5p
}

# fetch_keys: each key alone in $keys/FINGERPRINT.asc, if it is the one that is pinned.
fetch_keys() {
    local each
    keys=$CST_WORK/keys
    rm -rf "$keys"
    mkdir -p "$keys"
    for each in $CST_KEYS; do
        [[ $each =~ ^[0-9A-F]{40}=(https?|file)://.+ || $each =~ ^[0-9A-F]{40}=/.+ ]] ||
            fail 2 "CST_KEYS holds '$each'; a key is FINGERPRINT=URL or FINGERPRINT=FILE, with the whole fingerprint."
        fetch_key "${each%%=*}" "${each#*=}"
    done
}

# What else the place holds does not count: only the key of that fingerprint is taken out of it.
fetch_key() {
    local fingerprint=$1 place=$2 home=$CST_WORK/gnupg file=$CST_WORK/key state
    rm -rf "$home"
    mkdir -m 700 "$home"
    if [[ $place == *://* ]]; then
        fetch "$place" "$file" || fail 4 "The key $fingerprint can't be had from $place:" "$REPLY" "Try again, or see whether the URL opens in a browser."
    else
        cp "$place" "$file" || fail 3 "The key $fingerprint is to be in $place, which can't be read."
    fi
    gpg --homedir "$home" --batch --quiet --no-autostart --import "$file" 2>"$CST_WORK/gpg.log" || true
    state=$(gpg --homedir "$home" --batch --no-autostart --with-colons --list-keys 2>>"$CST_WORK/gpg.log" |
        awk -F: -v wanted="$fingerprint" '/^pub/ { state = $2; primary = 1 } /^fpr/ && primary { if ($10 == wanted) print "is" state; primary = 0 }')
    case $state in
        '') fail 4 "$place does not hold the key $fingerprint: nothing from these repositories is trusted." \
            "If the vendor has a new key, change 'fingerprint' in the definition." ;;
        ise | isr) fail 4 "The key $fingerprint from $place has expired or was revoked." "Look for its successor." ;;
    esac
    gpg --homedir "$home" --batch --no-autostart --armor --export "$fingerprint" >"$keys/$fingerprint.asc"
    rm -rf "$home" "$file"
}

# fetch URL FILE: what curl complains of is left in REPLY.
fetch() {
    REPLY=$(curl --fail --silent --show-error --location --retry 2 --connect-timeout 20 --max-time 300 --output "$2" "$1" 2>&1)
}

# The first mirror that has the base's index; all repositories are taken from that one.
choose_mirror() {
    local base=${CST_REPOSITORIES%% *} problems='' file=$CST_WORK/repomd.xml
    for mirror in $CST_BUILD_MIRRORS; do
        if fetch "$(place_of "$base")/repodata/repomd.xml" "$file"; then
            rm -f "$file"
            return
        fi
        problems+="$(place_of "$base"): $REPLY"$'\n'
    done
    fail 4 'No mirror has the index of the repository:' "${problems%$'\n'}" "Look at its URL in a browser, or choose another mirror with --mirror."
}

# place_of NAME=PLACE: its URL, without a slash at the end.
place_of() {
    local url=${1#*=}
    url=${url//'{mirror}'/$mirror}
    printf '%s' "${url%/}"
}

# The database of what is installed belongs to the system, not to this host: until it is converted it lies in one known place.
# Debian's rpm would put it into root's home.
use_neutral_database() {
    export HOME=$CST_WORK/home
    mkdir -p "$HOME"
    printf '%s\n' '%_dbpath /usr/lib/sysimage/rpm' '%_db_backend sqlite' '%_install_langs all' >"$HOME/.rpmmacros"
}

# --- These run in their own namespaces, with new user ids unless started by root. ---

# make_tree TREE: the system's files, configured; what is mounted in it ends with the namespace.
make_tree() {
    local tree=$1
    use_neutral_database
    mkdir -p "$tree"/{dev,proc,sys,run,etc}
    mount_devices "$tree"
    before_packages "$tree"
    for key in "$keys"/*.asc; do
        rpm --root "$tree" --import "$key"
    done
    install_packages "$tree" || explain_failure
    say 'Configuring the system'
    convert_database "$tree"
    configure_tree "$tree"
    say 'Making the initramfs'
    make_initramfs "$tree"
    forget_build "$tree"
}

mount_devices() {
    local tree=$1 device
    mount -t tmpfs -o mode=755 none "$tree/dev"
    for device in null zero full random urandom tty; do
        : >"$tree/dev/$device"
        mount --bind "/dev/$device" "$tree/dev/$device"
    done
    ln -s /proc/self/fd "$tree/dev/fd"
    mkdir "$tree/dev/shm" "$tree/dev/pts"
    mount -t proc none "$tree/proc"
    mount -t tmpfs -o mode=755 none "$tree/run"
}

# Kernels' packages make an initramfs and a boot entry as they are installed: these say how.
before_packages() {
    local tree=$1
    mkdir -p "$tree/etc/dracut.conf.d" "$tree/etc/kernel" "$tree/etc/modprobe.d"
    # dracut skips drivers that a kernel does not have, with a message.
    printf '%s\n' 'hostonly="no"' "add_drivers+=\" $boot_drivers \"" >"$tree/etc/dracut.conf.d/50-cloudstack.conf"
    cat >"$tree/etc/modprobe.d/cloudstack.conf" <<'END'
# Hypervisors show an empty floppy drive; asking it for its contents holds up every boot.
blacklist floppy
END
    # Of this host, there would be its own words.
    echo "root=UUID=$root_uuid ro console=tty0 console=$serial,115200n8 net.ifnames=0" >"$tree/etc/kernel/cmdline"
}

# The system's own rpm writes its database anew, where and as it expects it.
convert_database() {
    local tree=$1 headers=$CST_WORK/packages.headers before after place=/usr/lib/sysimage/rpm
    [[ -x $tree/usr/bin/rpm ]] || fail 2 "The definition's packages bring no rpm." "Add it, or a group that holds it, to 'bootstrap.packages'."
    before=$(rpm --root "$tree" --query --all --queryformat '%{NEVRA}\n' | sort)
    rpmdb --root "$tree" --exportdb >"$headers"
    find "$tree$place" -mindepth 1 -delete
    chroot "$tree" env HOME=/root rpmdb --initdb
    chroot "$tree" env HOME=/root rpmdb --importdb <"$headers"
    rm -f "$headers"
    after=$(chroot "$tree" env HOME=/root rpm --query --all --queryformat '%{NEVRA}\n' | sort)
    [[ $before == "$after" ]] || fail 1 "The system's rpm does not know the packages that were installed:" \
        "$(diff <(echo "$before") <(echo "$after") | sed -n 1,5p)"
    rmdir --ignore-fail-on-non-empty "$tree$place" 2>/dev/null || true
}

# shellcheck disable=SC2154 # The builder sets grub_words.
configure_tree() {
    local tree=$1 unit
    write_fstab "$tree"
    mkdir -p "$tree/etc/default"
    # root has no password, whatever the packages say.
    chroot "$tree" usermod --password '!*' root
    # Presets differ between distributions; without these no login is possible.
    for unit in sshd.service NetworkManager.service cloud-init-local.service cloud-init-main.service cloud-init.service \
        cloud-init-network.service cloud-config.service cloud-final.service; do
        if grep -qs '^\[Install\]' "$tree/usr/lib/systemd/system/$unit"; then
            chroot "$tree" systemctl --quiet enable "$unit"
        fi
    done
    cat >"$tree/etc/default/grub" <<END
# CloudStack's console shows tty0; the serial port is what operators debug on.
GRUB_TIMEOUT=2
GRUB_DEFAULT=saved
GRUB_DISABLE_SUBMENU=true
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
$grub_words="console=tty0 console=$serial,115200n8 net.ifnames=0"
GRUB_DISABLE_RECOVERY=true
GRUB_ENABLE_BLSCFG=true
END
    rm -f "$tree/etc/resolv.conf"
    if compgen -G "$tree/etc/systemd/system/*.wants/systemd-resolved.service" >/dev/null; then
        ln -s ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
    else
        : >"$tree/etc/resolv.conf"
    fi
    # Environment blocks of the boot loader are written in place: BIOS cannot read a link to the firmware's partition.
    if [[ -L $tree/boot/grub2/grubenv ]]; then
        rm "$tree/boot/grub2/grubenv"
    fi
    if [[ -x $tree/usr/bin/grub2-editenv && ! -e $tree/boot/grub2/grubenv ]]; then
        mkdir -p "$tree/boot/grub2"
        chroot "$tree" grub2-editenv /boot/grub2/grubenv create
    fi
}

# The initramfs is made anew, now that all packages and all configuration are there.
make_initramfs() {
    local tree=$1 kernel initramfs driver
    kernel=$(newest_kernel "$tree")
    if [[ -e $tree/usr/bin/kernel-install && -e $tree/lib/modules/$kernel/vmlinuz ]]; then
        # Names the boot entry; the finished system has an id of its own.
        tr -d - </proc/sys/kernel/random/uuid >"$tree/etc/machine-id"
        chroot "$tree" kernel-install add "$kernel" "/lib/modules/$kernel/vmlinuz"
    fi
    # shellcheck disable=SC2059,SC2154 # The builder's own format.
    printf -v initramfs "$initramfs_name" "$kernel"
    chroot "$tree" dracut --force --no-hostonly "$initramfs" "$kernel" >"$CST_WORK/dracut.log" 2>&1 || {
        tail -20 "$CST_WORK/dracut.log" >&2
        fail 1 "dracut could not make the initramfs: see the lines above and $CST_WORK/dracut.log."
    }
    chroot "$tree" lsinitrd "$initramfs" >"$CST_WORK/initramfs.list" 2>/dev/null
    for driver in $boot_drivers; do
        if ! chroot "$tree" modinfo -k "$kernel" "$driver" >"$CST_WORK/driver" 2>/dev/null; then
            echo "The kernel $kernel has no driver $driver."
        elif grep -q '^filename: *(builtin)' "$CST_WORK/driver"; then
            :
        elif ! grep -qE "/${driver//[_-]/[-_]}\.ko" "$CST_WORK/initramfs.list"; then
            fail 1 "The initramfs lacks the driver $driver, which the kernel $kernel has."
        fi
    done
    [[ -n $(compgen -G "$tree/boot/vmlinuz-$kernel" || compgen -G "$tree/boot/Image-$kernel") ]] ||
        fail 1 "The kernel $kernel is not in /boot: its package did not put it there."
}

newest_kernel() {
    [[ -d $1/lib/modules ]] || fail 2 "The definition's packages bring no kernel."
    (cd "$1/lib/modules" && printf '%s\n' * | sort -V | tail -1)
}

# Nothing of where it was made, and no identity.
forget_build() {
    local tree=$1
    : >"$tree/etc/machine-id"
    rm -f "$tree"/etc/ssh/ssh_host_* "$tree/etc/hostname" "$tree/var/lib/dbus/machine-id" "$tree/var/lib/systemd/random-seed"
    rm -rf "$tree"/var/cache/{dnf,yum,libdnf5,zypp}/* "$tree"/var/lib/dnf/{history*,repos} "$tree"/var/tmp/* "$tree"/tmp/* "$tree"/root/.rpmdb
    find "$tree/var/log" -type f -delete
}

remove_tree() {
    umount --recursive --lazy "$tree"/{dev,proc,run} 2>/dev/null || true
    rm -rf --one-file-system "$tree"
}

# make_disk_root TREE: for the builders' argument --tree.
make_disk_root() {
    tree=$1
    # Also when it fails: the files may belong to users whom only this namespace knows.
    trap remove_tree EXIT
    make_tree "$tree"
    # What the packages put on the firmware's partition goes there: below this directory it would be hidden.
    tar --create --directory="$tree/boot/efi" --file="$CST_WORK/esp.tar" --owner=0 --group=0 --no-acls --no-xattrs .
    find "$tree/boot/efi" -mindepth 1 -delete
    say 'Writing the root file system'
    (unshare --mount bash -euo pipefail -c "$(declare -f write_root); write_root \"\$1\"" write "$tree") 9<>"$disk"
}

# --- End of what runs in namespaces. ---

# in_namespaces COMMAND…: where mounts end with the command. Without root, other users' files need the subordinate ids.
in_namespaces() {
    export CST_MODE CST_WORK keys mirror boot_drivers serial root_uuid esp_id root_offset root_kib disk
    if [[ $CST_MODE == root ]]; then
        unshare --mount "$@"
    else
        unshare --map-root-user --map-auto --mount --pid --fork --kill-child --mount-proc "$@"
    fi
}

# The labels that SELinux wants: outside the appliance, this host's kernel may refuse to write them.
label_commands() {
    local policy=/etc/selinux/targeted/contexts/files/file_contexts
    echo "sh \"if [ -e $policy ]; then setfiles -m -F -e /dev -e /proc -e /sys -e /run -e /boot/efi $policy /; fi\""
}

# build SCRIPT: the whole run of a builder.
build() {
    local script=$1
    say 'Checking this host, the keys and the mirror'
    check_space "$CST_WORK"
    fetch_keys
    choose_mirror
    say 'Partitioning the disk'
    make_partitions
    in_namespaces bash "$script" --tree "$CST_WORK/tree"
    check_root
    say 'Installing the boot loaders'
    write_boot_loaders
    say 'Writing the disk'
    publish
    say "Done: $CST_OUTPUT"
}
