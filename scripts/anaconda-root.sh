#!/bin/bash
# Shows which second stage Anaconda's initrd would start: runs Anaconda's own dracut scripts on a kernel command line.
#
#   anaconda-root.sh REPOSITORY REVISION ARGUMENT…
#
# REPOSITORY is a clone of https://github.com/rhinstaller/anaconda, REVISION for example origin/rhel-9, the ARGUMENTs those of the
# kernel. Prints 'root=…' as the scripts set it: anaconda-disk: is a disk or CD, anaconda-net: a download. For a kickstart with 'url', add
# inst.repo=URL, which Anaconda's parse-kickstart makes of it.
set -euo pipefail
repository=$1 revision=$2
shift 2
words=("$@")
script=$(git -C "$repository" show "$revision:dracut/parse-anaconda-repo.sh")

# dracut's functions that the script calls.
getargs() {
    local word name
    for word in "${words[@]}"; do
        for name in "$@"; do
            if [[ $word == "${name%=}="* ]]; then printf '%s\n' "${word#*=}"; fi
        done
    done
}
getarg() {
    local found
    found=$(getargs "$@" | tail -n 1)
    [[ -n $found ]] && printf '%s\n' "$found"
}
getargbool() { [[ "$(getarg "$2" || echo "$1")" == 1 ]]; }
splitsep() {
    local separator=$1 text=$2
    printf -v "$3" '%s' "${text%%"$separator"*}"
    printf -v "$4" '%s' "${text#*"$separator"}"
}
get_urls() { printf '%s\n' "$@"; }
set_neednet() { :; }
wait_for_dev() { :; }
warn_critical() { printf '%s\n' "$*" >&2; }

set +eu
root=
eval "choose() {
$script
}"
choose
echo "root=$root"
