#!/bin/bash
# Partitions: one disk for BIOS and UEFI, whose root grows with the disk.
# checks: layout.gpt layout.gpt-backup layout.bios-boot layout.esp layout.root-last layout.root-grows layout.no-lvm layout.no-swap
# shellcheck disable=SC2153 # ROOT comes from the environment.

DISK=$(disk)
disk=$(basename "$DISK")
tag() { blkid -p -s "$2" -o value "/dev/$1" 2>/dev/null || true; }
number() { cat "/sys/class/block/$1/$2"; }

partitions=()
for folder in "/sys/class/block/$disk/$disk"*; do
    if [ -e "$folder/partition" ]; then partitions+=("$(basename "$folder")"); fi
done
of_type() {
    local each
    for each in "${partitions[@]}"; do
        if [ "$(tag "$each" PART_ENTRY_TYPE)" = "$1" ]; then echo "$each"; fi
    done
}

table=$(tag "$disk" PTTYPE)
none layout.gpt "The partition table is GPT" "$([ "$table" = gpt ] || echo "it is '${table:-none}'")"

# Hypervisors and growpart expect the second header in the last sector, where an incorrectly resized disk does not have it.
sectors=$(number "$disk" size)
signature=$(dd if="$DISK" bs=1 skip=$(((sectors - 1) * 512)) count=8 2>/dev/null | tr -d '\0')
none layout.gpt-backup "The second GPT header is at the end of the disk" \
    "$([ "$signature" = "EFI PART" ] || echo "sector $((sectors - 1)) does not start with 'EFI PART'")"

title="There is a BIOS boot partition"
if [ "$CST_ARCH" != x86_64 ]; then
    skip layout.bios-boot "$title" "$CST_ARCH starts by UEFI only"
else
    none layout.bios-boot "$title" \
        "$([ -n "$(of_type 21686148-6449-6e6f-744e-656564454649)" ] || echo "no partition has its type")"
fi

esp=$(of_type c12a7328-f81f-11d2-ba4b-00a0c93ec93b | sed -n 1p)
title="There is an EFI system partition with FAT"
if [ -z "$esp" ]; then
    fail layout.esp "$title" "no partition has its type"
else
    none layout.esp "$title" "$([ "$(tag "$esp" TYPE)" = vfat ] || echo "$esp contains '$(tag "$esp" TYPE)'")"
fi

device=$(root_device)
root=""
last=""
end=0
for each in "${partitions[@]}"; do
    if [ "$each" = "$device" ]; then root=$each; fi
    if [ "$(number "$each" start)" -ge "$end" ]; then
        last=$each
        end=$(($(number "$each" start) + $(number "$each" size)))
    fi
done
title="The root partition is the last one"
if [ -n "$root" ] && [ "$root" = "$last" ]; then
    pass layout.root-last "$title"
else
    fail layout.root-last "$title" "root is on '${root:-no partition of the disk}', the last partition is '$last'"
fi
free=$(((sectors - end) / 2048))
none layout.root-grows "The last partition ends at the end of the disk" \
    "$([ "$free" -le 4 ] || echo "$free MiB are unused behind $last")"
if [ -n "$root" ]; then
    fact rootFilesystem "$(tag "$root" TYPE)"
    fact rootUsed "$(df -k --output=used "$ROOT/" | tail -n 1 | awk '{ printf "%.0f MiB", $1 / 1024 }')"
fi

lvm=$(of_type e6d6d379-f507-44c2-a23c-238f2a3df928)
swap=$(of_type 0657fd6d-a4ab-43c4-84e5-0933c84b4f4f)
for each in "${partitions[@]}"; do
    case "$(tag "$each" TYPE)" in
        LVM2_member) lvm+=" $each" ;;
        swap) swap+=" $each" ;;
    esac
done
none layout.no-lvm "LVM, which would not grow automatically, is not used" "${lvm# }"
swap+=$(settings /etc/fstab | awk '$3 == "swap"')
swap+=$(present /swap.img /swapfile /swap)
none layout.no-swap "No swap partition, swap file or swap line in /etc/fstab" "${swap# }"
