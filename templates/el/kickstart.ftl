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
[#-- Newer versions of mkfs.xfs enable features that the kernels of older build hosts cannot mount: nrext64 requires 5.19, parent and
     exchange 6.10. Older versions refuse options for features that they do not know. --]
[#if syntax == "RHEL8"]
  [#assign mkfs = ""]
[#elseif syntax == "RHEL9"]
  [#assign mkfs = "-m bigtime=0,inobtcount=0"]
[#else]
  [#assign mkfs = "-m bigtime=0,inobtcount=0 -i nrext64=0,exchange=0 -n parent=0"]
[/#if]
part / --fstype=xfs --onpart=vda[=bios?then(3, 2)][#if mkfs?has_content] --mkfsoptions="[=mkfs]"[/#if]

bootloader --boot-drive=vda --timeout=2 --append="[=consoles] net.ifnames=0[#if syntax == "RHEL8"] biosdevname=0[/#if]"
poweroff

[#if syntax?starts_with("RHEL")]
%addon com_redhat_kdump --disable
%end

[/#if]
%pre --erroronfail
set -eu
[#-- Anaconda warns about an EFI partition of less than 500 MiB. --]
parted -s /dev/vda mklabel gpt
[#if bios]
parted -s -a optimal /dev/vda mkpart bios 1MiB 2MiB set 1 bios_grub on
parted -s -a optimal /dev/vda mkpart efi fat32 2MiB 514MiB set 2 esp on
parted -s -a optimal /dev/vda mkpart root 514MiB 100%
[#else]
parted -s -a optimal /dev/vda mkpart efi fat32 1MiB 513MiB set 1 esp on
parted -s -a optimal /dev/vda mkpart root 513MiB 100%
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
