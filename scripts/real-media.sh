#!/bin/bash
# Builds definitions from their vendors' real media and writes what happened.
#
#   real-media.sh [--source SOURCE] [--out DIR] ID…   check --online, build and validate from each source (or SOURCE), then the summary
#   real-media.sh --matrix [ID…]                      print every definition and source as a job matrix of GitHub Actions
#   real-media.sh --summary DIR                       print the summary of all results below DIR, as Markdown
#
# DIR (default: target/real-media) gets a folder for each definition and source: result.json, online.json, build.log, the reports and logs of
# the build and, after a failure, issue.md, ready to be filed. RHEL's and SLES's ISO files are left out: only customers can download them.
# Exits with 0 if everything was built and the online checks passed, with 4 if only servers failed, else with 1.
#
#   CST                  the program to run; default: the checkout's launcher
#   REAL_MEDIA_LIMIT     the limit of one build, as timeout(1) takes it; default: 5h
set -euo pipefail

root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cst=${CST:-$root/cst}
limit=${REAL_MEDIA_LIMIT:-5h}
architecture=$(uname -m)

usage() {
    sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
    exit 2
}

# Prints {"id", "source"} of the given definitions, or of all, one per line.
combinations() {
    local list id
    # Exit code 2 means that some definitions are invalid; the others are listed.
    list=$("$cst" list --json 2>/dev/null) || [ -n "$list" ]
    for id in "$@"; do
        jq -e --arg id "$id" 'any(.[]; .id == $id)' >/dev/null <<<"$list" || {
            echo "real-media.sh: no definition '$id'; see: cst list" >&2
            exit 2
        }
    done
    jq -c --arg architecture "$architecture" --args '.[] | select(.architectures | index($architecture))
        | select($ARGS.positional == [] or (.id | IN($ARGS.positional[]))) | .id as $id | .buildable[] | {id: $id, source: .}' "$@" <<<"$list"
}

# Prints the worst status of the online checks that matter to a source: those of other sources and architectures do not.
online_status() {
    jq -r --arg source "$1" --arg prefix "$architecture $1" '[.[] | select(.check
            | if test("^(x86_64|aarch64) ") then startswith($prefix) elif startswith("key ") then contains($source) else true end) | .status]
        | if index("fail") then "failed" elif index("skip") then "not checked" elif index("warn") then "warning" else "passed" end' "$2"
}

# Runs one definition and source in folder $3.
run_one() {
    local id=$1 source=$2 folder=$3 started=$SECONDS online status=0 outcome error remedy report
    printf '== %s from %s\n' "$id" "$source"
    rm -rf -- "$folder"
    mkdir -p "$folder"
    "$cst" --home "$folder/home" check --online "$id" --json >"$folder/online.json" 2>"$folder/online.log" || true
    if jq -e 'type == "array"' "$folder/online.json" >/dev/null 2>&1; then
        online=$(online_status "$source" "$folder/online.json")
    else
        online=failed
        jq -Rs '[{definition: $id, check: "online check", status: "fail", detail: ., fix: ""}]' --arg id "$id" "$folder/online.log" >"$folder/online.json"
    fi
    # The build validates: it boots the disk behind an emulated virtual router. SIGINT lets it stop its guests.
    timeout --foreground -s INT -k 2m "$limit" "$cst" --home "$folder/home" build "$id" --source "$source" --json \
        >"$folder/build.json" 2>"$folder/build.log" </dev/null || status=$?
    outcome=$(jq -r '.[0].outcome // empty' "$folder/build.json" 2>/dev/null) || true
    error=$(jq -r '.[0].error // empty' "$folder/build.json" 2>/dev/null) || true
    remedy=$(jq -r '.[0].remedy // empty' "$folder/build.json" 2>/dev/null) || true
    if [ "$status" = 124 ] || [ "$status" = 137 ]; then
        status=124 error="Stopped after the limit of $limit"
    elif [ "$status" != 0 ] && [ -z "$error" ]; then
        error=$(tail -n 20 "$folder/build.log")
    fi
    [ "$status" = 0 ] || outcome=failed
    keep "$folder"
    report=$(find "$folder/logs" -name '*report.html' -printf '%P\n' 2>/dev/null | sort | tail -n 1)
    jq -n --arg id "$id" --arg source "$source" --arg architecture "$architecture" --arg online "$online" --arg outcome "${outcome:-failed}" \
        --argjson exit "$status" --argjson seconds $((SECONDS - started)) --arg error "$error" --arg remedy "$remedy" --arg report "$report" \
        '{id: $id, source: $source, architecture: $architecture, online: $online, outcome: $outcome, exitCode: $exit, seconds: $seconds,
          error: $error, remedy: $remedy, report: $report}' >"$folder/result.json"
    if [ "$status" != 0 ] || [ "$online" = failed ]; then
        issue "$folder" >"$folder/issue.md"
    fi
    printf '   %s, online check: %s, %d s\n' "${outcome:-failed}" "$online" $((SECONDS - started))
}

# Keeps the logs, rendered projects and reports of a build. Disks and media are too large to keep.
keep() {
    local folder=$1
    mkdir -p "$folder/logs"
    [ ! -d "$folder/home/builds" ] || cp -r -- "$folder/home/builds/." "$folder/logs/"
    [ ! -d "$folder/home/crashes" ] || cp -r -- "$folder/home/crashes" "$folder/logs/crashes"
    # The pictures of the guest's screen are small; anything of this size is a disk or a kernel.
    find "$folder/logs" -type f -size +20M -delete
    rm -rf -- "${folder:?}/home"
}

# Prints the text of an issue about the failure in folder $1.
issue() {
    local folder=$1 result=$1/result.json console
    jq -r '"# \(.id) from \(.source) (\(.architecture)): " + (if .exitCode != 0 then (.error | split("\n")[0]) else "the online check failed" end)' "$result"
    printf '\n| | |\n|---|---|\n'
    jq -r '"| result | \(.outcome), exit code \(.exitCode), after \(.seconds) s |\n| online check | \(.online) |"' "$result"
    printf '| cst | %s |\n' "$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null || echo unknown)"
    printf '| host | %s |\n' "$(uname -srm)$([ -w /dev/kvm ] && echo ', KVM' || echo ', no KVM')"
    [ -z "${GITHUB_RUN_ID:-}" ] || printf '| run | %s/%s/actions/runs/%s |\n' "$GITHUB_SERVER_URL" "$GITHUB_REPOSITORY" "$GITHUB_RUN_ID"
    if [ "$(jq '.exitCode' "$result")" != 0 ]; then
        printf '\n## Error\n\n```\n'
        jq -r '.error, .remedy | select(. != "")' "$result"
        printf '```\n'
        console=$(find "$folder/logs" -name 'serial*.log' -size +0 -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)
        if [ -n "$console" ]; then
            printf '\n## End of the console, %s\n\n```\n' "${console#"$folder"/}"
            tail -n 40 -- "$console" | tr -d '\000-\010\013-\037\177'
            printf '\n```\n'
        fi
    fi
    printf '\n## Online check\n\n'
    jq -r '[.[] | select(.status != "pass")] | if . == [] then "Everything passed." else
        .[] | "- \(.check): \(.status): \(.detail)" + (if .fix == "" then "" else " \(.fix)" end) end' "$folder/online.json"
    printf '\nThe logs, rendered projects and reports are in logs/ of the same folder or artifact.\n'
}

# Prints a table of all results below folder $1, and the exit code that they add up to in `overall`.
summarize() {
    local -a results
    mapfile -d '' -t results < <(find "$1" -name result.json -print0 | sort -z)
    if [ ${#results[@]} = 0 ]; then
        echo "real-media.sh: no results below $1" >&2
        exit 1
    fi
    printf '| definition | source | online check | build | minutes | error |\n|---|---|---|---|---|---|\n'
    jq -r 'def cell: gsub("\\|"; "\\|") | split("\n")[0] // "";
        "| \(.id) | \(.source) | \(.online) | \(.outcome) | \(.seconds / 60 | ceil) | \(.error | cell) |"' "${results[@]}"
    jq -s -r '"\n\(map(select(.exitCode == 0)) | length) of \(length) built and validated."' "${results[@]}"
    overall=$(jq -s 'map(select(.exitCode != 0 or .online == "failed"))
        | if . == [] then 0 elif all(.[]; .exitCode == 4 or .exitCode == 0) then 4 else 1 end' "${results[@]}")
}

only='' out=$root/target/real-media mode=run
while [ $# -gt 0 ]; do
    case $1 in
        --matrix) mode=matrix ;;
        --summary) mode=summary out=${2:?--summary needs a folder} && shift ;;
        --source) only=${2:?--source needs a source} && shift ;;
        --out) out=${2:?--out needs a folder} && shift ;;
        -*) usage ;;
        *) break ;;
    esac
    shift
done
overall=0
case $mode in
    matrix)
        pairs=$(combinations "$@")
        jq -cs '{include: .}' <<<"$pairs"
        exit
        ;;
    summary) ;;
    run)
        [ $# -gt 0 ] || usage
        pairs=$(combinations "$@" | jq -r --arg only "$only" 'select($only == "" or .source == $only) | "\(.id) \(.source)"')
        if [ -z "$pairs" ]; then
            echo "real-media.sh: nothing to build: no such source of $*" >&2
            exit 2
        fi
        rm -rf -- "${out:?}/results"
        while read -r id source; do
            run_one "$id" "$source" "$out/results/$id-$source"
        done <<<"$pairs"
        out=$out/results
        ;;
esac
summarize "$out"
exit "$overall"
