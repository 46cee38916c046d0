"""Fills a new root file system with what a release's profile says is there before our scripts run."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import boot
import packages
import system  # noqa: F401
from packages import KERNEL, PROFILE, ROW
from stand_in import HOST, fail, path, read, write

FOLDERS = ("boot/efi dev etc home mnt opt proc root run srv sys tmp usr/bin usr/sbin usr/lib/systemd/system usr/lib64 usr/local/bin usr/share "
           "var/cache/apt var/lib/dpkg var/lib/systemd var/log/journal var/spool/mail var/tmp var/mail etc/systemd/system etc/ssh").split()


def folders():
    for name in [*("/" + name for name in FOLDERS), *PROFILE.get("folders", [])]:
        os.makedirs(path(name), exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        packages.link("usr/" + name, "/" + name)
    os.chmod(path("/root"), 0o700)
    os.chmod(path("/tmp"), 0o1777)
    os.chmod(path("/var/tmp"), 0o1777)


def host_libraries():
    """The loader and the libraries of this host's programs."""
    for name in sorted(os.listdir(f"{HOST}/usr/lib")):
        if name.endswith("-linux-gnu"):
            packages.link(f"/.host/usr/lib/{name}", f"/usr/lib/{name}")
    for folder in ("/lib", "/lib64"):
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if name.startswith("ld-linux"):
                packages.link("/.host" + os.path.realpath(f"{folder}/{name}"), f"/usr{folder}/{name}")
    for name in ("perl5", "perl", "debconf", "zoneinfo", "i18n"):
        if os.path.exists(f"{HOST}/usr/share/{name}"):
            packages.link(f"/.host/usr/share/{name}", f"/usr/share/{name}")


def owned():
    return {name for names in PROFILE.get("contents", {}).values() for name in names}


def files_in(tree):
    for folder, _, names in os.walk(f"{HOST}/{tree}"):
        for name in sorted(names):
            yield os.path.join(folder, name)[len(f"{HOST}/{tree}"):].removesuffix(".link")


def base_files():
    taken = owned()
    for name in files_in("files"):
        if name not in taken:
            packages.place_file(name)


def source_files():
    """What the installer, the image's maker or our bootstrap wrote, over the packages' own files."""
    for name in files_in("written"):
        packages.place_file(name, "written")


def base_programs():
    taken = owned()
    names = [*PROFILE["base"], *PROFILE.get("programs", []), *PROFILE.get("commands", {})]
    for name in names:
        file = name if name.startswith("/") else ("/usr/sbin/" if is_system(name) else "/usr/bin/") + name
        if file not in taken and not {f"/usr/bin/{name}", f"/usr/sbin/{name}"} & taken:
            packages.place_program(file)


def is_system(name):
    return os.path.lexists(f"{HOST}/usr/sbin/{name}") and not os.path.lexists(f"{HOST}/usr/bin/{name}")


def interpreters():
    """cloud-init's first line names the interpreter that has its modules; another python3 may not have them."""
    for name, said in PROFILE.get("commands", {}).items():
        interpreter = said.get("interpreter")
        file = f"/usr/bin/{name}"
        if interpreter == "none":
            os.path.lexists(path(file)) and os.remove(path(file))
            write(file, '#!/bin/sh\nexec /.host/usr/bin/python3 -I -S "$@"\n')
        elif interpreter:
            packages.link("/.host/usr/bin/python3", interpreter)
            os.path.lexists(path(file)) and os.remove(path(file))
            write(file, f"#!{interpreter}\nimport os, sys\nos.execv('/.host/commands/{name}', sys.argv)\n")
            os.path.lexists(f"{HOST}/commands/{name}") or os.symlink("stand_in.py", f"{HOST}/commands/{name}")
        if interpreter:
            os.chmod(path(file), 0o755)


def architecture():
    """Another architecture's /usr/bin/env says so in its byte 18."""
    if ROW["arch"] != os.uname().machine:
        os.remove(path("/usr/bin/env"))
        machine = {"x86_64": b"\x3e", "aarch64": b"\xb7"}[ROW["arch"]]
        with open(path("/usr/bin/env"), "wb") as file:
            file.write(b"#!/bin/sh\n#######" + b"#" + machine + b'\nexec /.host/usr/bin/env "$@"\n')
        os.chmod(path("/usr/bin/env"), 0o755)


def boot_loaders():
    """An installer runs under UEFI; images and our bootstrap have both."""
    boot.install_efi(fallback=True)
    if ROW["source"] != "iso" and ROW["arch"] == "x86_64":
        boot.install_bios(ROW["disk"])
    for name, value in PROFILE["bootloader"].get("grubenv", {}).items():
        # Enterprise Linux 8 links to the EFI partition.
        file = os.path.realpath(path(f"{boot.GRUB}/grubenv"))
        os.makedirs(os.path.dirname(file), exist_ok=True)
        os.path.exists(file) or boot.run("grub-editenv", file, "create")
        boot.run("grub-editenv", file, "set", f"{name}={packages.filled(value)}")
    if not read(f"{boot.GRUB}/grub.cfg"):
        boot.mkconfig(f"{boot.GRUB}/grub.cfg")


def main():
    folders()
    host_libraries()
    base_files()
    base_programs()
    packages.record([])
    medium = PROFILE["packages"].get("medium", {}).get("names") if ROW["source"] == "iso" else None
    missing = [name for name in ROW["asked"] if not packages.resolve(name) or (medium and name not in medium)]
    if missing:
        fail(1, f"The release has no {', '.join(missing)}: its installer or package manager refuses the whole installation.")
    packages.add([*ROW["installed"], *map(packages.resolve, ROW["asked"])])
    source_files()
    interpreters()
    architecture()
    boot_loaders()
    if not read("/etc/fstab"):
        write("/etc/fstab", f"UUID={ROW['root']} / {ROW['rootType']} defaults 0 1\nUUID={ROW['esp']} /boot/efi vfat umask=0077 0 1\n")


main()
