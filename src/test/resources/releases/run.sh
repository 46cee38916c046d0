#!/bin/bash
# Runs our scripts on a release's profile, each row in a system on a disk image of its own: run.sh WORK
#
# WORK contains row.json and profile.json (see populate.py), files/ (the release's files), commands/ (the stand-ins), programs/ (this host's
# further programs), and the steps to run: steps/NN-KIND/NAME.sh with env/KIND, check.sh, faults.sh and leftovers.
# Prints '== STEP' before each step's output and '== ended CODE' after it.
set -euo pipefail
work=$1
cd "$work"
if [[ -z ${CST_CONTAINED:-} ]]; then
    CST_CONTAINED=1 exec unshare --mount --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
export LC_ALL=C CST_TREE=$work/tree CST_HOST=$work/host PYTHONDONTWRITEBYTECODE=1
setting() { sed -n "s/^ *\"$1\" : \"\(.*\)\",\{0,1\}\$/\1/p" row.json; }

make_disk() {
    local -a parts=(--new=1:2048:4095 --typecode=1:ef02 --new=2:4096:+64M --typecode=2:ef00)
    last=3
    [[ $(setting arch) == x86_64 ]] || parts=(--new=2:2048:+64M --typecode=2:ef00)
    if [[ -n $(setting bootType) ]]; then
        parts+=(--new=3:0:+512M --typecode=3:8300)
        last=4
    fi
    truncate -s "$(setting disk_size)" disk.raw
    sgdisk "${parts[@]}" "--new=$last:0:0" "--typecode=$last:8300" disk.raw >/dev/null
    loop=$(losetup --show --partscan --find disk.raw)
    trap end EXIT
    partx --add "$loop"
    make_file_system "$(setting rootType)" "$(setting root)" "${loop}p$last"
    [[ $last == 3 ]] || make_file_system "$(setting bootType)" "$(setting boot)" "${loop}p3"
    mkfs.vfat -i "$(setting esp | tr -d -)" "${loop}p2" >/dev/null
    sed -i "s|@disk@|$loop|; s|@device@|${loop}p$last|" row.json
}

end() {
    cd "$work"
    umount --recursive --lazy tree 2>/dev/null || true
    umount --recursive --lazy host 2>/dev/null || true
    partx --delete "$loop" 2>/dev/null || true
    losetup --detach "$loop"
}

make_file_system() {
    case $1 in
        ext4) mkfs.ext4 -q -F -U "$2" "$3" ;;
        xfs) LD_LIBRARY_PATH=$work/programs/usr/lib/$(uname -m)-linux-gnu "$work/programs/usr/sbin/mkfs.xfs" -q -f -m "uuid=$2" "$3" ;;
        btrfs) mkfs.btrfs -q -f -U "$2" "$3" ;;
    esac
}

mount_disk() {
    local name options=defaults
    mkdir -p tree host
    if [[ -n $(setting subvolume) ]]; then
        mount "${loop}p$last" tree
        btrfs -q subvolume create "tree/$(setting subvolume)" >/dev/null
        umount tree
        options=subvol=$(setting subvolume)
    fi
    mount -o "$options" "${loop}p$last" tree
    mkdir -p tree/boot tree/.host tree/dev tree/proc tree/sys tree/run
    [[ $last == 3 ]] || mount "${loop}p3" tree/boot
    mkdir -p tree/boot/efi
    # Not the partition itself: this host's kernel may not know FAT.
    mount -t tmpfs none tree/boot/efi
    # What is not of the release: this host's programs, the stand-ins and their records.
    mount -t tmpfs none host
    mkdir -p host/usr host/commands
    mount -t overlay none -o "lowerdir=$work/programs/usr:/usr" host/usr
    cp -a commands/. host/commands/
    /usr/bin/python3 -I -m compileall -q host/commands
    cp profile.json row.json host/
    mkdir host/files host/written
    mount --bind files host/files
    mount --bind written host/written
    /usr/bin/python3 -I host/commands/populate.py
    mount --rbind host tree/.host
    cp -aL /etc/ld.so.cache tree/etc/
    mkdir -p tree/etc/alternatives
    cp -a /etc/alternatives/{awk,nawk} tree/etc/alternatives/ 2>/dev/null || true
    mount -t tmpfs -o mode=755 none tree/dev
    for name in null zero full random urandom tty "$(basename "$loop")" "$(basename "$loop")"p{1..4}; do
        [[ -e /dev/$name ]] || continue
        : >"tree/dev/$name"
        mount --bind "/dev/$name" "tree/dev/$name"
    done
    ln -s /proc/self/fd tree/dev/fd
    mkdir tree/dev/shm
    mount -t proc none tree/proc
    mount --rbind /sys tree/sys
    mount -t tmpfs -o mode=755 none tree/run
    mkdir -p tree/run/sshd
}

in_tree() { chroot tree /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root SYSTEMD_OFFLINE=1 "$@"; }

# enabled: units, one a line.
enable_units() {
    local -a units
    mapfile -t units <enabled
    ((${#units[@]} == 0)) || in_tree /usr/bin/systemctl --quiet --no-reload enable "${units[@]}"
}

# A system that was booted has these.
first_boot() {
    in_tree /usr/bin/ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
    echo 0123456789abcdef0123456789abcdef >tree/etc/machine-id
}

leave() {
    local file
    while read -r file; do
        mkdir -p "$(dirname "tree/$file")"
        echo 'left over' >"tree/$file"
    done <leftovers
}

# Everything but what changes at each call.
picture() { (cd tree && find . -xdev -type f -printf '%p %m %u %g ' -exec sha256sum {} \; -o -printf '%p %m %u %g %l\n' | sort); }

# As Packer does: a file with the variables in its environment.
run_step() {
    local step=$1 script code
    for script in "steps/$step"/*.sh; do
        echo "== $step/$(basename "$script")"
        cp "$script" host/script
        cp "env/$step" host/environment
        chmod 755 host/script
        code=0
        in_tree /bin/bash -c 'set -a; . /.host/environment; set +a; exec /.host/script' </dev/null 2>&1 || code=$?
        echo "== ended $code"
        ((code == 0)) || exit 0
    done
}

check() {
    echo "== $1"
    cp check.sh host/script
    in_tree /bin/sh /.host/script </dev/null 2>&1 || true
    rm -rf tree/dev/cst-checks
    echo "== ended 0"
}

# accepts NAME PROGRAM…: prints what a real program of this host says about a file that it refuses.
accepts() {
    local name=$1 said
    shift
    said=$(in_tree "$@" 2>&1) || echo "$name is refused: $said"
}

# The finished system's configuration by the programs that read it.
real_programs() {
    local file
    echo '== accepted'
    # SUSE 16 ships it in /usr/etc.
    file=/usr/etc/sudoers
    [[ ! -e tree/etc/sudoers ]] || file=/etc/sudoers
    accepts "$file" LD_LIBRARY_PATH=/.host/usr/libexec/sudo /.host/usr/sbin/visudo -c -f "$file"
    # Only ours: the release's cloud-init may be newer than this host's.
    for file in tree/etc/cloud/cloud.cfg.d/*cloudstack*.cfg; do
        if [[ ! -e $file ]]; then continue; fi
        { echo '#cloud-config' && cat "$file"; } >host/cloud-config
        accepts "${file#tree}" /.host/usr/bin/python3 -I /.host/usr/bin/cloud-init schema --config-file /.host/cloud-config
    done
    for file in tree/boot/grub*/grub.cfg tree/boot/efi/EFI/*/grub.cfg; do
        if [[ -e $file ]]; then accepts "${file#tree}" /.host/usr/bin/grub-script-check "${file#tree}"; fi
    done
    if compgen -G 'tree/etc/netplan/*.yaml' >/dev/null; then accepts /etc/netplan /.host/usr/libexec/netplan/generate; fi
    echo '== ended 0'
}

make_disk
mount_disk
enable_units
first_boot
for contexts in tree/etc/selinux/*/contexts/files/file_contexts; do
    [[ ! -e $contexts ]] || in_tree /.host/usr/sbin/setfiles -m -F "${contexts#tree}" /
done
for step in steps/*; do
    step=${step#steps/}
    if [[ $step == *-cleanup ]]; then leave; fi
    run_step "$step"
    case $step in
        *-installation)
            echo '== serial'
            cat tree/dev/tty[SA]* 2>/dev/null || true
            echo '== ended 0'
            ;;
        *-cleanup)
            echo '== remaining'
            while read -r file; do
                if [[ -s tree/$file ]]; then echo "the clean-up left $file"; fi
            done <leftovers
            for file in etc/passwd etc/shadow root/.bashrc var/log/wtmp var/log/journal; do
                [[ -e tree/$file ]] || echo "the clean-up removed $file"
            done
            echo '== ended 0'
            picture >once
            run_step "$step"
            picture >twice
            echo '== again'
            diff once twice || true
            echo '== ended 0'
            ;;
    esac
done
# As OfflineCleanup and OfflineVariants do at last.
in_tree /bin/sh -c "contexts=/etc/selinux/\$(sed -n 's/^SELINUXTYPE=//p' /etc/selinux/config 2>/dev/null | tail -n 1)/contexts/files/file_contexts
    if [ -e \$contexts ]; then setfiles -m -F -e /dev -e /proc -e /sys -e /run -e /boot/efi \$contexts /; fi" >/dev/null
check checks
real_programs
echo '== calls'
sort -u host/calls
echo '== ended 0'
if [[ -s faults.sh ]]; then
    echo '== planting'
    cp faults.sh host/script
    in_tree /bin/bash /.host/script 2>&1 || true
    echo '== ended 0'
    check faults
fi
