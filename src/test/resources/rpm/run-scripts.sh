#!/bin/bash
# run-scripts.sh FAMILY WORK VENDOR: makes a small system of that family (dnf, zypper) below WORK and runs the scripts that prepare and
# clean such systems in it, twice, in a chroot. Packages come from the repository 'good' that make-repository.sh has made in VENDOR,
# over HTTP. Prints what differs between the two, and then the offline checks' results.
#
# The system's own files are an RPM package, installed by rpm. Programs are this host's (Debian's) below it: bash, coreutils, rpm,
# dnf, zypper, systemctl; sshd and cloud-init are Debian's, unpacked next to them. Stand-ins record how they are called in
# /var/lib/calls: what needs a booted machine (cloud-init status), and what Debian has not (dracut, grub2-mkconfig, restorecon,
# fixfiles, SUSEConnect, growpart's package and the like).
# shellcheck disable=SC2015,SC2016,SC2174 # Hashes and stubs are text; missing packages fail later, by name.
set -euo pipefail
family=$1 work=$2 vendor=$3 here=$(pwd)
export LC_ALL=C HOME=$work/home
tree=$work/tree debs=$work/debs payload=$work/payload
mkdir -p "$HOME" "$tree" "$debs" "$payload"

if [[ -z ${CST_CONTAINED:-} ]]; then
    CST_CONTAINED=1 exec unshare --mount --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi

put() {
    mkdir -p "$(dirname "$payload$1")"
    cat >"$payload$1"
}

the_system() {
    printf 'root:x:0:0:root:/root:/bin/bash\nsshd:x:74:74::/run/sshd:/sbin/nologin\nplain:x:1000:1000::/home/plain:/bin/bash\nnobody:x:65534:65534::/:/sbin/nologin\n' | put /etc/passwd
    printf 'root:$6$a$b:1::::::\nsshd:!*:1::::::\nplain:$6$a$b:1::::::\nnobody:!*:1::::::\n' | put /etc/shadow
    printf 'root:x:0:\nutmp:x:22:\nsshd:x:74:\nplain:x:1000:\nnogroup:x:65534:\n' | put /etc/group
    printf 'root:*::\nutmp:!::\nplain:!::\n' | put /etc/gshadow
    # As in SUSE's releases 16, and in all others.
    printf '%s\n' 'Include /etc/ssh/sshd_config.d/*.conf' 'UsePAM yes' | put "$([[ $family != zypper ]] || echo /usr)/etc/ssh/sshd_config"
    printf '%s\n' 'SELINUX=permissive' 'SELINUXTYPE=targeted' | put /etc/selinux/config
    printf '%s\n' 'GRUB_TIMEOUT=8' 'GRUB_TERMINAL_OUTPUT="console"' 'GRUB_CMDLINE_LINUX="rhgb quiet crashkernel=1G kept=1"' \
        'GRUB_CMDLINE_LINUX_DEFAULT="splash=silent"' | put /etc/default/grub
    [[ $family != zypper ]] || echo '/.* system_u:object_r:default_t:s0' | put /etc/selinux/targeted/contexts/files/file_contexts
    for file in sbin/update-bootloader sbin/shim-install lib/bootloader/grub2-efi/install; do put "/usr/$file" </dev/null; done
    printf '%s\n' '[main]' 'gpgcheck=1' | put /etc/dnf/dnf.conf
    printf '%s\n' '[main]' | put /etc/zypp/zypp.conf
    put /etc/zypp/locks </dev/null
    printf 'ID=plain\nVERSION_ID="1"\n' | put /etc/os-release
    printf '%s\n' '[plain]' 'name=Plain' "baseurl=http://127.0.0.1:$port/good" enabled=1 gpgcheck=1 gpgkey=file:///etc/pki/vendor.asc |
        tee >(put /etc/yum.repos.d/plain.repo) | put /etc/zypp/repos.d/plain.repo
    put /etc/pki/vendor.asc <"$vendor/keys/vendor.asc"
    printf '%s\n' '[openSUSE]' 'name=openSUSE' enabled=1 'url = file:///usr/share/zypp/local/service/openSUSE' | put /etc/zypp/services.d/openSUSE.service
    for unit in sshd NetworkManager chronyd firewalld cloud-init-local cloud-init cloud-config cloud-final; do
        printf '%s\n' '[Service]' 'ExecStart=/bin/true' '[Install]' 'WantedBy=multi-user.target' | put "/usr/lib/systemd/system/$unit.service"
    done
    for unit in vmtoolsd hypervkvpd; do
        printf '%s\n' '[Service]' 'ExecStart=/bin/true' | put "/usr/lib/systemd/system/$unit.service"
    done
    printf '%s\n' '[Unit]' 'BindsTo=dev-virtio\x2dports-org.qemu.guest_agent.0.device' | put /usr/lib/systemd/system/qemu-guest-agent.service
    echo kernel | put /boot/vmlinuz-6.1.0-1
    echo modules | put /usr/lib/modules/6.1.0-1/modules.dep
    mkdir -p "$payload"/etc/{ssh,systemd/system,dracut.conf.d,NetworkManager/system-connections,sysconfig/network-scripts,sysconfig/network,sudoers.d,cloud/cloud.cfg.d,udev/rules.d} \
        "$payload"/var/{log,tmp,cache,lib,spool} "$payload"/{root,home/plain,run/sshd,proc,dev,sys,boot/grub2,fakes} "$payload/var/lib/calls"
    mkdir -p -m 1777 "$payload/tmp"
    cp "$debs/etc/cloud/cloud.cfg" "$payload/etc/cloud/cloud.cfg"
}

leave() {
    local file
    for file in "$@"; do
        mkdir -p "$tree/$(dirname "$file")"
        echo left >"$tree/$file"
    done
}

# What an installation and a first boot leave for the preparation to fix.
leave_of_installation() {
    leave etc/cloud/cloud.cfg.d/99-installer.cfg etc/NetworkManager/system-connections/a.nmconnection etc/sudoers.d/90-cloud-init-users .autorelabel
    case $family in
        dnf)
            leave etc/yum.repos.d/installer.repo etc/sysconfig/network-scripts/ifcfg-ens3
            leave_of_anaconda
            ;;
        zypper)
            leave etc/zypp/credentials.d/SCCcredentials etc/udev/rules.d/70-persistent-net.rules
            leave_registration
            leave etc/default/grub_installdevice boot/grub2/device.map etc/selinux/.autorelabel boot/do_purge_kernels
            printf 'LOADER_TYPE="none"\nSECURE_BOOT="no"\n' >"$tree/etc/sysconfig/bootloader"
            rpm --root "$tree" -i "$vendor"/good/kernel-default-base-*.rpm
            printf '%s\n' '[cd]' 'name=cd' 'baseurl=cd:///?devices=/dev/sr0' enabled=1 >"$tree/etc/zypp/repos.d/cd.repo"
            ;;
    esac
}

# Release 8's GRUB environment, an entry of a kernel that was removed, and a rescue image.
leave_of_anaconda() {
    local words='root=UUID=1-2 ro quiet rhgb crashkernel=1G console=tty1 kept=2'
    mkdir -p "$tree/boot/loader/entries" "$tree/boot/efi/EFI/plain" "$tree/etc/kernel"
    for kernel in 6.1.0-1 5.0.0-1 0-rescue-0123; do
        printf '%s\n' "title Plain $kernel" "linux /vmlinuz-$kernel" "options $words" >"$tree/boot/loader/entries/0123-$kernel.conf"
    done
    touch "$tree/boot/vmlinuz-0-rescue-0123"
    echo "$words" >"$tree/etc/kernel/cmdline"
    grub-editenv "$tree/boot/efi/EFI/plain/grubenv" create
    grub-editenv "$tree/boot/efi/EFI/plain/grubenv" set saved_entry=0123-6.1.0-1 "kernelopts=$words" blsdir=/boot/loader/entries
    ln -s ../efi/EFI/plain/grubenv "$tree/boot/grub2/grubenv"
    echo 'plain ALL=(ALL) NOPASSWD: ALL' >"$tree/etc/sudoers"
}

leave_registration() {
    printf '%s\n' '[SUSE]' 'url = https://scc.suse.com/access' >"$tree/etc/zypp/services.d/SUSE.service"
}

# What the preparation and its machine leave for the clean-up.
leave_of_build() {
    leave etc/ssh/ssh_host_old_key etc/NetworkManager/system-connections/a.nmconnection var/log/messages var/lib/cloud/instance/user-data.txt \
        etc/plain.rpmnew root/.bash_history root/.ssh/authorized_keys tmp/script.sh var/lib/NetworkManager/a.lease .autorelabel etc/hostname etc/machine-id
    case $family in
        dnf) leave root/anaconda-ks.cfg var/cache/dnf/a/b.solv etc/pki/consumer/cert.pem etc/sysconfig/network-scripts/ifcfg-ens3 ;;
        zypper)
            leave root/autoinst.xml var/log/YaST2/y2log var/cache/zypp/solv/a/solv var/lib/wicked/duid.xml etc/zypp/credentials.d/SCCcredentials
            leave_registration
            printf 'BOOTPROTO=dhcp\nHWADDR=52:54:00:00:00:01\n' >"$tree/etc/sysconfig/network/ifcfg-eth0"
            ;;
    esac
}

fake() {
    cat >"$tree/fakes/$1"
    chmod 755 "$tree/fakes/$1"
}

stand_ins() {
    local name
    ln -s /usr/bin/grub-editenv "$tree/fakes/grub2-editenv"
    for name in dracut grub2-mkconfig restorecon fixfiles SUSEConnect grub2-install shim-install setfiles; do
        printf '#!/bin/sh\necho "%s $*" >>/var/lib/calls/all\n' "$name" | fake "$name"
    done
    printf '#!/bin/sh\necho "dracut $*" >>/var/lib/calls/all\necho "initramfs $(cat /etc/dracut.conf.d/*)" >/boot/initramfs-6.1.0-1.img\n' | fake dracut
    printf '#!/bin/sh\necho /dev/the-disk\n' | fake grub2-probe
    # Closed, as YaST leaves it, until the service is added.
    printf '#!/bin/sh\ncase $* in *--query-service=ssh) [ -e /etc/firewalld/ssh ] ;; *--add-service=ssh) mkdir -p /etc/firewalld; : >/etc/firewalld/ssh ;; *) exit 2 ;; esac\n' | fake firewall-offline-cmd
    # 40-cloud-init.sh takes the interpreter from the first line.
    printf '#!/usr/bin/python3\nimport sys\nopen("/var/lib/calls/all", "a").write("cloud-init " + " ".join(sys.argv[1:]) + "\\n")\n' | fake cloud-init
}

unpack_debian() {
    (cd "$debs" && apt-get download -qq openssh-server cloud-init python3-yaml python3-configobj python3-jinja2 python3-markupsafe \
        python3-jsonschema python3-attr python3-pyrsistent python3-six python3-requests python3-urllib3 python3-idna python3-certifi python3-chardet python3-charset-normalizer python3-oauthlib python3-serial python3-netifaces \
        python3-jsonpatch python3-json-pointer libwrap0 2>"$work/apt.log" || true
        for deb in *.deb; do dpkg-deb -x "$deb" .; done)
}

install_system() {
    printf '%s\n' "%_topdir $work/rpmbuild" "%_dbpath /var/lib/rpm" '%__os_install_post %{nil}' '%_build_id_links none' >"$HOME/.rpmmacros"
    {
        printf '%s\n' 'Name: plain-system' 'Version: 1' 'Release: 1' 'Summary: For a test' 'License: None' 'AutoReqProv: no' \
            'BuildArch: noarch' '%description' 'For a test.' '%install' "cp -a $payload/. %{buildroot}/" '%files'
        (cd "$payload" && find . -mindepth 1 \( -type d -printf '%%dir "/%P"\n' -o -printf '"/%P"\n' \))
    } >"$work/plain-system.spec"
    rpmbuild --quiet -bb "$work/plain-system.spec" >"$work/rpmbuild.log" 2>&1 || {
        cat "$work/rpmbuild.log" >&2
        exit 1
    }
    rpm --root "$tree" --import "$vendor/keys/vendor.asc"
    rpm --root "$tree" --nosignature -i "$work"/rpmbuild/RPMS/noarch/*.rpm 2>/dev/null
}

mount_system() {
    mkdir -p "$work"/{upper,overlay}
    for name in bin sbin lib lib64; do ln -sfn "usr/$name" "$tree/$name"; done
    mkdir -p "$tree/etc/alternatives"
    cp -a /etc/alternatives/. "$tree/etc/alternatives/"
    cp -a /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d "$tree/etc/"
    cp "$HOME/.rpmmacros" "$tree/fakes/.rpmmacros"
    mount -t overlay none -o "lowerdir=$tree/usr:$debs/usr:/usr,upperdir=$work/upper,workdir=$work/overlay" "$tree/usr"
    cp -a "$debs"/lib/. "$tree/usr/lib/" 2>/dev/null || true
    rm -rf "$tree/usr/lib/systemd/system/ssh.service" "$tree/usr/lib/systemd/system/ssh.socket"
    for name in null zero urandom random tty; do
        : >"$tree/dev/$name"
        mount --bind "/dev/$name" "$tree/dev/$name"
    done
    ln -sfn /proc/self/fd "$tree/dev/fd"
    mount -t proc none "$tree/proc"
    # As a machine of its own has them after its first boot.
    chroot "$tree" env PATH=/fakes:/usr/sbin:/usr/bin ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
}

in_system() {
    chroot "$tree" env -i PATH=/fakes:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin HOME=/fakes LC_ALL=C "CST_ARCH=$(uname -m)" \
        CST_PACKAGES="plain-system member$([[ $family != zypper ]] || echo ' kernel-default')" CST_DEFAULT_USER=plain CST_PASSWORD_ENABLED=true CST_LOCALE=C.UTF-8 CST_TIMEZONE=Etc/UTC \
        'CST_DATASOURCES=ConfigDrive, CloudStack, None' CST_FAMILY=plain CST_RELEASE=1 "$@"
}

run_all() {
    local script kind
    for kind in "$@"; do
        echo "-- $kind"
        for script in $(find "$here/scripts/$kind/$family" "$here/scripts/$kind/common" -name '*.sh' 2>/dev/null |
            awk -F/ '{ print $NF, $0 }' | sort | cut -d' ' -f2); do
            in_system bash -s <"$script" >"$work/output" 2>&1 || {
                echo "FAILED ${script#"$here"/}"
                tail -5 "$work/output"
                exit 1
            }
        done
    done
}

# Everything but what tools write anew at each call: the record of calls, logs, rpm's database, backups of the accounts.
picture() {
    (cd "$tree" && find . -xdev -path ./proc -prune -o -path ./dev -prune -o -path ./var/lib/calls -prune -o -path ./var/lib/rpm -prune \
        -o -path './var/log/*' -prune -o -path './etc/*-' -prune -o -path './var/lib/dnf/*' -prune -o -path ./var/lib/zypp -prune -o -path ./usr -prune -o -type f -printf '%p %m %u %g ' -exec sha256sum {} \; -o \( -type l -printf '%p -> %l\n' \) -o -printf '%p %m %u %g\n' | sort)
    (cd "$work/upper" && find . -type f -printf '%p %m ' -exec sha256sum {} \; | sort)
}

# Ends with this script, whose processes are in a namespace of their own.
serve() {
    python3 -u -m http.server --bind 127.0.0.1 --directory "$vendor" 0 >"$work/server.log" 2>&1 &
    until port=$(sed -n 's/^Serving HTTP on .* port \([0-9]*\) .*/\1/p' "$work/server.log") && [[ -n $port ]]; do
        kill -0 $! && sleep 0.1
    done
}

serve
unpack_debian
the_system
install_system
stand_ins
mount_system
leave_of_installation
run_all preparation
picture >"$work/first"
run_all preparation
picture >"$work/second"
echo '== prepared twice'
diff "$work/first" "$work/second" || true
echo '== calls'
sort -u "$tree/var/lib/calls/all"
leave_of_build
run_all cleanup
picture >"$work/third"
run_all cleanup
picture >"$work/fourth"
echo '== cleaned twice'
diff "$work/third" "$work/fourth" || true
echo '== files'
(cd "$tree" && find . -xdev \( -path ./usr -o -path ./proc -o -path ./dev -o -path ./fakes -o -path ./etc/alternatives -o -path ./var/lib/rpm \) -prune -o ! -type d -print | sort)
mkdir "$tree/dev/cst-checks"
echo '== checks'
case $family in
    dnf) own=(dnf/kernels) files=(/etc/kernel/cmdline /boot/loader/entries/0123-6.1.0-1.conf /boot/grub2/grubenv) ;;
    zypper) own=(zypper/bootloader) files=(/etc/sysconfig/bootloader) ;;
esac
for script in "${own[@]}" "$family/state" "$family/packages" common/accounts common/identity common/ssh common/traces; do
    cat "$here/scripts/validation/offline/lib.sh" "$here/scripts/validation/offline/$script.sh" | in_system bash -s
done
for file in /etc/ssh/sshd_config.d/60-cloudstack.conf /etc/cloud/cloud.cfg.d/99_cloudstack.cfg /etc/selinux/config /etc/default/grub /etc/locale.conf "${files[@]}"; do
    echo "== $file"
    cat "$tree$file"
done
