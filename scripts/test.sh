#!/bin/bash
# The whole test: installs what this host lacks, then runs the fast tests with every static check, then the tests that start the
# real tools (Packer, QEMU, libguestfs, …). Ends with the first part that fails.
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cd -- "$root"
# shellcheck source=scripts/jdk.sh
. scripts/jdk.sh

JAVA_HOME=$(require_jdk)
export JAVA_HOME

printf '== What this host lacks\n'
./cst doctor --fix
printf '== Fast tests and static checks\n'
./mvnw -B -ntp verify
printf '== Tests with the real tools\n'
./mvnw -B -ntp test -Preal-tools
