#!/bin/bash
# schemas.sh DIR: fetches the vendors' schemas of answer files, for 'cst check --schemas DIR'. Their licences do not let us ship them.
# Needs git, curl, Java and the network; CST_GIT replaces https://github.com. Each repository is read at a fixed branch or commit.
set -euo pipefail
folder=${1:?usage: schemas.sh DIR}
git=${CST_GIT:-https://github.com}
maven=${CST_MAVEN:-https://repo.maven.apache.org/maven2}
trang=20220510
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder/agama" "$folder/autoyast" "$work/rnc"

# take REPOSITORY BRANCH PATTERN TARGET: the files of a repository whose paths match.
take() {
    local file clone
    clone=$work/${1##*/}
    [[ -d $clone ]] || git clone --quiet --depth 1 --branch "$2" "$git/$1" "$clone" || {
        echo "Cannot fetch $git/$1: check the network, or set CST_GIT to a mirror." >&2
        exit 1
    }
    while read -r file; do
        cp "$clone/$file" "$4/"
    done < <(git -C "$clone" ls-files | grep -E "$3")
}

echo "==> Agama's schemas"
take agama-project/agama master '^rust/share/[a-z.]*schema\.json$' "$folder/agama"

# Each part of YaST has the grammar of its own section.
echo "==> AutoYaST's grammar"
for part in add-on autoinstallation bootloader country firewall kdump network registration services-manager users; do
    take "yast/yast-$part" SLE-15-SP6 '/autoyast-rnc/[a-z-]*\.rnc$' "$work/rnc"
done
cd "$work/rnc"
sections=(add-on bootloader files firewall general kdump keyboard language networking partitioning registration reporting scripts
    services-manager software timezone users host)
elements='add-on? & bootloader? & files? & firewall? & general? & kdump? & keyboard? & language? & networking? & partitioning?
    & suse_register? & report? & scripts? & services-manager? & software? & timezone? & user_defaults? & groups? & login_settings? & users? & classes?'
# Sections of other parts, which our profiles do not have, may contain anything.
cat >profile.rnc <<END
default namespace = "http://www.suse.com/1.0/yast2ns"
include "common.rnc"
$(printf 'include "%s.rnc"\n' "${sections[@]}")
include "classes-use.rnc"
start = element profile { $elements & other* }
other = element * - ($(tr -d '?&\n' <<<"$elements" | tr -s ' ' '|') | runlevel) { attribute * { text }*, (any* & text) }
any = element * { attribute * { text }*, (any* & text) }
END
curl -fsSL --retry 2 --output trang.jar "$maven/org/relaxng/trang/$trang/trang-$trang.jar"
for jar in org/relaxng/jing/$trang/jing-$trang.jar com/sun/xml/bind/external/rngom/4.0.5/rngom-4.0.5.jar xml-apis/xml-apis/1.4.01/xml-apis-1.4.01.jar \
    xml-resolver/xml-resolver/1.2/xml-resolver-1.2.jar isorelax/isorelax/20030108/isorelax-20030108.jar; do
    curl -fsSL --retry 2 --output "${jar##*/}" "$maven/$jar"
done
java -cp "$work/rnc/*" com.thaiopensource.relaxng.translate.Driver profile.rnc profile.rng
cd - >/dev/null
cp "$work"/rnc/*.rng "$folder/autoyast/"
echo "==> Done: cst check --schemas $folder"
