#!/bin/bash
# The system booted completely: no failed unit, no errors in the kernel's log.
# shellcheck disable=SC1091 # sent after report.sh; found next to it when run by hand
[[ $(type -t report) == function ]] || source "$(dirname "${BASH_SOURCE[0]}")/report.sh"

# Waits until all queued jobs have finished; the state is "degraded" if a unit failed. Before systemd 240 there is no --wait.
for ((i = 0; i < 150; i++)); do
  state=$(systemctl is-system-running 2>/dev/null || true)
  [[ $state == initializing || $state == starting ]] || break
  sleep 2
done
failed=$(systemctl list-units --failed --plain --no-legend | awk '{print $1}' | paste -sd' ')
if [[ $state == running && -z $failed ]]; then
  report system-running "The system runs without failed units" pass "$state"
else
  report system-running "The system runs without failed units" fail "state $state, failed: ${failed:-none}"
fi

faults=$(dmesg --level=emerg,alert,crit 2>/dev/null | tail -n 5 || true)
if [[ -z $faults ]]; then
  report kernel-log "The kernel reports nothing critical" pass ""
else
  report kernel-log "The kernel reports nothing critical" warn "$faults"
fi

if systemctl is-active --quiet serial-getty@ttyS0.service || systemctl is-active --quiet serial-getty@ttyAMA0.service; then
  report serial-console "The serial console has a login prompt" pass ""
else
  report serial-console "The serial console has a login prompt" fail "no serial-getty@ttyS0 or @ttyAMA0 is active"
fi

command_line=$(cat /proc/cmdline)
if [[ " $command_line " == *" console=tty0 "* && " $command_line " == *" console=ttyS0"* ]] \
  || [[ " $command_line " == *" console=ttyAMA0"* ]]; then
  report console "The kernel writes to the screen and to the serial port" pass "$command_line"
else
  report console "The kernel writes to the screen and to the serial port" fail "$command_line"
fi

# Whether the kernel has chosen SELinux depends on its arguments, too. Only systems with a policy are meant to have it.
if compgen -G '/etc/selinux/*/contexts/files/file_contexts' >/dev/null && grep -q '^SELINUX=' /etc/selinux/config 2>/dev/null; then
  mode=$(getenforce 2>&1 || true)
  if [[ $mode == Enforcing ]]; then
    report selinux "SELinux enforces its policy" pass "$mode"
  else
    report selinux "SELinux enforces its policy" fail "getenforce says '$mode'"
  fi
fi

if systemctl is-enabled --quiet chrony.service 2>/dev/null || systemctl is-enabled --quiet chronyd.service 2>/dev/null \
  || systemctl is-enabled --quiet systemd-timesyncd.service 2>/dev/null; then
  report time "A time service is enabled" pass ""
else
  report time "A time service is enabled" fail "neither chrony nor systemd-timesyncd is enabled"
fi
