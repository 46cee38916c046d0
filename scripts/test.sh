#!/bin/bash
# The full test suite: installs missing packages, then runs the static checks and fast tests, then the tests that start real tools (Packer,
# QEMU, libguestfs, …). Stops at the first part that fails.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cd -- "$root"
# shellcheck source=scripts/jdk.sh
. scripts/jdk.sh

sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)

JAVA_HOME=$(require_jdk)
export JAVA_HOME

printf '== Missing packages\n'
./cst doctor --fix
# 'cst doctor' does not install what only some templates or a build farm need.
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || ! command -v rpmbuild >/dev/null || ! command -v createrepo_c >/dev/null; then
    "${sudo[@]}" apt-get update
    # sudo drops the caller's environment.
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql rpm createrepo-c
fi
# This takes longer than all tests that need no image, so it runs in parallel. SharedImage finds the result.
printf '== Shared image (in the background)\n'
mkdir -p target/real
./cst build debian-12 --formats qcow2,vhd,ova,vhdx --home target/real/home >target/real/build.log 2>&1 </dev/null &
image=$!
trap '{ kill "$image" && wait "$image"; } 2>/dev/null || true' EXIT

printf '== Fast tests and static checks\n'
./mvnw -B -ntp verify
printf '== Tests with real tools\n'
./mvnw -B -ntp test -Preal-tools '-Dtest.groups=real-tools & !shared-image'
printf '== Tests with the shared image\n'
status=0
wait "$image" || status=$?
# From here on the PID may belong to another process.
trap - EXIT
if [ "$status" -ne 0 ]; then
    cat target/real/build.log
    exit 1
fi
tail -n 3 target/real/build.log
./mvnw -B -ntp test -Preal-tools -Dtest.groups=shared-image
