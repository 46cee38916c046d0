#_preseed_V1
# Debian's installer: one GPT disk for BIOS and UEFI, root partition last, no swap; root logs in with one key, passwords are locked.

d-i debian-installer/locale string en_US.UTF-8
d-i keyboard-configuration/xkb-keymap select us
d-i netcfg/choose_interface select auto
d-i netcfg/get_hostname string localhost
d-i netcfg/get_domain string localdomain
d-i hw-detect/load_firmware boolean false

d-i mirror/country string manual
d-i mirror/protocol string [=mirrorProtocol]
d-i mirror/[=mirrorProtocol]/hostname string [=mirrorHost]
d-i mirror/[=mirrorProtocol]/directory string [=mirrorFolder]
d-i mirror/[=mirrorProtocol]/proxy string
[#list securityHosts as host]
d-i apt-setup/security_host string [=host]
[/#list]

d-i clock-setup/utc boolean true
d-i clock-setup/ntp boolean false
d-i time/zone string [=timezone]

d-i passwd/root-login boolean true
# With '!' the installer would ask for a password.
d-i passwd/root-password-crypted password *
d-i passwd/make-user boolean false

# The disk's name depends on the machine in which the installer runs.
d-i partman/early_command string debconf-set partman-auto/disk "$(list-devices disk | head -n1)"
d-i partman-auto/method string regular
d-i partman-lvm/device_remove_lvm boolean true
d-i partman-md/device_remove_md boolean true
d-i partman-partitioning/choose_label select gpt
d-i partman/default_label string gpt
d-i partman-auto/choose_recipe select cst
d-i partman-auto/expert_recipe string cst :: \
[#if bios]
  1 1 1 free $iflabel{ gpt } $reusemethod{ } method{ biosgrub } . \
[/#if]
  256 256 256 fat32 $iflabel{ gpt } $reusemethod{ } method{ efi } format{ } . \
  1024 4096 -1 ext4 $primary{ } method{ format } format{ } use_filesystem{ } filesystem{ ext4 } mountpoint{ / } .
d-i partman-efi/non_efi_system boolean true
d-i partman-basicfilesystems/no_swap boolean false
d-i partman-partitioning/confirm_write_new_label boolean true
d-i partman/choose_partition select finish
d-i partman/confirm boolean true
d-i partman/confirm_nooverwrite boolean true
d-i partman/mount_style select uuid

d-i base-installer/install-recommends boolean false
d-i base-installer/kernel/image string [=kernelPackage]
d-i apt-setup/cdrom/set-first boolean false
d-i apt-setup/cdrom/set-next boolean false
d-i apt-setup/cdrom/set-failed boolean false
d-i apt-setup/disable-cdrom-entries boolean true
d-i apt-setup/services-select multiselect security, updates
tasksel tasksel/first multiselect
d-i pkgsel/include string [#list packages as package][=package][#sep] [/#list]

d-i pkgsel/upgrade select full-upgrade
d-i pkgsel/update-policy select none
popularity-contest popularity-contest/participate boolean false

d-i grub-installer/only_debian boolean true
d-i grub-installer/with_other_os boolean false
d-i grub-installer/bootdev string default
d-i grub-installer/force-efi-extra-removable boolean true
d-i grub-installer/update-nvram boolean false

d-i preseed/late_command string preseed_fetch finish.sh /target/root/finish.sh && in-target env CST_PUBLIC_KEY="[=publicKey]" CST_BOOTLOADERS="[=bootloaderPackages?join(" ")]" bash /root/finish.sh && rm /target/root/finish.sh
d-i finish-install/keep-consoles boolean true
d-i finish-install/reboot_in_progress note
d-i cdrom-detect/eject boolean false
d-i debian-installer/exit/poweroff boolean true
