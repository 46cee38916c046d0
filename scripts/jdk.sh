#!/bin/bash
# Functions that find a JDK to build and run cst. Sourced by the launcher and by scripts/test.sh.

readonly CST_JDK_MINIMUM=25

# Prints the major version of the JDK in folder $1; nothing if there is none. Reads the `release` file, because starting javac takes longer
# than the rest of the launcher; runs javac only if that file is missing.
jdk_major() {
    local home=$1 line version=
    [ -x "$home/bin/java" ] && [ -x "$home/bin/javac" ] || return 0
    if [ -r "$home/release" ]; then
        while IFS= read -r line; do
            case $line in
                JAVA_VERSION=*) version=${line#JAVA_VERSION=} && version=${version//\"/} ;;
            esac
        done <"$home/release"
    fi
    if [ -z "$version" ]; then
        version=$("$home/bin/javac" -version 2>&1) || return 0
        version=${version#javac }
    fi
    version=${version%%[!0-9]*}
    printf '%s' "$version"
}

jdk_is_new_enough() {
    local major
    major=$(jdk_major "$1")
    [ -n "$major" ] && [ "$major" -ge "$CST_JDK_MINIMUM" ]
}

# Prints the home of the first JDK that is new enough; returns 1 if there is none.
find_jdk() {
    local home java folder
    if [ -n "${CST_JAVA_HOME:-}" ] && ! jdk_is_new_enough "$CST_JAVA_HOME"; then
        printf 'cst: CST_JAVA_HOME=%s is not a JDK %s or newer; searching elsewhere\n' "$CST_JAVA_HOME" "$CST_JDK_MINIMUM" >&2
    fi
    # CST_JVM_FOLDERS replaces the usual folders of JDKs; separated by colons.
    local folders=${CST_JVM_FOLDERS-/usr/lib/jvm:/usr/lib64/jvm:/usr/java:/opt/java:/opt:${HOME:-/nowhere}/.sdkman/candidates/java:${HOME:-/nowhere}/.jdks}
    for home in "${CST_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
        if [ -n "$home" ] && jdk_is_new_enough "$home"; then
            printf '%s\n' "$home"
            return 0
        fi
    done
    local -a places
    IFS=: read -r -a places <<<"$folders"
    for folder in "${places[@]}"; do
        for home in "$folder"/*; do
            if jdk_is_new_enough "$home"; then
                printf '%s\n' "$home"
                return 0
            fi
        done
    done
    if java=$(command -v java) && java=$(readlink -f -- "$java"); then
        home=${java%/bin/java}
        if jdk_is_new_enough "$home"; then
            printf '%s\n' "$home"
            return 0
        fi
    fi
    return 1
}

# Prints the commands that install a JDK on this distribution, one per line.
how_to_get_a_jdk() {
    local ID='' ID_LIKE='' VERSION_CODENAME='' sudo=''
    # shellcheck source=/dev/null
    [ -r "${CST_OS_RELEASE:-/etc/os-release}" ] && . "${CST_OS_RELEASE:-/etc/os-release}"
    [ "$(id -u)" = 0 ] || sudo='sudo '
    case " $ID $ID_LIKE " in
        *' debian '* | *' ubuntu '*)
            # Debian 12 and other older releases do not package JDK 25; Adoptium does.
            if apt-cache show openjdk-25-jdk-headless >/dev/null 2>&1; then
                printf '%s\n' "${sudo}apt-get update && ${sudo}apt-get install -y openjdk-25-jdk-headless"
            else
                printf '%s\n' "${sudo}apt-get update && ${sudo}apt-get install -y curl ca-certificates" \
                    "${sudo}curl -fsSL https://packages.adoptium.net/artifactory/api/gpg/key/public -o /usr/share/keyrings/adoptium.asc" \
                    "echo 'deb [signed-by=/usr/share/keyrings/adoptium.asc] https://packages.adoptium.net/artifactory/deb ${VERSION_CODENAME:-bookworm} main' | ${sudo:-}tee /etc/apt/sources.list.d/adoptium.list" \
                    "${sudo}apt-get update && ${sudo}apt-get install -y temurin-25-jdk"
            fi
            ;;
        *' fedora '* | *' rhel '* | *' centos '*)
            printf '%s\n' "${sudo}dnf install -y java-25-openjdk-devel"
            ;;
        *suse*)
            printf '%s\n' "${sudo}zypper --non-interactive install java-25-openjdk-devel"
            ;;
        *)
            local machine
            case $(uname -m) in
                aarch64) machine=aarch64 ;;
                *) machine=x64 ;;
            esac
            printf '%s\n' 'mkdir -p ~/.jdks' \
                "curl -fL https://api.adoptium.net/v3/binary/latest/25/ga/linux/$machine/jdk/hotspot/normal/eclipse | tar -xz -C ~/.jdks"
            ;;
    esac
}

# As find_jdk, but prints how to install a JDK and returns 3 if there is none.
require_jdk() {
    local found
    if found=$(find_jdk); then
        printf '%s\n' "$found"
        return 0
    fi
    {
        printf 'cst: No JDK %s or newer found. Searched CST_JAVA_HOME, JAVA_HOME, /usr/lib/jvm, ~/.sdkman, ~/.jdks and PATH.\n' "$CST_JDK_MINIMUM"
        printf 'Install one with:\n'
        how_to_get_a_jdk | sed 's/^/  /'
        printf 'or set its folder: export CST_JAVA_HOME=/path/to/jdk\n'
    } >&2
    return 3
}
