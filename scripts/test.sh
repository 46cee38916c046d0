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
    "${sudo[@]}" apt-get install -y --no-install-recommends postgresql rpm createrepo-c
fi
printf '== Fast tests and static checks\n'
./mvnw -B -ntp verify
printf '== Tests with the real tools\n'
./mvnw -B -ntp test -Preal-tools
