#!/bin/bash
# The operating system and its architecture.
# checks: os.identity os.architecture

# os-release is parsed as data: sourcing it would run code of the checked system.
value_of() {
    settings /usr/lib/os-release /etc/os-release | sed -n "s/^$1=//p" | tail -n 1 | tr -d "\"'"
}

id=$(value_of ID)
version=$(value_of VERSION_ID)
case "$CST_FAMILY" in
    rockylinux) expected=rocky ;;
    suse) if [[ $CST_RELEASE == leap-* ]]; then expected=opensuse-leap; else expected=sles; fi ;;
    *) expected=$CST_FAMILY ;;
esac
release=${CST_RELEASE#leap-}
release=${release#sles-}
title="The system is $CST_FAMILY $CST_RELEASE"
if [ "$id" = "$expected" ] && { [ "$version" = "$release" ] || [[ $version == "$release".* ]]; }; then
    pass os.identity "$title" "$(value_of PRETTY_NAME)"
else
    fail os.identity "$title" "os-release says ID='$id' VERSION_ID='$version', expected '$expected' and '$release'"
fi
fact operatingSystem "$(value_of PRETTY_NAME)"

# Byte 18 of an ELF file is its machine type.
machine=$(od -An -tu1 -j18 -N1 "$ROOT/usr/bin/env" 2>/dev/null | tr -d ' ' || true)
case "$CST_ARCH" in
    x86_64) expected=62 ;;
    aarch64) expected=183 ;;
esac
title="Programs are for $CST_ARCH"
if [ "$machine" = "$expected" ]; then
    pass os.architecture "$title"
else
    fail os.architecture "$title" "/usr/bin/env has ELF machine '${machine}', expected $expected"
fi
