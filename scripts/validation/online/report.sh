#!/bin/bash
# Shared by all online checks. The validation sends this file followed by the check to 'bash -s', as root,
# inside the booted guest. By hand: cat report.sh 10-system.sh | sudo bash
#
# A check prints one line of JSON: {"id","title","status":"pass|fail|warn|skip","detail"}; nothing else is printed to standard output.
set -euo pipefail
export LC_ALL=C

# A JSON string, shortened for the report; control characters become spaces.
json_string() {
  local text=${1:0:1500}
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=$(printf '%s' "$text" | tr '\000-\037\177' ' ' | iconv -c -f UTF-8 -t UTF-8)
  printf '"%s"' "$text"
}

# report ID TITLE STATUS DETAIL
report() {
  printf '{"id":%s,"title":%s,"status":%s,"detail":%s}\n' \
    "$(json_string "$1")" "$(json_string "$2")" "$(json_string "$3")" "$(json_string "$4")"
}

# pass_if ID TITLE DETAIL COMMAND...: passes if the command succeeds; its output is discarded.
pass_if() {
  local id=$1 title=$2 detail=$3
  shift 3
  if "$@" >/dev/null 2>&1; then
    report "$id" "$title" pass "$detail"
  else
    report "$id" "$title" fail "$detail"
  fi
}

has() {
  command -v "$1" >/dev/null 2>&1
}
