#!/bin/bash
# Turns a finished disk into the variant for one hypervisor: sets cloud-init's datasources, and whether it must detect one first.
# Runs in the guest's root directory without booting it. Idempotent.
#
#   CST_DATASOURCES   cloud-init's datasource_list, for example 'CloudStack' or 'ConfigDrive, CloudStack, None'
set -euo pipefail

settings=/etc/cloud/cloud.cfg.d/99_cloudstack.cfg
policy=/etc/cloud/ds-identify.cfg

lines=$(grep -c '^datasource_list:' "$settings" || true)
if [[ $lines != 1 ]]; then
    echo "$settings has $lines lines 'datasource_list', expected 1: was this disk prepared by cst?" >&2
    exit 1
fi
sed -i "s/^datasource_list:.*/datasource_list: [ $CST_DATASOURCES ]/" "$settings"

if [[ $CST_DATASOURCES == *,* ]]; then
    rm -f "$policy"
else
    # Only KVM announces CloudStack: under other hypervisors detection would find nothing and disable cloud-init.
    echo 'policy: enabled' >"$policy"
    chmod 644 "$policy"
fi
