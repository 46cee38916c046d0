#!/bin/bash
# The SSH server's configuration. As in sshd, the first value of a keyword applies.
# checks: ssh.root ssh.empty-passwords ssh.passwords
# shellcheck disable=SC2153 # ROOT comes from the environment.

# keywords FILE: 'file keyword value' lines in reading order, included files in their place, up to the first Match.
keywords() {
    local keyword value pattern file
    if [ ! -f "$ROOT$1" ]; then return; fi
    while read -r keyword value; do
        case "${keyword,,}" in
            match) return ;;
            include)
                for pattern in $value; do
                    for file in "$ROOT"${pattern/#[!\/]/\/etc\/ssh\/${pattern:0:1}}; do
                        keywords "${file#"$ROOT"}"
                    done
                done
                ;;
            *) printf '%s %s %s\n' "$1" "${keyword,,}" "${value,,}" ;;
        esac
    done < <(settings "$1" | sed -E 's/^[[:space:]]*//; s/^([A-Za-z]+)[[:space:]]*=[[:space:]]*/\1 /')
}
# SUSE's releases 16 keep the vendor's file, which one in /etc replaces, in /usr/etc.
configuration=$(present /etc/ssh/sshd_config /usr/etc/ssh/sshd_config | sed -n 1p)
if [ -z "$configuration" ]; then
    for id in root empty-passwords passwords; do fail "ssh.$id" "The SSH server has a configuration" "there is no sshd_config in /etc/ssh or /usr/etc/ssh"; done
    exit 0
fi
read_in_order=$(keywords "$configuration")
# first KEYWORD DEFAULT: 'value file'
first() { awk -v word="$1" -v otherwise="$2" '$2 == word && !found { print $3, $1; found = 1 } END { if (!found) print otherwise }' <<<"$read_in_order"; }

read -r root where < <(first permitrootlogin prohibit-password) || true
none ssh.root "root cannot log in with a password" \
    "$([[ $root =~ ^(no|prohibit-password|without-password|forced-commands-only)$ ]] || echo "PermitRootLogin is '$root' (${where:-default})")"

read -r empty where < <(first permitemptypasswords no) || true
none ssh.empty-passwords "Empty passwords are refused" "$([ "$empty" = no ] || echo "PermitEmptyPasswords is '$empty' ($where)")"

# cloud-init sets this at boot in 50-cloud-init.conf: a file that is read earlier overrides it.
read -r passwords where < <(first passwordauthentication yes) || true
if [ "$CST_PASSWORD_ENABLED" = true ]; then
    none ssh.passwords "cloud-init can enable passwords" \
        "$([ "$passwords" = yes ] || [[ ${where##*/} > 50-cloud-init.conf ]] || echo "PasswordAuthentication is '$passwords' in $where, which is read before 50-cloud-init.conf")"
else
    none ssh.passwords "SSH refuses passwords" \
        "$([ "$passwords" = no ] || echo "PasswordAuthentication is '$passwords' (${where:-default})")"
fi
