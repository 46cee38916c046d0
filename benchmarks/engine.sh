#!/bin/bash
# Overhead of the engine per phase: 1,000 builds with empty phases, on four workers with one database.
#
#   benchmarks/engine.sh [BUILDS]
set -euo pipefail

cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.."
# shellcheck source=scripts/jdk.sh
. scripts/jdk.sh
JAVA_HOME=$(require_jdk)
export JAVA_HOME
./mvnw -B -ntp test -Dtest=ManyBuildsTest "-Dcst.builds=${1:-1000}" | grep -E ' ms per phase|ERROR'
