#!/bin/bash
# The package sources of the finished system.
# checks: apt.sources apt.trust apt.configuration

uris=$(
    {
        settings /etc/apt/sources.list
        while read -r file; do settings "$file"; done < <(files /etc/apt/sources.list.d -name '*.list')
    } | sed -nE 's/^[[:space:]]*deb(-src)?[[:space:]]+(\[[^]]*\][[:space:]]*)?([^[:space:]]+).*/\3/p'
    while read -r file; do
        # A field may contain several addresses, also on continuation lines.
        settings "$file" | awk '/^[^[:space:]]/ { inside = tolower($1) == "uris:"; if (inside) $1 = "" } inside { print }' | tr -s ' \t' '\n'
    done < <(files /etc/apt/sources.list.d -name '*.sources')
)
wrong=""
count=0
while read -r uri; do
    if [ -z "$uri" ]; then continue; fi
    count=$((count + 1))
    allowed=no
    for mirror in $CST_MIRRORS; do
        if [ "${uri%/}" = "${mirror%/}" ]; then allowed=yes; fi
    done
    if [ "$allowed" = no ]; then wrong+="$uri"$'\n'; fi
done <<<"$uris"
if [ "$count" = 0 ]; then wrong="no package sources, so the system cannot be updated"; fi
none apt.sources "apt's sources are only the vendor's mirrors" "${wrong%$'\n'}"

none apt.trust "apt accepts only signed packages" "$({
    grep -rniE '\[[^]]*trusted *= *(yes|true)|^trusted: *(yes|true)|allow-insecure' "$ROOT/etc/apt/sources.list" "$ROOT/etc/apt/sources.list.d" 2>/dev/null
    grep -rniE '(AllowUnauthenticated|AllowInsecureRepositories|AllowDowngradeToInsecureRepositories|AllowWeakRepositories).*(true|yes|1)|Check-Valid-Until.*(false|no|0)|Verify-(Peer|Host).*(false|no|0)' "$ROOT/etc/apt/apt.conf" "$ROOT/etc/apt/apt.conf.d" 2>/dev/null
} | grep -vE ':[0-9]+:[[:space:]]*(//|#)' | sed "s|^$ROOT||" || true)"

none apt.configuration "apt does not use a proxy of the build" "$({
    grep -rniE '(Proxy|ProxyAutoDetect|Proxy-Auto-Detect)[ \t"]' "$ROOT/etc/apt/apt.conf" "$ROOT/etc/apt/apt.conf.d" 2>/dev/null
    grep -niE '^(export )?(http|https|ftp|all)_proxy=' "$ROOT/etc/environment" 2>/dev/null | sed 's|^|/etc/environment:|'
    present /etc/apt/apt.conf.d/99mmdebstrap
} | grep -vE ':[0-9]+:[[:space:]]*(//|#)' | sed "s|^$ROOT||" || true)"
