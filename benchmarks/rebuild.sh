#!/bin/bash
# Time of a no-op rebuild. The first run builds what is not up to date.
#
#   benchmarks/rebuild.sh [ID [ROUNDS]]     home: $CST_HOME
set -euo pipefail

cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.."
id=${1:-debian-12} rounds=${2:-9} TIMEFORMAT=%R
./cst build "$id" >/dev/null 2>&1
mapfile -t seconds < <(for ((i = 0; i < rounds; i++)); do
    { time ./cst build "$id" >/dev/null 2>&1; } 2>&1
done | sort -n)
printf '%s, %d no-op rebuilds: minimum %s s, median %s s, maximum %s s\n' \
    "$id" "$rounds" "${seconds[0]}" "${seconds[rounds / 2]}" "${seconds[rounds - 1]}"
