[#-- Kickstart for Enterprise Linux 8 to 10 and Fedora; 'syntax' distinguishes the versions. --]
# Anaconda: one GPT disk for BIOS and UEFI, root partition last, no LVM, no swap; root logs in with one key, passwords are locked.
text --non-interactive
[#if repositories?has_content]
url --url="[=repositories[0].url]"
[#list repositories[1..] as repository]
repo --name="[=repository.name]" --baseurl="[=repository.url]"
[/#list]
[#else]
cdrom
[/#if]
[#list registrations as registration]
rhsm --organization="[=registration.account]" --activation-key="[=registration.code]"
[/#list]

lang en_US.UTF-8
keyboard --vckeymap=us
timezone [=timezone] --utc
network --bootproto=dhcp --device=link --activate --onboot=yes
rootpw --lock
sshkey --username=root "[=publicKey]"
selinux --enforcing
firewall --enabled --service=ssh
firstboot --disable
services --enabled=sshd

# Anaconda ignores the order of 'part' lines: %pre creates the partitions, so that root is last and can grow.
zerombr
ignoredisk --only-use=vda
clearpart --none
[#if bios]
part biosboot --fstype=biosboot --onpart=vda1
[/#if]
part /boot/efi --fstype=efi --onpart=vda[=bios?then(2, 1)]
[#-- By default, newer versions of mkfs.xfs enable features that older kernels and tools cannot read. --]
part / --fstype=xfs --onpart=vda[=bios?then(3, 2)][#if syntax != "RHEL8"] --mkfsoptions="-m bigtime=0,inobtcount=0"[/#if]

bootloader --boot-drive=vda --timeout=2 --append="[=consoles] net.ifnames=0[#if syntax == "RHEL8"] biosdevname=0[/#if]"
poweroff

%pre --erroronfail
set -eu
parted -s /dev/vda mklabel gpt
[#if bios]
parted -s -a optimal /dev/vda mkpart bios 1MiB 2MiB set 1 bios_grub on
parted -s -a optimal /dev/vda mkpart efi fat32 2MiB 258MiB set 2 esp on
parted -s -a optimal /dev/vda mkpart root 258MiB 100%
[#else]
parted -s -a optimal /dev/vda mkpart efi fat32 1MiB 257MiB set 1 esp on
parted -s -a optimal /dev/vda mkpart root 257MiB 100%
[/#if]
udevadm settle
%end

%packages [=(syntax == "RHEL8")?then("--excludeWeakdeps", "--exclude-weakdeps")]
@core
[=kernelPackage]
[#list bootloaderPackages as package]
[=package]
[/#list]
[#list packages as package]
[=package]
[/#list]
-dracut-config-rescue
%end

%post --erroronfail --interpreter=/bin/bash
[=finish]
%end
