"""The machine, the date and the commit that figures belong to."""

import glob
import os
import platform
import subprocess
import time

# Instruction sets that a library may choose its kernels by.
INSTRUCTION_SETS = (
    "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16", "amx_tile",
    "asimd", "asimddp", "bf16", "sve")

# Classes of processors, each with bars of its own.
CLASSES = AVX2, ONE_PORT, TWO_PORTS, AMX = "AVX2", "AVX-512, one port", "AVX-512, two ports", "AMX"


def description(repository):
    """All that is known, as a dictionary of words and numbers for JSON."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "commit": _commit(repository),
        "processor": _processor(),
        "class": _class(),
        "cores": len(os.sched_getaffinity(0)),
        "instruction_sets": _instruction_sets(),
        "caches": _caches(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": "%s %s" % (platform.system(), platform.release()),
        "load": os.getloadavg()[0],
    }


def lines(machine):
    """The description for people."""
    return [
        "%(date)s, commit %(commit)s" % machine,
        "%(processor)s, %(cores)d cores, %(memory_gib).1f GiB, %(system)s, load at the start %(load).1f" % machine,
        "class: %s; instruction sets: %s" % (machine["class"], " ".join(machine["instruction_sets"])),
        "caches of a core: " + ", ".join(machine["caches"]),
    ]


def _commit(repository):
    def git(*arguments):
        result = subprocess.run(["git", "-C", repository, *arguments], stdout=subprocess.PIPE, text=True)
        return result.stdout.strip()

    return git("rev-parse", "--short", "HEAD") + (" with changes" if git("status", "--porcelain", "-uno") else "")


def _cpuinfo():
    """The first core's lines of /proc/cpuinfo."""
    with open("/proc/cpuinfo") as file:
        first = file.read().split("\n\n")[0]
    return dict(map(str.strip, line.split(":", 1)) for line in first.splitlines() if ":" in line)


def _processor():
    info = _cpuinfo()
    if "model name" not in info:
        return platform.machine()
    return "%(model name)s (family %(cpu family)s, model %(model)s)" % info


def _instruction_sets():
    info = _cpuinfo()
    flags = info.get("flags", info.get("Features", "")).split()
    return [name for name in INSTRUCTION_SETS if name in flags]


def _class():
    """What the speed of a product depends on most. Ports are not in the flags, so the maker's generation has to tell."""
    sets, info = _instruction_sets(), _cpuinfo()
    if "amx_tile" in sets:
        return AMX
    if "avx512f" in sets:
        is_zen_4 = info.get("vendor_id") == "AuthenticAMD" and info.get("cpu family") == "25"
        return ONE_PORT if is_zen_4 else TWO_PORTS
    return AVX2 if "avx2" in sets else platform.machine()


def _caches():
    def read(folder, name):
        with open(os.path.join(folder, name)) as file:
            return file.read().strip()

    return [
        "L%s %s %s" % (read(folder, "level"), read(folder, "type").lower(), read(folder, "size"))
        for folder in sorted(glob.glob("/sys/devices/system/cpu/cpu0/cache/index*"))]
