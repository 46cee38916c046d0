#!/bin/bash
# Shared by all bootstrap builders: the keys that packages are verified with. A key is accepted by its fingerprint, whatever place it comes
# from; keys that this host trusts do not count.
#
# Environment, in addition to that of disk.sh:
#   CST_KEYS          FINGERPRINT=PLACE|PLACE…: the only keys that may have signed; a place is a URL or a file of this host, the first that
#                     has the key is used
#   CST_EXPIRED_KEYS  fingerprints of those that may have expired; empty if none

# fetch_keys: stores each pinned key in $keys/FINGERPRINT.asc.
fetch_keys() {
    local each
    keys=$CST_WORK/keys
    rm -rf "$keys"
    mkdir -p "$keys"
    for each in $CST_KEYS; do
        [[ $each =~ ^[0-9A-F]{40}=((https?|file)://|/)[^|]+(\|((https?|file)://|/)[^|]+)*$ ]] ||
            fail 2 "CST_KEYS contains '$each'; a key is FINGERPRINT=PLACE or FINGERPRINT=PLACE|PLACE, with the whole fingerprint; a place is a URL or an absolute path."
        fetch_key "${each%%=*}" "${each#*=}"
    done
}

# Only the key with the fingerprint is extracted from the first place that has it.
fetch_key() {
    local fingerprint=$1 place problems='' home=$CST_WORK/gnupg file=$CST_WORK/key state=''
    local -a places
    IFS='|' read -r -a places <<<"$2"
    for place in "${places[@]}"; do
        rm -rf "$home"
        mkdir -m 700 "$home"
        if [[ $place == *://* ]]; then
            fetch "$place" "$file" || {
                problems+="Cannot download the key $fingerprint from $place: $REPLY"$'\n'
                continue
            }
        elif [[ -e $place ]]; then
            cp "$place" "$file" || fail 3 "Cannot read $place, which should contain the key $fingerprint."
        else
            problems+="$place does not exist on this host."$'\n'
            continue
        fi
        gpg --homedir "$home" --batch --quiet --no-autostart --import "$file" 2>"$CST_WORK/gpg.log" || true
        state=$(gpg --homedir "$home" --batch --no-autostart --with-colons --list-keys 2>>"$CST_WORK/gpg.log" |
            awk -F: -v wanted="$fingerprint" '/^pub/ { state = $2; primary = 1 } /^fpr/ && primary { if ($10 == wanted) print "is" state; primary = 0 }')
        [[ -z $state ]] || break
        problems+="$place does not contain the key $fingerprint."$'\n'
    done
    case $state in
        '') fail 4 "${problems%$'\n'}" "Packages cannot be verified without this key. Check the network; if the vendor has a new key, change 'fingerprint' in the definition." ;;
        ise)
            [[ " ${CST_EXPIRED_KEYS:-} " == *" $fingerprint "* ]] ||
                fail 4 "The key $fingerprint from $place has expired." "Pin its successor in the definition." \
                    "If older packages are still signed with it, add it to 'bootstrap.expiredKeys'."
            ;;
        isr) fail 4 "The key $fingerprint from $place was revoked." "Pin its successor in the definition." ;;
    esac
    gpg --homedir "$home" --batch --no-autostart --armor --export "$fingerprint" >"$keys/$fingerprint.asc"
    rm -rf "$home" "$file"
}

# fetch URL FILE: sets REPLY to curl's errors.
fetch() {
    REPLY=$(curl --fail --silent --show-error --location --retry 2 --connect-timeout 20 --max-time 300 --output "$2" "$1" 2>&1)
}
