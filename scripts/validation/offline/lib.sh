#!/bin/bash
# Shared by all offline checks: cst prepends this text to each script and runs both as one.
#
# A script checks a system that is not running, through $ROOT (empty if that system is the root directory itself). It changes nothing and
# prints one JSON line per result. It declares the ids of its results in a comment '# checks: ID…'; it fails if it reports fewer or more, or
# exits with another code than 0. Nothing in the system is trusted: files may be missing, names may contain anything, and none of its files
# is ever sourced.
set -euo pipefail
export LC_ALL=C
# The system's directories for temporary files are read-only; /dev is the appliance's.
if [ -d /dev/cst-checks ]; then export TMPDIR=/dev/cst-checks; fi

ROOT="${ROOT:-}"
MOST_LINES=25
# Why checks for other hypervisors are skipped: Debian, for example, has neither VMware's disk driver nor Hyper-V's daemons for aarch64.
# shellcheck disable=SC2034 # Checks use it.
KVM_ONLY="CloudStack runs ${CST_ARCH:-} on KVM only"

# json TEXT: sets REPLY to a JSON string. Avoids subshells, which are expensive under emulation.
json() {
    REPLY=${1//\\/\\\\}
    REPLY=${REPLY//\"/\\\"}
    REPLY=${REPLY//$'\n'/\\n}
    REPLY=${REPLY//$'\t'/\\t}
    REPLY="\"${REPLY//[[:cntrl:]]/?}\""
}

# result STATUS ID TITLE DETAIL
result() {
    local id title
    json "$2" && id=$REPLY
    json "$3" && title=$REPLY
    shorten "$4"
    json "$REPLY"
    printf '{"check":%s,"status":"%s","title":%s,"detail":%s}\n' "$id" "$1" "$title" "$REPLY"
}

pass() { result pass "$1" "$2" "${3:-}"; }
fail() { result fail "$1" "$2" "$3"; }
warn() { result warn "$1" "$2" "$3"; }
skip() { result skip "$1" "$2" "$3"; }

# none ID TITLE TEXT: passes if TEXT is empty, else fails with it.
none() {
    if [ -z "$3" ]; then pass "$1" "$2"; else fail "$1" "$2" "$3"; fi
}

# rarely ID TITLE TEXT: like none, but only warns.
rarely() {
    if [ -z "$3" ]; then pass "$1" "$2"; else warn "$1" "$2" "$3"; fi
}

# fact NAME VALUE: a measured value for the report and the manifest.
fact() {
    local name
    json "$1" && name=$REPLY
    json "$2"
    printf '{"fact":%s,"value":%s}\n' "$name" "$REPLY"
}

# shorten TEXT: sets REPLY to its first lines.
shorten() {
    local -a all
    mapfile -t all <<<"$1"
    if [ "${#all[@]}" -le "$MOST_LINES" ]; then
        REPLY=$1
    else
        printf -v REPLY '%s\n' "${all[@]:0:MOST_LINES}"
        REPLY+="and $((${#all[@]} - MOST_LINES)) more"
    fi
}

# everything: 'TYPE MODE SIZE NAME' of all files of the system, types as find's %y, modes in octal. Listed once per
# session, because it is slow.
everything() {
    local list=${TMPDIR:-/tmp}/everything
    if [ -n "$ROOT" ]; then
        find "$ROOT/" -xdev -mindepth 1 -printf '%y %04m %s /%P\n'
        return
    fi
    if [ ! -e "$list" ]; then find / -xdev -mindepth 1 -printf '%y %04m %s /%P\n' >"$list"; fi
    cat "$list"
}

# names: the names in 'TYPE MODE SIZE NAME' lines.
names() { cut -d ' ' -f 4- | sort; }

# files DIR [tests of find]: the files below DIR, by their names in the system; nothing if DIR does not exist.
files() {
    local folder="$ROOT$1"
    shift
    if [ -d "$folder" ] || [ -L "$folder" ]; then
        find "$folder/" -xdev -mindepth 1 "$@" -print 2>/dev/null | sed -e "s|^$ROOT||" -e 's|//*|/|g' | sort
    fi
}

# present FILE…: those that exist, including dangling links.
present() {
    local file
    for file in "$@"; do
        if [ -e "$ROOT$file" ] || [ -L "$ROOT$file" ]; then printf '%s\n' "$file"; fi
    done
}

# filled FILE…: those that are not empty.
filled() {
    local file
    for file in "$@"; do
        if [ -s "$ROOT$file" ]; then printf '%s\n' "$file"; fi
    done
}

# program NAME: its path; nothing if it is not installed.
program() {
    present "/usr/bin/$1" "/usr/sbin/$1" "/bin/$1" "/sbin/$1" | sed -n 1p
}

# settings FILE…: their lines without comments and blank lines.
settings() {
    local file
    for file in "$@"; do
        if [ -f "$ROOT$file" ]; then grep -vE '^[[:space:]]*(#|$)' "$ROOT$file" || true; fi
    done
}

# unit_exists UNIT, unit_enabled UNIT: of systemd; a masked unit is not enabled; one that another unit wants is.
unit_exists() {
    [ -n "$(present "/etc/systemd/system/$1" "/usr/lib/systemd/system/$1" "/lib/systemd/system/$1")" ]
}

unit_enabled() {
    if [ "$(readlink "$ROOT/etc/systemd/system/$1" 2>/dev/null)" = /dev/null ]; then return 1; fi
    local folder
    for folder in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
        if [ -n "$(files "$folder" -name "$1" \( -path '*.wants/*' -o -path '*.requires/*' \))" ]; then return 0; fi
    done
    return 1
}

# root_device: the kernel's name of the partition or volume with the system, for example sda3. Not from stat: on btrfs, it gives a number
# that belongs to no device.
root_device() {
    local source
    source=$(findmnt -nro SOURCE --target "$ROOT/")
    basename "$(readlink -f "${source%%[*}")"
}

# disk: the device with the partition or volume of the system; its name differs between sessions.
disk() {
    local folder
    folder=$(readlink -f "/sys/class/block/$(root_device)")
    while [ -d "$folder/slaves" ] && [ -n "$(ls "$folder/slaves")" ]; do
        folder=$(readlink -f "$folder/slaves/$(find "$folder/slaves" -mindepth 1 -printf '%f\n' | sort | sed -n 1p)")
    done
    if [ -e "$folder/partition" ]; then folder=${folder%/*}; fi
    printf '/dev/%s' "${folder##*/}"
}

# grub_value NAME: a variable of GRUB's environment, or else as its configuration sets it.
grub_value() {
    {
        settings /boot/grub2/grubenv /boot/grub/grubenv | sed -n "s/^$1=//p"
        settings /boot/grub2/grub.cfg /boot/grub/grub.cfg | sed -nE "s/^[[:space:]]*set $1=\"?([^\"]*)\"?[[:space:]]*$/\1/p"
    } | sed -n 1p
}

# menu_entries: what GRUB's entries start and with which arguments: lines of linux, initrd and options. Entries of Enterprise Linux 8
# refer to GRUB's environment for the arguments.
menu_entries() {
    local entries kernel tuned
    entries=$({
        settings /boot/grub/grub.cfg /boot/grub2/grub.cfg
        while read -r entry; do settings "$entry"; done < <(files /boot/loader/entries -name '*.conf')
    } | sed -nE 's/^[[:space:]]*((linux|linux16|linuxefi|initrd|initrd16|initrdefi|options)[[:space:]].*)/\1/p')
    kernel=$(grub_value kernelopts)
    tuned=$(grub_value tuned_params)
    entries=${entries//\$kernelopts/$kernel}
    entries=${entries//\$tuned_params/$tuned}
    printf '%s\n' "$entries"
}
