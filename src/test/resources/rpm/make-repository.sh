#!/bin/bash
# Makes RPM repositories below the folder $1 for tests: 'good' and its like, each signed as its name says, with its keys in 'keys'.
# The packages are small but real; the programs in them are this host's own, with the libraries that they need.
#   good       index and packages signed by the key 'vendor'
#   unsigned   the same, nothing signed
#   stranger   the same, signed by the key 'stranger'
#   expired    the same, signed by the key 'expired' while it was valid
# Kernel, dracut, systemctl and GRUB are stubs that write a file: the real ones would require a running machine or hundreds of megabytes.
set -euo pipefail
shopt -s nullglob
top=$1
export HOME=$top/home GNUPGHOME=$top/gnupg LC_ALL=C
mkdir -p "$HOME" "$top/keys" "$top/build" "$top/specs"
mkdir -m 700 "$GNUPGHOME"
cat >"$HOME/.rpmmacros" <<END
%_topdir $top/build
%_dbpath $top/build/db
%_gpg_path $GNUPGHOME
%__gpg /usr/bin/gpg
%_binary_payload w1.gzdio
%__os_install_post %{nil}
%__find_provides %{nil}
%__find_requires %{nil}
%_build_id_links none
%source_date_epoch_from_changelog 0
END

# time_of KEY: gpg's option for a time when the key was valid.
time_of() { [[ $1 != expired ]] || echo '--faked-system-time 20230601T000000'; }

for name in vendor stranger expired; do
    until=2030-01-01
    [[ $name != expired ]] || until=2024-01-01
    # shellcheck disable=SC2046 # Two words or none.
    gpg --batch --quiet $(time_of "$name") --passphrase '' --quick-generate-key "$name <$name@example.org>" rsa3072 sign "$until"
    gpg --batch --armor --export "$name@example.org" >"$top/keys/$name.asc"
    gpg --batch --with-colons --list-keys "$name@example.org" | awk -F: '/^fpr/ { print $10; exit }' >"$top/keys/$name.fingerprint"
done
gpg --batch --armor --export >"$top/keys/both.asc"

# carry FOLDER PROGRAM…: this host's programs with their libraries, where they lie here.
carry() {
    local folder=$1 program file
    shift
    for program in "$@"; do
        program=$(type -P "$program")
        for file in "$program" $(ldd "$program" 2>/dev/null | grep -oE '/[^ ]+' || true); do
            install -D "$(realpath "$file")" "$folder/usr/${file#/usr/}"
        done
    done
}

# package NAME [LINE…]: from the tree $top/trees/NAME; further lines of the specification, such as Requires.
package() {
    local name=$1 spec=$top/specs/$1.spec tree=$top/trees/$1
    shift
    mkdir -p "$tree"
    {
        printf '%s\n' "Name: $name" 'Version: 1.0' 'Release: 1' 'Summary: For a test' 'License: None' 'AutoReqProv: no' "$@" \
            '%description' 'For a test.' '%install' "cp -a $tree/. %{buildroot}/" '%files'
        (cd "$tree" && find . -mindepth 1 \( -type d -printf '%%dir "/%P"\n' -o -printf '"/%P"\n' \))
        [[ ! -e $top/specs/$name.files ]] || cat "$top/specs/$name.files"
        [[ ! -e $top/specs/$name.post ]] || cat <(echo '%post') "$top/specs/$name.post"
    } >"$spec"
    rpmbuild --quiet -bb "$spec" >"$top/specs/$name.log" 2>&1 || {
        cat "$top/specs/$name.log" >&2
        exit 1
    }
}

put() {
    mkdir -p "$(dirname "$top/trees/$1")"
    cat >"$top/trees/$1"
}

put_program() {
    put "$1"
    chmod 755 "$top/trees/$1"
}

mkdir -p "$top/trees/filesystem"
(
    cd "$top/trees/filesystem"
    mkdir -p usr/{bin,sbin,lib,lib64,share} etc boot/efi home var/{log,tmp,cache,lib} dev proc sys run
    mkdir -m 1777 tmp
    mkdir -m 700 root
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$name"; done
)
package filesystem
carry "$top/trees/tools" bash env cat cp rm mkdir ls ln mv chmod sort uniq head tail tr cut wc sed grep find mkfs.ext4 true
ln -s bash "$top/trees/tools/usr/bin/sh"
package tools 'Requires(pre): filesystem' 'Provides: /bin/sh'

# An rpm whose database lies elsewhere than this host's.
carry "$top/trees/rpm" rpm rpmdb
mkdir -p "$top/trees/rpm/usr/lib/rpm"
cp -a /usr/lib/rpm/{macros,rpmrc,rpmpopt-*,platform} "$top/trees/rpm/usr/lib/rpm/"
sed -i -E 's|^(%_dbpath\s).*|\1/var/lib/rpm|' "$top/trees/rpm/usr/lib/rpm/macros"
rm -f "$top/trees/rpm/usr/lib/rpm/macros.d"
package rpm 'Requires: tools'

put plain-release/usr/lib/os-release <<'END'
ID=plain
VERSION_ID="1"
END
put plain-release/etc/yum.repos.d/plain.repo <<'END'
[plain]
name=Plain
baseurl=https://vendor.example/plain
gpgcheck=1
END
printf 'root:x:0:0:root:/root:/bin/bash\n' | put plain-release/etc/passwd
printf 'root:x:0:\n' | put plain-release/etc/group
printf 'root::1::::::\n' | put plain-release/etc/shadow
package plain-release 'Requires: filesystem'

put kernel/usr/lib/modules/6.1.0-1/vmlinuz <<<'a kernel'
put kernel/boot/vmlinuz-6.1.0-1 <<<'a kernel'
package kernel 'Requires: dracut' 'Recommends: unused-package'
put_program dracut/usr/bin/dracut <<'END'
#!/bin/sh
# dracut --force --no-hostonly FILE KERNEL
echo "initramfs of $4 with $(cat /etc/dracut.conf.d/*.conf)" >"$3"
END
put_program dracut/usr/bin/lsinitrd <<'END'
#!/bin/sh
echo usr/lib/modules/6.1.0-1/kernel/drivers/virtio_blk.ko.xz
END
put_program dracut/usr/bin/modinfo <<'END'
#!/bin/sh
[ "$3" = virtio_blk ] && echo 'filename: /lib/modules/virtio_blk.ko.xz'
END
package dracut 'Requires: tools'
put_program systemd/usr/bin/systemctl <<'END'
#!/bin/sh
# systemctl --quiet enable UNIT
mkdir -p /etc/systemd/system/multi-user.target.wants
ln -sf "/usr/lib/systemd/system/$3" "/etc/systemd/system/multi-user.target.wants/$3"
END
put_program systemd/usr/sbin/usermod <<'END'
#!/bin/sh
# usermod --password PASSWORD USER
sed -i "s|^$3:[^:]*:|$3:$2:|" /etc/shadow
END
put systemd/usr/lib/systemd/system/sshd.service <<'END'
[Install]
WantedBy=multi-user.target
END
echo 'echo 0123456789abcdef0123456789abcdef >/etc/machine-id; [ -c /dev/null ] && [ -d /proc/self ]' >"$top/specs/systemd.post"
carry "$top/trees/systemd" systemd-sysusers
package systemd 'Requires(post): tools'
put grub2/boot/efi/EFI/plain/grubx64.efi <<<'MZ grub'
put grub2/boot/efi/EFI/BOOT/BOOTX64.EFI <<<'MZ shim'
put grub2/boot/efi/EFI/BOOT/BOOTAA64.EFI <<<'MZ shim'
put_program grub2/usr/sbin/setfiles <<<'#!/bin/sh'
put_program grub2/usr/sbin/grub2-install <<<'#!/bin/sh'
put_program grub2/usr/sbin/grub2-probe <<'END'
#!/bin/sh
echo /dev/the-disk
END
put_program grub2/usr/sbin/shim-install <<'END'
#!/bin/sh
mkdir -p /boot/efi/EFI/boot && cp /usr/share/efi/shim.efi /boot/efi/EFI/boot/bootx64.efi
END
put grub2/usr/share/efi/shim.efi <<<'MZ shim'
put_program grub2/usr/sbin/grub2-mkconfig <<'END'
#!/bin/sh
# grub2-mkconfig -o FILE
mkdir -p /boot/grub2
echo "linux /boot/vmlinuz root=$(sed -n 's/ .*//p;q' /etc/fstab)" >"$2"
END
package grub2 'Requires: tools'
# Its user is in sysusers.d only: rpm creates it since version 4.19.
put service/usr/lib/sysusers.d/service.conf <<<'u service 321 "For a test" /'
put service/usr/lib/service.secret <<<'secret'
echo '%attr(0640, service, service) "/usr/lib/service.secret"' >"$top/specs/service.files"
package service 'Requires: systemd'
package kernel-default 'Conflicts: kernel-default-base'
package kernel-default-base 'Provides: kernel-default = 0.9'
package unused-package
put member/etc/selinux/targeted/contexts/files/file_contexts <<<'/.* system_u:object_r:default_t:s0'
package member
put broken/etc/broken <<<x
package broken 'Requires: no-such-package'

cat >"$top/comps.xml" <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<comps>
  <group>
    <id>core</id><name>Core</name><description>Core</description><default>true</default><uservisible>true</uservisible>
    <packagelist><packagereq type="mandatory">member</packagereq></packagelist>
  </group>
</comps>
END

# repository NAME KEY: signed by KEY, or unsigned.
repository() {
    local folder=$top/$1 key=$2
    mkdir -p "$folder"
    find "$top/build/RPMS" -name '*.rpm' -exec cp -t "$folder" {} +
    [[ -z $key ]] || rpmsign --define "__gpg_sign_cmd %{__gpg} gpg $(time_of "$key") --batch --no-verbose --no-armor --pinentry-mode loopback --passphrase-file /dev/null -u %{_gpg_name} -sbo %{__signature_filename} --digest-algo sha256 %{__plaintext_filename}" \
        --define "_gpg_name $key@example.org" --addsign "$folder"/*.rpm >"$top/specs/sign.log" 2>&1 || {
        cat "$top/specs/sign.log" >&2
        exit 1
    }
    createrepo_c --quiet --groupfile "$top/comps.xml" "$folder"
    if [[ -n $key ]]; then
        # shellcheck disable=SC2046 # Two words or none.
        gpg --batch $(time_of "$key") --local-user "$key@example.org" --detach-sign --armor "$folder/repodata/repomd.xml"
        cp "$top/keys/$key.asc" "$folder/repodata/repomd.xml.key"
    fi
}
repository good vendor
repository unsigned ''
repository stranger stranger
repository expired expired
gpgconf --kill all
