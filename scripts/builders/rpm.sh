#!/bin/bash
# Shared by the builders of RPM families: keys, the file tree and its configuration. They source this file after disk.sh, and define
# 'install_packages TREE', which writes the output of $package_tool to $CST_WORK/$package_tool.txt; extended regular expressions that
# match its errors ($errors_unsigned, $errors_missing, $errors_conflict, $errors_full, $errors_network); the file name of an
# initramfs ($initramfs_name, a printf format); whether kernel-install writes the menu's entries or grub2-mkconfig the whole menu
# ($boot_entries: bls or menu); the variable for kernel arguments in /etc/default/grub ($grub_arguments), and further
# arguments, with a blank before each ($more_arguments, may be set by 'install_packages').
#
# Environment, in addition to that of disk.sh and keys.sh:
#   CST_RELEASE       the distribution's release, for the package tool
#   CST_BUILD_MIRRORS where packages are downloaded from: URLs, the first that answers is used (not kept in the image)
#   CST_TASK          build (default), or check: only whether the repositories have all packages and they can be installed together
#   CST_REPOSITORIES  NAME=PLACE…, the distribution's base first; {mirror} in a place is replaced by the mirror

# Exits with the errors of the package tool.
# shellcheck disable=SC2154 # The builder sets the expressions and the tool's name.
explain_failure() {
    local log=$CST_WORK/$package_tool.txt lines
    if lines=$(error_lines -i "$errors_unsigned"); then
        fail 4 "$lines" "Nothing was installed: this is not signed by a pinned key." \
            "If the vendor has a new key, add it to the definition's 'keys' and 'bootstrap.keys'; else choose another mirror with --mirror."
    elif lines=$(error_lines "$errors_missing"); then
        fail 2 "$lines" "Fix the definition's packages: these are not in the repositories of $mirror."
    elif lines=$(error_lines "$errors_conflict"); then
        fail 1 "$lines" "The repositories are inconsistent: the mirror may be updating. Try again later."
    elif error_lines "$errors_full" >/dev/null; then
        fail 3 "The disk with $CST_WORK is full. Free some space, or set CST_HOME to another directory."
    elif lines=$(error_lines "$errors_network"); then
        fail 4 "$lines" "The connection to the mirror $mirror was lost. Try again, or choose another mirror with --mirror."
    fi
    fail 1 "$package_tool failed; see its last lines above and $log."
}

# error_lines [OPTION] EXPRESSION: the lines of $log that match, at most five; fails if there are none.
error_lines() {
    grep -E "$@" "$log" | sort -u | sed -n 1,5p
}

# Selects the first mirror that has the base repository's index, for all repositories.
choose_mirror() {
    local base=${CST_REPOSITORIES%% *} problems='' file=$CST_WORK/repomd.xml
    for mirror in $CST_BUILD_MIRRORS; do
        if fetch "$(place_of "$base")/repodata/repomd.xml" "$file"; then
            rm -f "$file"
            return
        fi
        problems+="$(place_of "$base"): $REPLY"$'\n'
    done
    fail 4 'No mirror has the repository index:' "${problems%$'\n'}" "Open the URL in a browser, or choose another mirror with --mirror."
}

# place_of NAME=PLACE: its URL without a trailing slash.
place_of() {
    local url=${1#*=}
    url=${url//'{mirror}'/$mirror}
    printf '%s' "${url%/}"
}

# The package database belongs to the new system, not to this host. Until it is converted, its path is fixed: Debian's rpm would put
# it in root's home directory.
use_neutral_database() {
    export HOME=$CST_WORK/home
    mkdir -p "$HOME"
    printf '%s\n' '%_dbpath /usr/lib/sysimage/rpm' '%_db_backend sqlite' '%_install_langs all' >"$HOME/.rpmmacros"
}

# --- The following run in separate namespaces, with new user ids unless started by root. ---

# make_tree TREE: installs and configures the system's files; mounts in it end with the namespace.
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
    create_users "$tree"
    configure_tree "$tree"
    say 'Making the initramfs'
    make_initramfs "$tree"
    forget_build "$tree"
}

# check_tree TREE: its database contains only the keys.
check_tree() {
    local tree=$1 key
    use_neutral_database
    mkdir -p "$tree"
    for key in "$keys"/*.asc; do
        rpm --root "$tree" --import "$key"
    done
    check_packages "$tree" || explain_failure
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

# Configures the initramfs and the boot entry that kernel packages create when they are installed.
before_packages() {
    local tree=$1
    mkdir -p "$tree/etc/dracut.conf.d" "$tree/etc/kernel" "$tree/etc/modprobe.d"
    # dracut skips drivers that are missing in a kernel, with a message.
    printf '%s\n' 'hostonly="no"' "add_drivers+=\" $boot_drivers \"" >"$tree/etc/dracut.conf.d/50-cloudstack.conf"
    cat >"$tree/etc/modprobe.d/cloudstack.conf" <<'END'
# Hypervisors show an empty floppy drive; reading it would delay every boot.
blacklist floppy
END
    # The default would be this host's kernel arguments.
    echo "root=UUID=$root_uuid ro console=tty0 console=$serial,115200n8 net.ifnames=0" >"$tree/etc/kernel/cmdline"
}

# The system's own rpm rebuilds its database, in its own format and directory.
convert_database() {
    local tree=$1 headers=$CST_WORK/packages.headers before after place=/usr/lib/sysimage/rpm
    [[ -x $tree/usr/bin/rpm ]] || fail 2 "The definition's packages do not include rpm." "Add it, or a group that contains it, to 'bootstrap.packages'."
    before=$(rpm --root "$tree" --query --all --queryformat '%{NEVRA}\n' | sort)
    rpmdb --root "$tree" --exportdb >"$headers"
    find "$tree$place" -mindepth 1 -delete
    chroot "$tree" env HOME=/root rpmdb --initdb
    chroot "$tree" env HOME=/root rpmdb --importdb <"$headers"
    rm -f "$headers"
    after=$(chroot "$tree" env HOME=/root rpm --query --all --queryformat '%{NEVRA}\n' | sort)
    [[ $before == "$after" ]] || fail 1 "The system's rpm does not list the installed packages:" \
        "$(diff <(echo "$before") <(echo "$after") | sed -n 1,5p)"
    rmdir --ignore-fail-on-non-empty "$tree$place" 2>/dev/null || true
}

# unknown_owners TREE: 'PACKAGE u|g NAME' of packaged files whose user or group does not exist.
unknown_owners() {
    chroot "$1" env HOME=/root rpm --query --all --queryformat '[%{=NAME} u %{FILEUSERNAME}\n][%{=NAME} g %{FILEGROUPNAME}\n]' | sort -u |
        awk -v tree="$1" 'BEGIN {
                FS = ":"
                while ((getline <(tree "/etc/passwd")) > 0) known["u " $1]
                while ((getline <(tree "/etc/group")) > 0) known["g " $1]
                FS = " "
            }
            NF == 3 && !(($2 " " $3) in known)'
}

# The packages of newer releases leave their users to rpm, which creates them since version 4.19. With an older one on this host, the
# users are missing and their files belong to root.
create_users() {
    local tree=$1 unknown packages
    unknown=$(unknown_owners "$tree")
    [[ -n $unknown ]] || return 0
    say 'Creating the users that packages bring'
    chroot "$tree" systemd-sysusers >"$CST_WORK/sysusers.log" 2>&1 || true
    mapfile -t packages < <(cut -d ' ' -f 1 <<<"$unknown" | sort -u)
    chroot "$tree" env HOME=/root rpm --restore "${packages[@]}" >>"$CST_WORK/sysusers.log" 2>&1 || true
    unknown=$(unknown_owners "$tree")
    [[ -z $unknown ]] || fail 3 "Files belong to users (u) or groups (g) that do not exist:" "$unknown" \
        "This host's $(rpm --version) cannot create them: use a host with rpm 4.19 or newer."
}

# shellcheck disable=SC2154 # The builder sets grub_arguments and boot_entries.
configure_tree() {
    local tree=$1 unit
    write_fstab "$tree"
    mkdir -p "$tree/etc/default"
    # Removes any password of root.
    chroot "$tree" usermod --password '!*' root
    # Presets differ between distributions; without these units no login is possible.
    for unit in sshd.service NetworkManager.service cloud-init-local.service cloud-init-main.service cloud-init.service \
        cloud-init-network.service cloud-config.service cloud-final.service; do
        if grep -qs '^\[Install\]' "$tree/usr/lib/systemd/system/$unit"; then
            chroot "$tree" systemctl --quiet enable "$unit"
        fi
    done
    cat >"$tree/etc/default/grub" <<END
# CloudStack's console shows tty0; operators debug on the serial port.
GRUB_TIMEOUT=2
GRUB_DEFAULT=saved
GRUB_DISABLE_SUBMENU=true
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
$grub_arguments="console=tty0 console=$serial,115200n8 net.ifnames=0${more_arguments:-}"
GRUB_DISABLE_RECOVERY=true
END
    # Without entries of their own in /boot/loader/entries, this would leave the menu empty.
    [[ $boot_entries != bls ]] || echo GRUB_ENABLE_BLSCFG=true >>"$tree/etc/default/grub"
    rm -f "$tree/etc/resolv.conf"
    if compgen -G "$tree/etc/systemd/system/*.wants/systemd-resolved.service" >/dev/null; then
        ln -s ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
    else
        : >"$tree/etc/resolv.conf"
    fi
    # The boot loader's environment block must be a regular file: BIOS cannot follow a link to the EFI partition.
    if [[ -L $tree/boot/grub2/grubenv ]]; then
        rm "$tree/boot/grub2/grubenv"
    fi
    if [[ -x $tree/usr/bin/grub2-editenv && ! -e $tree/boot/grub2/grubenv ]]; then
        mkdir -p "$tree/boot/grub2"
        chroot "$tree" grub2-editenv /boot/grub2/grubenv create
    fi
}

# Rebuilds the initramfs, now that all packages and configuration are in place.
make_initramfs() {
    local tree=$1 kernel initramfs driver
    kernel=$(newest_kernel "$tree")
    if [[ $boot_entries == bls && -e $tree/usr/bin/kernel-install && -e $tree/lib/modules/$kernel/vmlinuz ]]; then
        # Names the boot entry; the finished system gets another id.
        tr -d - </proc/sys/kernel/random/uuid >"$tree/etc/machine-id"
        chroot "$tree" kernel-install add "$kernel" "/lib/modules/$kernel/vmlinuz"
    fi
    # shellcheck disable=SC2059,SC2154 # The builder sets the format.
    printf -v initramfs "$initramfs_name" "$kernel"
    chroot "$tree" dracut --force --no-hostonly "$initramfs" "$kernel" >"$CST_WORK/dracut.log" 2>&1 || {
        tail -20 "$CST_WORK/dracut.log" >&2
        fail 1 "dracut could not create the initramfs: see the lines above and $CST_WORK/dracut.log."
    }
    chroot "$tree" lsinitrd "$initramfs" >"$CST_WORK/initramfs.list" 2>/dev/null
    for driver in $boot_drivers; do
        if ! chroot "$tree" modinfo -k "$kernel" "$driver" >"$CST_WORK/driver" 2>/dev/null; then
            echo "The kernel $kernel has no driver $driver."
        elif grep -q '^filename: *(builtin)' "$CST_WORK/driver"; then
            :
        elif ! grep -qE "/${driver//[_-]/[-_]}\.ko" "$CST_WORK/initramfs.list"; then
            fail 1 "The driver $driver of the kernel $kernel is missing in the initramfs."
        fi
    done
    [[ -n $(compgen -G "$tree/boot/vmlinuz-$kernel" || compgen -G "$tree/boot/Image-$kernel") ]] ||
        fail 1 "The kernel $kernel is not in /boot: its package did not install it there."
}

newest_kernel() {
    [[ -d $1/lib/modules ]] || fail 2 "The definition's packages do not include a kernel."
    (cd "$1/lib/modules" && printf '%s\n' * | sort -V | tail -1)
}

# Removes traces of the build host, and the identity.
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

# make_disk_root TREE: implements the builders' argument --tree.
make_disk_root() {
    tree=$1
    # Also on failure: the files may belong to users that exist only in this namespace.
    trap remove_tree EXIT
    make_tree "$tree"
    # Moves the packages' files for the EFI partition there: below this directory they would be hidden.
    tar --create --directory="$tree/boot/efi" --file="$CST_WORK/esp.tar" --owner=0 --group=0 --no-acls --no-xattrs .
    find "$tree/boot/efi" -mindepth 1 -delete
    say 'Writing the root file system'
    (unshare --mount bash -euo pipefail -c "$(declare -f write_root); write_root \"\$1\"" write "$tree") 9<>"$disk"
}

# --- End of the functions that run in namespaces. ---

# in_namespaces COMMAND…: mounts end with the command. Without root, files of other users require subordinate ids.
in_namespaces() {
    export CST_MODE CST_WORK keys mirror boot_drivers serial root_uuid esp_id root_offset root_kib disk
    if [[ $CST_MODE == root ]]; then
        unshare --mount "$@"
    else
        unshare --map-root-user --map-auto --mount --pid --fork --kill-child --mount-proc "$@"
    fi
}

# Sets SELinux's labels: outside the appliance, this host's kernel may refuse to write them.
label_commands() {
    local policy=/etc/selinux/targeted/contexts/files/file_contexts
    echo "sh \"if [ -e $policy ]; then setfiles -m -F -e /dev -e /proc -e /sys -e /run -e /boot/efi $policy /; fi\""
}

# build SCRIPT: runs a whole builder.
# check SCRIPT: only whether the repositories have all packages and they can be installed together.
check() {
    say 'Checking the keys and the mirror'
    fetch_keys
    choose_mirror
    say 'Checking the packages'
    in_namespaces bash "$1" --check "$CST_WORK/tree"
}

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
