"""The package managers, and what installing a package brings."""
import os
import re
import sys

from stand_in import EFFECTS, HOST, command, fail, load, path, read, write

PROFILE = load("profile")
ROW = load("row")
KERNEL = PROFILE["kernel"]
DATABASE = f"{HOST}/installed"
WRITTEN = ("/etc/fstab", "/etc/kernel/cmdline", "/etc/default/grub", "/boot/")
PROGRAM_FOLDERS = ("bin", "sbin", "libexec")


def installed():
    try:
        with open(DATABASE) as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def record(names):
    names = sorted(set(names))
    with open(DATABASE, "w") as file:
        file.write("\n".join(names) + "\n")
    if ROW["family"] == "apt":
        write("/var/lib/dpkg/status", "".join(
            f"Package: {name}\nStatus: install ok installed\nInstalled-Size: 100\nMaintainer: Nobody <a@b>\n"
            f"Architecture: {ROW['debianArchitecture']}\nVersion: 1.0-1\nDescription: for a test\n\n" for name in names))


def is_program(name):
    return any(part in PROGRAM_FOLDERS for part in name.split("/")[:-1])


def link(target, name):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    if not os.path.lexists(path(name)):
        os.symlink(target, path(name))


def place_program(name):
    """Our stand-in, or this host's program, or one that does nothing."""
    base = os.path.basename(name)
    if base in PROFILE.get("commands", {}) or base in EFFECTS:
        link("/.host/commands/stand_in.py", name)
        return
    for other in (base, base.replace("grub2-", "grub-")):
        for folder in ("bin", "sbin"):
            found = f"{HOST}/usr/{folder}/{other}"
            if os.path.lexists(found):
                # Through this host's alternatives, which the system does not have.
                target = os.path.realpath(found).removeprefix(HOST)
                link("/.host" + (target if target.startswith("/usr/") else "/usr" + target), name)
                return
    link("/.host/usr/bin/true", name)


def place_file(name, tree="files"):
    """One file of the profile; {root} and the like are replaced where an installation writes them."""
    source, target = f"{HOST}/{tree}{name}", path(name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.lexists(target):
        os.remove(target)
    if os.path.exists(source + ".link"):
        with open(source + ".link") as file:
            os.symlink(file.read().strip(), target)
        return
    with open(source, "rb") as file, open(target, "wb") as copy:
        copy.write(file.read())
    if name.startswith(WRITTEN):
        write(name, filled(read(name)))
    os.chmod(target, mode_of(name))


def filled(text):
    for key in ("root", "esp", "arch", "kernel", "serial"):
        text = text.replace("{" + key + "}", ROW[key])
    return text


def mode_of(name):
    said = PROFILE.get("modes", {}).get(name)
    if said:
        return int(said, 8)
    base = os.path.basename(name)
    return 0o640 if base in ("shadow", "gshadow") else 0o440 if base == "sudoers" else 0o755 if is_program(name) else 0o644


def contents(package):
    return PROFILE.get("contents", {}).get(package, [])


def place(name):
    source = f"{HOST}/files{name}"
    if os.path.lexists(source) or os.path.exists(source + ".link"):
        place_file(name)
    elif is_program(name):
        place_program(name)
    else:
        fail(1, f"The profile names {name} in 'contents', but has no such file.")


def same(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def unpack(package, keep_changed=True):
    for name in contents(package):
        conffile = name in PROFILE.get("conffiles", {}).get(package, [])
        if conffile and os.path.exists(path(name)) and not same(path(name), f"{HOST}/files{name}"):
            if not keep_changed:
                fail(100, f"Configuration file '{name}'\n ==> File on system created by you or by a script.\n"
                     f"dpkg: error processing package {package} (--configure):\n end of file on stdin at conffile prompt")
            continue
        place(name)
    if ROW["family"] == "apt":
        write(f"/var/lib/dpkg/info/{package}.list", "".join(name + "\n" for name in contents(package)))


def known():
    said = PROFILE["packages"]
    names = said.get("repository", {}).get("names", [])
    return set(names) | set(said.get("provides", {}))


def resolve(name):
    """The package of a name or capability; None if the release has none."""
    if name in PROFILE["packages"].get("absent", {}).get("names", []) or name not in known():
        return None
    return PROFILE["packages"].get("provides", {}).get(name, name)


def add(names, keep_changed=True):
    """Installs packages that exist, as their scripts would."""
    import boot

    before = installed()
    new = [name for name in dict.fromkeys(names) if name not in before]
    kernel = [name for name in new if name in KERNEL["packages"]]
    if kernel and ROW["family"] == "apt":
        new.append("linux-image-" + KERNEL["version"])
    record(before + new)
    for name in new:
        unpack(name, keep_changed)
    if kernel:
        boot.add_kernel(KERNEL["version"])


def provides(name):
    return name in installed() or PROFILE["packages"].get("provides", {}).get(name) in installed()


@command("apt-get")
def apt_get(call):
    verb, *names = call.operands or [""]
    settings = " ".join(call.values("-o"))
    if verb in ("update", "full-upgrade", "install", "indextargets"):
        check_sources()
    if verb == "install":
        unknown = [name for name in names if not resolve(name)]
        if unknown:
            fail(100, "\n".join(f"E: Unable to locate package {name}" for name in unknown))
        confold = "--force-confold" in settings or "--force-confnew" in settings
        add([resolve(name) for name in names], keep_changed=confold)
    elif verb == "update":
        write("/var/lib/apt/lists/mirror_InRelease", "list\n")
        write("/var/cache/apt/pkgcache.bin", "cache\n")
    elif verb == "purge":
        record(set(installed()) - set(names))
    elif verb == "clean":
        for name in os.listdir(path("/var/cache/apt")):
            if name.endswith(".bin"):
                os.remove(path("/var/cache/apt/") + name)


def check_sources():
    """As apt does: every source names a key ring that exists."""
    folder = path("/etc/apt/sources.list.d")
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        for line in read(f"/etc/apt/sources.list.d/{name}").splitlines():
            keyring = line.partition("signed-by=")[2].partition("]")[0] or (line[10:].strip() if line.startswith("Signed-By:") else "")
            if keyring and not os.path.exists(path(keyring)):
                fail(100, f"E: The key ring {keyring} in {name} does not exist.")


@command("dnf")
def dnf(call):
    verb, *names = call.operands or [""]
    if verb == "repolist" and repositories("/etc/yum.repos.d"):
        print("repo id  repo name")
        print("\n".join(repositories("/etc/yum.repos.d")))
    elif verb == "install":
        unknown = [name for name in names if not resolve(name)]
        if unknown:
            fail(1, "\n".join(f"No match for argument: {name}" for name in unknown) + "\nError: Unable to find a match: " + " ".join(unknown))
        add([resolve(name) for name in names])
    elif verb == "upgrade":
        upgrade()


@command("zypper")
def zypper(call):
    verb, *names = call.operands or [""]
    if verb in ("repos", "lr"):
        for name in repositories("/etc/zypp/repos.d"):
            print(f"1 | {name} | {name} | Yes | {place_of(name)}")
    elif verb in ("removerepo", "rr"):
        for name in names:
            os.remove(repository_file(name))
    elif verb in ("install", "in"):
        removed = [name[1:] for name in names if name.startswith("!")]
        names = [name for name in names if not name.startswith("!")]
        unknown = [name for name in names if not resolve(name)]
        if unknown:
            fail(104, "\n".join(f"No provider of '{name}' found." for name in unknown))
        left = [name for name in installed() if name not in removed]
        for name, other in PROFILE["packages"].get("conflicts", {}).items():
            if name in names and other in left:
                fail(4, f"Problem: the to be installed {name} conflicts with the installed {other}")
        record(left)
        add([resolve(name) for name in names])
    elif verb in ("update", "up", "dup"):
        upgrade()
    elif verb in ("remove", "rm"):
        for name in names:
            remove_kernel(name.partition("=")[2] or fail(104, f"zypper: the stand-in removes versions of kernels only, not {name}"))


def kernel_versions(suffix):
    """Of the kernel's packages: names of kernels may end in the package's flavour."""
    folder = path("/usr/lib/modules")
    return [name.removesuffix(suffix) for name in sorted(os.listdir(folder))] if os.path.isdir(folder) else []


def remove_kernel(version):
    import boot

    name = version + "-default"
    if not os.path.isdir(path(f"/usr/lib/modules/{name}")):
        fail(104, f"No provider of 'kernel-default={version}' found.")
    shutil.rmtree(path(f"/usr/lib/modules/{name}"))
    for file in os.listdir(path("/boot")):
        if file.endswith("-" + name):
            os.remove(path(f"/boot/{file}"))
    boot.mkconfig(f"{boot.GRUB}/grub.cfg")


def repositories(folder):
    found = []
    for name in sorted(os.listdir(path(folder))) if os.path.isdir(path(folder)) else []:
        if name.endswith(".repo"):
            sections = [line.strip("[] \n") for line in read(f"{folder}/{name}").splitlines() if line.startswith("[")]
            found += sections if "enabled=0" not in read(f"{folder}/{name}").replace(" ", "") else []
    return found


def repository_file(name):
    folder = path("/etc/zypp/repos.d")
    return next(f"{folder}/{file}" for file in sorted(os.listdir(folder)) if f"[{name}]" in read(f"/etc/zypp/repos.d/{file}"))


def place_of(name):
    with open(repository_file(name)) as file:
        return next((line.partition("=")[2].strip() for line in file if line.startswith("baseurl")), "")


def upgrade():
    """A newer kernel, where the profile names one."""
    import boot

    if KERNEL.get("updated") and not os.path.exists(path("/lib/modules/" + KERNEL["updated"])):
        boot.add_kernel(KERNEL["updated"])


def kernel_packages():
    """'NAME', 'VERSION-RELEASE' and the kernel's whole version, of each installed kernel, the oldest first."""
    import boot

    names = [n for n in installed() if re.fullmatch("kernel(-core|-modules)?", n)]
    versions = sorted(boot.kernels(), key=lambda v: v == KERNEL.get("updated"))
    return [(name, version.removesuffix("." + ROW["arch"]), version) for version in versions for name in names]


def erase(names):
    """A kernel, of which all packages have to go together; kernel-install removes the entry with this machine's id."""
    for version in {version for name, short, version in kernel_packages() if f"{name}-{short}.{ROW['arch']}" in names}:
        for name in (f"/boot/vmlinuz-{version}", f"/boot/{KERNEL['initramfs'] % version}",
                     f"/boot/loader/entries/{read('/etc/machine-id').strip()}-{version}.conf"):
            os.path.lexists(path(name)) and os.remove(path(name))
        import shutil

        shutil.rmtree(path(f"/usr/lib/modules/{version}"))


def print_form(form, values):
    print(re.sub(r"%\{(\w+)\}", lambda tag: values[tag[1]], form).replace("\\n", "\n"), end="")


@command("rpm")
def rpm(call):
    names, missing = call.operands, []
    if call.has("-e", "--erase"):
        return erase(names)
    form = call.value("--queryformat")
    if form and names and names[0].startswith("kernel"):
        for name, short, version in kernel_packages():
            if name == names[0] or names[0] == "kernel*":
                v, r = short.split("-", 1)
                print_form(form, {"NAME": name, "VERSION": v, "RELEASE": r, "ARCH": ROW["arch"], "INSTALLTIME": str(len(version))})
        return
    quiet = call.has("--quiet")
    if call.has("-a", "--all", "-qa"):
        form = call.value("--queryformat") or call.value("--qf") or "%{NAME}\n"
        for name in installed():
            values = {"NAME": name, "EPOCHNUM": "0", "EPOCH": "(none)", "VERSION": "1.0", "RELEASE": "1", "ARCH": ROW["arch"], "SIZE": "1000"}
            text = re.sub(r"%\{(\w+)\}", lambda tag: values[tag[1]], form)
            print(text.replace("\\n", "\n"), end="")
        return
    for name in names:
        if call.value("--queryformat") and name in KERNEL["packages"] and name in installed():
            for version in kernel_versions("-default"):
                release = version.partition("-")
                print(call.value("--queryformat").replace("%{VERSION}", release[0]).replace("%{RELEASE}", release[2]).replace("\\n", "\n"), end="")
            continue
        if call.has("-f", "--file", "-qf"):
            owner = next((p for p, files in PROFILE.get("contents", {}).items() if name in files and p in installed()), None)
            found = owner or (os.path.lexists(f"{HOST}/files{name}") and "base-files")
        elif call.has("--whatprovides"):
            found = provides(name) and (PROFILE["packages"].get("provides", {}).get(name) or name)
        else:
            found = name in installed() and name
        if not found:
            missing.append(name)
        if not quiet:
            print(f"{found}-1.0-1.{ROW['arch']}" if found else f"package {name} is not installed")
    sys.exit(min(len(missing), 255))
