# Decodes the recipe in /tmp/recipe with Debian's partman-auto (extracted into this system) for a GPT disk of 4 GiB, and prints the partitions.
# debconf and parted_server are stood in: no answers but the recipe, and the label of the disk.
grep -v confmodule /lib/partman/lib/base.sh >/tmp/base.sh
db_get() { RET=; }
db_metaget() { return 1; }
archdetect() { echo amd64/efi; }
logger() { :; }
. /tmp/base.sh
. /lib/partman/lib/auto-shared.sh
. /lib/partman/lib/recipes.sh
DEVICES=/tmp/devices
mkdir -p "$DEVICES/vda"
cd "$DEVICES/vda" || exit 1
open_dialog() { :; }
close_dialog() { :; }
read_line() {
    read -r "$@" <<END
gpt
END
}
free_type=primary
decode_recipe /tmp/recipe
echo "minimum $(min_size)"
free_size=4294
expand_scheme
echo "$scheme"
