#!/bin/bash
# SELinux's labels: without them, services are refused their files on every clone, or the first boot relabels the system.
# checks: selinux.labels

title="Every file has the label that SELinux's policy gives"
policy=$(settings /etc/selinux/config | sed -n 's/^SELINUXTYPE=//p' | tail -n 1)
contexts=/etc/selinux/$policy/contexts/files/file_contexts
setfiles=$(program setfiles)
if [ -z "$policy" ]; then
    skip selinux.labels "$title" "the system has no SELinux"
elif [ -z "$(present "$contexts")" ] || [ -z "$setfiles" ]; then
    fail selinux.labels "$title" "the policy $contexts or the program setfiles is missing"
else
    exclude=()
    for folder in /dev /proc /sys /run /boot/efi; do
        if [ -d "$ROOT$folder" ]; then exclude+=(-e "$ROOT$folder"); fi
    done
    # -n changes nothing; -v prints a line for each difference.
    if found=$(setfiles -n -v -F -m ${ROOT:+-r "$ROOT"} "${exclude[@]}" "$ROOT$contexts" "$ROOT/" 2>&1); then
        found=$(sed -n "s|^Would relabel $ROOT||p" <<<"$found" | sed 's|^//*|/|; s/ from (null) to / has no label, expected /')
    fi
    none selinux.labels "$title" "$found"
fi
