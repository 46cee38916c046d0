"""Kernels, initramfs, boot loaders and their configuration."""
import glob
import os
import re
import sys

from stand_in import ROOT, command, fail, load, path, read, run, write
from packages import KERNEL, PROFILE, ROW, filled

BOOT = PROFILE["bootloader"]
GRUB = BOOT["directory"]
DRIVERS = ("virtio_blk virtio_scsi virtio_net virtio_pci sd_mod sr_mod xen_blkfront xen_netfront vmw_pvscsi vmxnet3 mptspi mptsas "
           "mpt3sas e1000 e1000e hv_vmbus hv_storvsc hv_netvsc ahci ata_piix nvme").split()


def per_source(value):
    return value.get(ROW["source"]) if isinstance(value, dict) else value


def add_kernel(version):
    image = KERNEL.get("image", "vmlinuz")
    image = image.get(ROW["arch"], "vmlinuz") if isinstance(image, dict) else image
    write(f"/boot/{image}-{version}", "kernel\n")
    write(f"/usr/lib/modules/{version}/modules.builtin", "".join(f"kernel/drivers/{m}.ko\n" for m in KERNEL.get("builtin", [])))
    for driver in drivers():
        write(f"/usr/lib/modules/{version}/kernel/drivers/{driver}.ko", "")
    initramfs(version)
    if BOOT["entries"] == "bls":
        options = filled(per_source(BOOT["options"]))
        machine = read("/etc/machine-id").strip() or "0" * 32
        write(f"/boot/loader/entries/{machine}-{version}.conf", f"title {version}\nversion {version}\n"
              f"linux {ROW['bootPrefix']}/{image}-{version}\ninitrd {ROW['bootPrefix']}/{initramfs_name(version)}\noptions {options}\n")
    elif os.path.exists(path(f"{GRUB}/grub.cfg")):
        mkconfig(f"{GRUB}/grub.cfg")


def drivers():
    return [d for d in DRIVERS if d not in KERNEL.get("missing", []) and d not in KERNEL.get("builtin", [])]


def initramfs_name(version):
    return KERNEL["initramfs"] % version


def initramfs(version):
    """A listing: of all drivers if the configuration says so, else of this machine's only."""
    configuration = "".join(read(f"/etc/dracut.conf.d/{n}") for n in listing("/etc/dracut.conf.d"))
    general = 'hostonly="no"' in configuration or os.path.lexists(path("/usr/sbin/mkinitramfs"))
    asked = set(re.findall(r"[\w-]+", configuration + read("/etc/initramfs-tools/modules")))
    asked = {name.replace("-", "_") for name in asked}
    common = set(PROFILE.get("kernel", {}).get("usual", DRIVERS)) if general else {"virtio_blk", "virtio_pci", "virtio_net"}
    names = [d for d in drivers() if d in asked or d in common]
    write(f"/boot/{initramfs_name(version)}", "".join(f"usr/lib/modules/{version}/kernel/drivers/{d}.ko\n" for d in names) + "usr/bin/init\n")


def listing(folder):
    return sorted(os.listdir(path(folder))) if os.path.isdir(path(folder)) else []


def kernels():
    return listing("/usr/lib/modules")


@command("dracut")
def dracut(call):
    if call.has("--regenerate-all"):
        for version in kernels():
            initramfs(version)
    elif call.operands:
        initramfs(call.operands[-1])


@command("update-initramfs")
def update_initramfs(call):
    for version in kernels():
        initramfs(version)


@command("lsinitrd")
def lsinitrd(call):
    for line in read(call.operands[0]).splitlines():
        print("-rw-r--r--   1 root     root            0 Jan  1  1970 " + line)


@command("lsinitramfs")
def lsinitramfs(call):
    sys.stdout.write(read(call.operands[0]))


def settings():
    """GRUB's variables, as the shell reads them."""
    files = [f"{ROOT}/etc/default/grub"] + sorted(glob.glob(f"{ROOT}/etc/default/grub.d/*.cfg"))
    script = 'for f; do [[ ! -e $f ]] || . "$f"; done; for v in ${!GRUB_@}; do printf "%s=%s\\n" "$v" "${!v}"; done'
    lines = run("bash", "-c", script, "settings", *files).splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def mkconfig(target):
    said = settings()
    prefix, text = ROW["bootPrefix"], ["set timeout=" + said.get("GRUB_TIMEOUT", "5")]
    always = said.get("GRUB_CMDLINE_LINUX", "")
    if "serial" in said.get("GRUB_TERMINAL", ""):
        text.append(said.get("GRUB_SERIAL_COMMAND", "serial"))
    root = f"root=UUID={ROW['root']} ro" + (f" rootflags=subvol={ROW['subvolume']}" if ROW["subvolume"] else "")
    if said.get("GRUB_ENABLE_BLSCFG") == "true":
        if "$kernelopts" in str(per_source(BOOT.get("options", ""))):
            text.append('if [ -z "${kernelopts}" ]; then\n  set kernelopts="%s %s"\nfi' % (root, always))
        text += ["insmod blscfg", "blscfg"]
    else:
        for version in reversed(kernels()):
            image = next((n for n in listing("/boot") if n.endswith("-" + version) and not n.startswith("init")), None)
            if not image:
                continue
            normal = f"{root} {always} {said.get('GRUB_CMDLINE_LINUX_DEFAULT', '')}"
            for arguments in [normal] if said.get("GRUB_DISABLE_RECOVERY") == "true" else [normal, f"{root} single {always}"]:
                text.append(f"menuentry '{version}' {{\n\tsearch --no-floppy --fs-uuid --set=root {ROW['boot']}\n"
                            f"\tlinux\t{prefix}/{image} {arguments.strip()}\n\tinitrd\t{prefix}/{initramfs_name(version)}\n}}")
    write(target, "\n".join(text) + "\n")


@command("update-grub")
def update_grub(call):
    mkconfig(f"{GRUB}/grub.cfg")


@command("grub-mkconfig", "grub2-mkconfig")
def grub_mkconfig(call):
    mkconfig(call.value("-o") or call.value("--output"))


@command("grub-probe", "grub2-probe")
def grub_probe(call):
    answers = {"disk": ROW["disk"], "fs_uuid": ROW["boot"], "device": ROW["device"], "fs": ROW["rootType"]}
    target = call.value("--target") or call.value("-t")
    if target not in answers:
        fail(1, f"grub-probe: error: the stand-in has no answer for the target {target}.")
    print(answers[target])


@command("grub2-mkrelpath", "grub-mkrelpath")
def grub_mkrelpath(call):
    name = call.operands[-1]
    print((ROW["bootPrefix"] + name[len("/boot"):]) if name.startswith("/boot") else name)


EFI = {"x86_64": ("BOOTX64.EFI", "x64"), "aarch64": ("BOOTAA64.EFI", "aa64")}


@command("grub-install", "grub2-install")
def grub_install(call):
    target = call.value("--target") or fail(1, "grub-install: the stand-in expects --target")
    if target == "i386-pc":
        if not call.operands or not os.path.exists(call.operands[-1]):
            fail(1, "grub-install: error: install device isn't specified.")
        install_bios(call.operands[-1])
        return
    if not os.path.ismount(call.value("--efi-directory", "")):
        fail(1, f"grub-install: error: {call.value('--efi-directory')} doesn't look like an EFI partition.")
    # Ubuntu turned Debian's patch round: there the fallback path is the default.
    fallback = call.has("--removable", "--force-extra-removable") or "--no-extra-removable" in call.known["options"]
    install_efi(fallback and not call.has("--no-extra-removable"))


def install_bios(disk):
    write(f"{GRUB}/i386-pc/normal.mod", "module\n")
    base = os.path.basename(disk)
    with open(f"/sys/class/block/{base}/{base}p{ROW['biosPartition']}/start") as file:
        sector = int(file.read())
    with open(disk, "r+b") as device:
        device.seek(92)
        device.write(sector.to_bytes(8, "little"))
        device.seek(384)
        device.write(b"GRUB \0")
        device.seek(sector * 512)
        device.write(b"loading\0")


def install_efi(fallback):
    name, short = EFI[ROW["arch"]]
    folders = [f"/boot/efi/EFI/{BOOT['vendor']}"] + ["/boot/efi/EFI/BOOT"] * fallback
    for folder in folders:
        for file in (name if folder.endswith("BOOT") else f"shim{short}.efi", f"grub{short}.efi"):
            write(f"{folder}/{file}", "MZ program\n")
    stub = (f"search --no-floppy --fs-uuid --set=dev {ROW['boot']}\nset prefix=($dev){ROW['bootPrefix']}{GRUB[len('/boot'):]}\n"
            "export $prefix\nconfigfile $prefix/grub.cfg\n")
    write(f"{folders[0]}/grub.cfg", "menuentry full { linux /vmlinuz }\n" if BOOT.get("stub") == "full" else stub)


@command("shim-install")
def shim_install(call):
    if not call.has("--removable") or call.value("--config-file") != f"{GRUB}/grub.cfg":
        fail(1, "shim-install: the stand-in expects --removable and the shared configuration")
    folder, name = "/boot/efi/EFI/boot", EFI[ROW["arch"]][0].lower()
    for file in (name, "grub.efi", "MokManager.efi"):
        write(f"{folder}/{file}", "MZ program\n")
    write(f"{folder}/grub.cfg", f"search --fs-uuid --set=root {ROW['boot']}\nset prefix=(${{root}}){ROW['bootPrefix']}{GRUB[len('/boot'):]}\n"
          "source \"${prefix}/grub.cfg\"\n")


@command("grubby")
def grubby(call):
    removed, added = (call.value("--remove-args") or "").split(), (call.value("--args") or "").split()

    def change(line):
        words = [w for w in line.split() if w not in removed and w.partition("=")[0] not in [r for r in removed if "=" not in r]]
        return " ".join([w for w in words if w not in added] + added)

    for name in listing("/boot/loader/entries"):
        text = read(f"/boot/loader/entries/{name}")
        options = re.search(r"^options (.*)$", text, re.M)
        if options and "$kernelopts" in options[1]:
            environment = read(f"{GRUB}/grubenv")
            found = re.search(r"^kernelopts=(.*)$", environment, re.M)
            if found:
                run("grub2-editenv", f"{GRUB}/grubenv", "set", "kernelopts=" + change(found[1]))
        elif options:
            write(f"/boot/loader/entries/{name}", text.replace(options[0], "options " + change(options[1])))
