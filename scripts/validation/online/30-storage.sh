#!/bin/bash
# Bus names of disks must not be used: they depend on the hypervisor.
# shellcheck disable=SC1091 # sent after report.sh; found next to it when run by hand
[[ $(type -t report) == function ]] || source "$(dirname "${BASH_SOURCE[0]}")/report.sh"

named=$(grep -E '^[[:space:]]*/dev/(vd|sd|hd|xvd|nvme)' /etc/fstab || true)
if [[ -z $named ]]; then
  report fstab "fstab does not use bus names of disks" pass ""
else
  report fstab "fstab does not use bus names of disks" fail "$named"
fi

root=$(grep -oE '(^| )root=[^ ]+' /proc/cmdline | tr -d ' ' || true)
if [[ $root =~ ^root=(UUID|PARTUUID|LABEL)= ]]; then
  report root-argument "The kernel finds the root file system by UUID or label" pass "$root"
else
  report root-argument "The kernel finds the root file system by UUID or label" fail "${root:-no root= argument}"
fi

unmounted=$(findmnt --verify --tab-file /etc/fstab 2>&1 | grep -E '\[E\]' || true)
if [[ -z $unmounted ]]; then
  report mounts "All file systems in fstab are mounted" pass ""
else
  report mounts "All file systems in fstab are mounted" fail "$unmounted"
fi

free=$(df --output=avail -BM / | tail -n 1 | tr -dc 0-9)
if (( free >= 500 )); then
  report free-space "The root file system has free space" pass "$free MiB free"
else
  report free-space "The root file system has free space" fail "$free MiB free"
fi
