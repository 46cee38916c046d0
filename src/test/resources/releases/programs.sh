#!/bin/bash
# programs.sh FOLDER: unpacks programs of Debian's packages that this host need not have, as /usr below FOLDER. Ends at once if they are there.
set -euo pipefail
folder=$1
version=$(sha256sum <"$0")
[[ $(cat "$folder/complete" 2>/dev/null) != "$version" ]] || exit 0
rm -rf "$folder"
mkdir -p "$folder/debs"
cd "$folder/debs"
apt-get download -qq openssh-server libwrap0 sudo locales policycoreutils libselinux1 libsepol2 libsemanage2 xfsprogs libinih1 liburcu8 libedit2 \
    python3-pip-whl gdisk sysvinit-utils netplan.io libnetplan0 python3-netifaces debconf grub-common \
    cloud-init python3-yaml python3-configobj python3-jinja2 python3-markupsafe python3-jsonschema python3-attr python3-pyrsistent python3-six \
    python3-requests python3-urllib3 python3-idna python3-certifi python3-chardet python3-charset-normalizer python3-oauthlib python3-serial \
    python3-jsonpatch python3-json-pointer cloud-guest-utils 2>../log || {
    cat ../log >&2
    echo 'Cannot download the packages above; run apt-get update.' >&2
    exit 1
}
for deb in *.deb; do dpkg-deb -x "$deb" ..; done
cd ..
# Debian 12's packages still use the folders that are links into /usr.
for name in bin sbin lib; do
    [[ ! -d $name || -L $name ]] || cp -a "$name/." "usr/$name/"
done
rm -rf debs bin sbin lib etc var
# Red Hat's validator of kickstarts is only on PyPI; what it needs is above.
PYTHONPATH=$(echo usr/share/python-wheels/pip-*.whl) /usr/bin/python3 -m pip install --quiet --no-deps --root-user-action=ignore --target pykickstart pykickstart==3.78
echo "$version" >complete
