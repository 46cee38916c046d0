#!/bin/bash
# What the SSH server allows, by its own rule: the first value that it reads counts.
# checks: ssh.root ssh.empty-passwords ssh.passwords
# shellcheck disable=SC2153 # ROOT comes from the environment.

# words FILE: 'file keyword value' lines in reading order, included files in their place, up to the first Match.
words() {
    local keyword value pattern file
    if [ ! -f "$ROOT$1" ]; then return; fi
    while read -r keyword value; do
        case "${keyword,,}" in
            match) return ;;
            include)
                for pattern in $value; do
                    for file in "$ROOT"${pattern/#[!\/]/\/etc\/ssh\/${pattern:0:1}}; do
                        words "${file#"$ROOT"}"
                    done
                done
                ;;
            *) printf '%s %s %s\n' "$1" "${keyword,,}" "${value,,}" ;;
        esac
    done < <(settings "$1" | sed -E 's/^[[:space:]]*//; s/^([A-Za-z]+)[[:space:]]*=[[:space:]]*/\1 /')
}
read_in_order=$(words /etc/ssh/sshd_config)
# first KEYWORD DEFAULT: 'value file'
first() { awk -v word="$1" -v otherwise="$2" '$2 == word && !found { print $3, $1; found = 1 } END { if (!found) print otherwise }' <<<"$read_in_order"; }

read -r root where < <(first permitrootlogin prohibit-password) || true
none ssh.root "root can't log in by password" \
    "$([[ $root =~ ^(no|prohibit-password|without-password|forced-commands-only)$ ]] || echo "PermitRootLogin is '$root' (${where:-default})")"

read -r empty where < <(first permitemptypasswords no) || true
none ssh.empty-passwords "Empty passwords open nothing" "$([ "$empty" = no ] || echo "PermitEmptyPasswords is '$empty' ($where)")"

# cloud-init answers this question at boot in 50-cloud-init.conf: a file that is read earlier overrules it.
read -r passwords where < <(first passwordauthentication yes) || true
if [ "$CST_PASSWORD_ENABLED" = true ]; then
    none ssh.passwords "cloud-init may let passwords in" \
        "$([ "$passwords" = yes ] || [[ ${where##*/} > 50-cloud-init.conf ]] || echo "PasswordAuthentication is '$passwords' in $where, which is read before 50-cloud-init.conf")"
else
    none ssh.passwords "Passwords don't open SSH" \
        "$([ "$passwords" = no ] || echo "PasswordAuthentication is '$passwords' (${where:-default})")"
fi
