#!/bin/bash
# Nothing names a disk by its bus: the next hypervisor calls it otherwise.
# shellcheck disable=SC1091 # sent after report.sh; found next to it when run by hand
[[ $(type -t report) == function ]] || source "$(dirname "${BASH_SOURCE[0]}")/report.sh"

named=$(grep -E '^[[:space:]]*/dev/(vd|sd|hd|xvd|nvme)' /etc/fstab || true)
if [[ -z $named ]]; then
  report fstab "fstab names no disk by its bus" pass ""
else
  report fstab "fstab names no disk by its bus" fail "$named"
fi

root=$(grep -oE '(^| )root=[^ ]+' /proc/cmdline | tr -d ' ' || true)
if [[ $root =~ ^root=(UUID|PARTUUID|LABEL)= ]]; then
  report root-argument "The kernel finds the root file system by UUID or label" pass "$root"
else
  report root-argument "The kernel finds the root file system by UUID or label" fail "${root:-no root= argument}"
fi

unmounted=$(findmnt --verify --tab-file /etc/fstab 2>&1 | grep -E '\[E\]' || true)
if [[ -z $unmounted ]]; then
  report mounts "fstab is in order" pass ""
else
  report mounts "fstab is in order" fail "$unmounted"
fi

free=$(df --output=avail -BM / | tail -n 1 | tr -dc 0-9)
if (( free >= 500 )); then
  report free-space "The root file system has space" pass "$free MiB free"
else
  report free-space "The root file system has space" fail "$free MiB free"
fi
