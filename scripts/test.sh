#!/bin/bash
# The whole test: installs what this host lacks, then runs the fast tests with every static check, then the tests that start the
# real tools (Packer, QEMU, libguestfs, …). Ends with the first part that fails.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cd -- "$root"
# shellcheck source=scripts/jdk.sh
. scripts/jdk.sh

sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)

JAVA_HOME=$(require_jdk)
export JAVA_HOME

printf '== What this host lacks\n'
./cst doctor --fix
# What only some templates or a farm of hosts need the doctor does not install unasked.
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || ! command -v rpmbuild >/dev/null || ! command -v createrepo_c >/dev/null; then
    "${sudo[@]}" apt-get update
    # sudo drops the caller's environment.
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql rpm createrepo-c
fi
# Building it takes longer than all that needs no image: it goes on beside that. SharedImage finds it.
printf '== The image that tests share\n'
mkdir -p target/real
./cst build debian-12 --formats qcow2,vhd,ova,vhdx --home target/real/home >target/real/build.log 2>&1 </dev/null &
image=$!
trap '{ kill "$image" && wait "$image"; } 2>/dev/null || true' EXIT

printf '== Fast tests and static checks\n'
./mvnw -B -ntp verify
printf '== Tests with the real tools\n'
./mvnw -B -ntp test -Preal-tools '-Dtest.groups=real-tools & !shared-image'
printf '== Tests with the shared image\n'
outcome=0
wait "$image" || outcome=$?
# Its process number may be another's from here on.
trap - EXIT
if [ "$outcome" -ne 0 ]; then
    cat target/real/build.log
    exit 1
fi
tail -n 3 target/real/build.log
./mvnw -B -ntp test -Preal-tools -Dtest.groups=shared-image
