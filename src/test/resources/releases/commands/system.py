"""cloud-init, locales, uname and other commands that scripts ask."""
import glob
import os
import sys

from stand_in import command, fail, path, read, write
from packages import KERNEL, PROFILE, ROW, installed


@command("cloud-init")
def cloud_init(call):
    if call.operands[:1] == ["status"] and call.has("--wait"):
        if not glob.glob(path("/etc/systemd/system/*.wants/cloud-*.service")) + glob.glob(path("/usr/lib/systemd/system/*.wants/cloud-init*")):
            fail(1, "status: not run: none of cloud-init's units is enabled, the real command waits for ever")
    print("status: done")


@command("locale")
def locale(call):
    said = PROFILE.get("locales", ["C.utf8"])
    if isinstance(said, dict):
        said = [name for package, names in said.items() if package == "all" or package in installed() for name in names]
    print("\n".join(["C", "POSIX"] + said))


@command("uname")
def uname(call):
    print(KERNEL["version"] if call.has("-r") else ROW["arch"] if call.has("-m") else "Linux")


@command("setfiles")
def setfiles(call):
    os.execv("/.host/usr/sbin/setfiles", ["setfiles", "-e", "/.host", *sys.argv[1:]])


@command("restorecon", "fixfiles")
def relabel(call):
    """The real setfiles, with the release's policy; the real commands do nothing on a host without SELinux."""
    policy = PROFILE.get("selinux", {}).get("policy") or fail(1, f"{call.name}: the release has no SELinux")
    contexts = f"/etc/selinux/{policy}/contexts/files/file_contexts"
    folders = [name for name in call.operands if os.path.isdir(name)] if call.name == "restorecon" else ["/"]
    # -m: this host's kernel may run without SELinux, where setfiles would leave out every file system.
    excluded = [word for folder in ("/.host", "/dev", "/proc", "/sys", "/run", "/boot/efi") for word in ("-e", folder)]
    os.execv("/.host/usr/sbin/setfiles", ["setfiles", "-m", "-F", *excluded, contexts, *folders])


@command("firewall-offline-cmd")
def firewall(call):
    """A zone's own file in /etc replaces the package's."""
    zone = call.value("--zone") or "public"
    own, shipped = f"/etc/firewalld/zones/{zone}.xml", f"/usr/lib/firewalld/zones/{zone}.xml"
    text = read(own) or read(shipped)
    query, added = call.value("--query-service"), call.value("--add-service")
    if query and f'"{query}"' not in text:
        fail(1, "no")
    if added:
        write(own, text.replace("</zone>", f'  <service name="{added}"/>\n</zone>'))
