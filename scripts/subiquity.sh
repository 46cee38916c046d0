#!/bin/bash
# Runs subiquity's server in its dry run with an autoinstall file, from the first question to the power-off, as Ubuntu's installer would read it.
#
#   subiquity.sh RELEASE USER-DATA [DIR]
#
# RELEASE is a branch of subiquity: noble (24.04), resolute (26.04); USER-DATA is what 'cst render ID --source iso' writes. DIR keeps the
# programs for the next run; without it they are deleted. Prints the installer's events and the configuration that curtin would get. Needs
# git, mmdebstrap, root and the network; CST_GIT replaces https://github.com, CST_UBUNTU http://archive.ubuntu.com/ubuntu, and
# CST_UBUNTU_KEYRING the keyring that its packages are verified with.
set -euo pipefail
release=${1:?usage: subiquity.sh RELEASE USER-DATA [DIR]} answers=$(readlink -f -- "${2:?usage: subiquity.sh RELEASE USER-DATA [DIR]}")
git=${CST_GIT:-https://github.com}
ubuntu=${CST_UBUNTU:-http://archive.ubuntu.com/ubuntu}
if [[ -n ${3:-} ]]; then
    work=$3
    mkdir -p "$work"
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
[[ -s $answers ]] || {
    echo "$answers does not exist or is empty." >&2
    exit 2
}

# take NAME REVISION: the files of one of Canonical's repositories at a branch or commit, in $work/src.
take() {
    [[ -d $work/$1 ]] || git clone --quiet --bare "$git/canonical/$1" "$work/$1" || {
        echo "Cannot fetch $git/canonical/$1: check the network, or set CST_GIT to a mirror." >&2
        exit 1
    }
    rm -rf "$work/src/$1"
    mkdir -p "$work/src/$1"
    git -C "$work/$1" archive "$2" | tar --extract --directory "$work/src/$1"
}

# pinned NAME: the commit of another repository that this subiquity is built with.
pinned() {
    awk -v name="canonical/$1" 'index($0, name) { found = 1 } found && /source-commit:/ { gsub(/"/, "", $2); print $2; exit }' \
        "$work/src/subiquity/snapcraft.yaml"
}

take subiquity "ubuntu/$release"
take curtin "$(pinned curtin)"
take probert "$(pinned probert)"

# The installer is a snap: it runs on the release that the snap is based on.
base=$(sed -n 's/^base: //p' "$work/src/subiquity/snapcraft.yaml")
case $base in
    core22) suite=jammy ;;
    core24) suite=noble ;;
    core26) suite=resolute ;;
    *)
        echo "subiquity's branch ubuntu/$release is based on '$base', which this script does not know." >&2
        exit 1
        ;;
esac

if [[ ! -e $work/$suite/complete ]]; then
    echo "==> Installing what $base has"
    rm -rf "${work:?}/$suite"
    mmdebstrap --keyring="${CST_UBUNTU_KEYRING:-/usr/share/keyrings/ubuntu-archive-keyring.gpg}" --variant=apt --components=main,universe \
        --include="python3-aiohttp python3-apport python3-attr python3-bson python3-debian python3-distro-info python3-jsonschema
            python3-more-itertools python3-oauthlib python3-packaging python3-passlib python3-pkg-resources python3-pycountry python3-pyroute2
            python3-pyudev python3-requests python3-requests-unixsocket python3-systemd python3-urwid python3-yaml python3-dev
            libnl-3-dev libnl-genl-3-dev libnl-route-3-dev gcc pkg-config python3-setuptools cloud-init curl dctrl-tools gettext iproute2 isc-dhcp-client
            jq kbd locales netplan.io openssh-client os-prober rsync ssh-import-id sudo systemd tzdata udev util-linux" \
        "$suite" "$work/$suite" "deb $ubuntu $suite main universe" "deb $ubuntu $suite-updates main universe"
    touch "$work/$suite/complete"
fi

# In the tree: without network, with the answers as the only input.
mkdir -p "$work/$suite/src"
unshare --mount --net --pid --fork --kill-child bash -euo pipefail -s "$work" "$suite" "$answers" <<'END'
work=$1 tree=$1/$2 answers=$3
mount --bind "$work/src" "$tree/src"
rm -rf "$tree/result"
mkdir "$tree/result"
cp "$answers" "$tree/result/user-data"
# systemd does not run in the tree: what its programs would do.
mkdir -p "$tree/usr/local/bin" "$tree/run/systemd/system"
cat >"$tree/usr/local/bin/timedatectl" <<'SCRIPT'
#!/bin/sh
[ "$*" != list-timezones ] || awk '$1 == "Z" { print $2 } $1 == "L" { print $3 } END { print "UTC" }' /usr/share/zoneinfo/tzdata.zi
SCRIPT
cat >"$tree/usr/local/bin/systemd-run" <<'SCRIPT'
#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
SCRIPT
cat >"$tree/usr/local/bin/systemd-cat" <<'SCRIPT'
#!/bin/sh
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
SCRIPT
# There is no installed system for the late commands, which the dry run would start.
cat >"$tree/usr/local/bin/curtin" <<'SCRIPT'
#!/bin/sh
echo "not running: curtin $1 $2 $3 …"
SCRIPT
chmod 755 "$tree"/usr/local/bin/{timedatectl,systemd-run,systemd-cat,curtin}
mount -t proc proc "$tree/proc"
mount --rbind /dev "$tree/dev"
ip link set lo up
chroot "$tree" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 SUBIQUITY_REPLAY_TIMESCALE=100 \
    PYTHONPATH=/src/subiquity:/src/curtin:/src/probert bash -euo pipefail -c '
        cd /src/probert
        ls probert/_rtnetlinkmodule*.so >/dev/null 2>&1 || python3 setup.py --quiet build_ext --inplace >/dev/null
        cd /src/subiquity
        firmware=--firmware-type
        grep -q -e "$firmware" subiquity/cmd/server.py || firmware=--bootloader
        timeout 120 python3 -m subiquity.cmd.server --dry-run --output-base /result --machine-config examples/machines/simple.json \
            --autoinstall /result/user-data --kernel-cmdline autoinstall --source-catalog examples/sources/install.yaml \
            --snaps-from-examples "$firmware" uefi </dev/null
    ' || {
    code=$?
    tail -n 40 "$tree"/result/subiquity-server-debug.log >&2 || true
    exit "$code"
}
END
result=$work/$suite/result
for file in "$result"/var/log/installer/curtin-install/*.conf; do
    echo "== ${file##*/}"
    cat "$file"
done
