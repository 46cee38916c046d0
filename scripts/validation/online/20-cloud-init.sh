#!/bin/bash
# cloud-init detected CloudStack and will apply resets at later boots.
# shellcheck disable=SC1091 # sent after report.sh; found next to it when run by hand
[[ $(type -t report) == function ]] || source "$(dirname "${BASH_SOURCE[0]}")/report.sh"

detected=$(cat /run/cloud-init/cloud-id 2>/dev/null || true)
if [[ $detected == cloudstack ]]; then
  report cloud-id "cloud-init detects CloudStack" pass "$detected"
else
  report cloud-id "cloud-init detects CloudStack" fail "'${detected:-unknown}', expected 'cloudstack'"
fi

# Tracebacks and rejected configuration do not change the exit code of older versions.
warnings=$(grep -E ' - [^ ]+\[(WARNING|ERROR|CRITICAL)\]: |^Traceback' /var/log/cloud-init.log 2>/dev/null | tail -n 5 || true)
if [[ -z $warnings ]]; then
  report cloud-init-log "cloud-init logged no warnings" pass ""
else
  report cloud-init-log "cloud-init logged no warnings" warn "$warnings"
fi

key=$(cat /var/lib/cloud/data/instance-id 2>/dev/null || true)
if [[ $key =~ ^[0-9a-f-]{36}$ ]]; then
  report instance-id "The instance id is CloudStack's" pass "$key"
else
  report instance-id "The instance id is CloudStack's" fail "'$key' is not a CloudStack id"
fi
