#!/usr/bin/env python3
"""Compare one pass for all hypervisors with qemu-img, one format after another.

Usage: benchmarks/export.py DISK.qcow2 [ROUNDS]

Each round times 'cst convert DISK --to qcow2,vhd,ova' and then qemu-img for the same three formats, on the same cores, with the disk in
the page cache. Prints the seconds of each command, the median ratio of all rounds, the file sizes, and the peak memory of cst. The time
of cst includes the SHA-256 and SHA-512 of every file; qemu-img computes no digests.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

CST = pathlib.Path(__file__).resolve().parent.parent / "cst"


def measured(*command):
    """Run a command that must succeed; return its seconds and its peak memory in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command} failed")
    return time.monotonic() - start, usage.ru_maxrss / 1024


def seconds(*command):
    return measured(*command)[0]


def qemu(disk, folder):
    """Convert with qemu-img, one format after another; return the seconds by format."""
    convert = ("qemu-img", "convert", "-f", "qcow2")
    return {
        "qcow2": seconds(*convert, "-c", "-O", "qcow2", disk, folder / "disk.qcow2"),
        "vhd": seconds(*convert, "-O", "vpc", disk, folder / "disk.vhd"),
        "vmdk": seconds(*convert, "-O", "vmdk", "-o", "subformat=streamOptimized", disk, folder / "disk.vmdk"),
    }


def sizes(ours, theirs, name):
    """Print the file sizes of each format; the OVA is compared with the VMDK, its largest member."""
    for mine, other in (("qcow2", "qcow2"), ("vhd", "vhd"), ("ova", "vmdk")):
        a = (ours / f"{name}.{mine}").stat().st_size
        b = (theirs / f"disk.{other}").stat().st_size
        print(f"size {mine:6} cst {a:>12}  qemu-img {b:>12}  {100 * (a - b) / b:+.2f} %")


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    disk = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) == 3 else 3
    subprocess.run([CST, "--version"], check=True, stdout=subprocess.DEVNULL)
    ratios = []
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        ours, theirs = pathlib.Path(folder, "cst"), pathlib.Path(folder, "qemu")
        for number in range(1, rounds + 1):
            for each in (ours, theirs):
                shutil.rmtree(each, ignore_errors=True)
                each.mkdir()
            # In another process: memory of this one would count towards its children's peak.
            subprocess.run(["cat", disk], check=True, stdout=subprocess.DEVNULL)
            one_pass, memory = measured(CST, "convert", disk, "--to", "qcow2,vhd,ova", "--out", ours)
            separate = qemu(disk, theirs)
            ratios.append(one_pass / sum(separate.values()))
            parts = ", ".join(f"{name} {value:.1f}" for name, value in separate.items())
            print(f"round {number}: cst {one_pass:.1f} s; qemu-img {sum(separate.values()):.1f} s ({parts}); ratio {ratios[-1]:.3f}")
        sizes(ours, theirs, disk.stem)
    print(f"peak memory of cst: {memory:.0f} MiB")
    print(f"ratio (median of {rounds}): {statistics.median(ratios):.3f}")


main()
