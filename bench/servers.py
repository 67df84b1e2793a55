"""The servers that the bench puts side by side, each over the same folder, and what the kernel says of their processes."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "peer"))

import hosts  # noqa: E402
import peers  # noqa: E402
import raw  # noqa: E402

# A line of mwl's log; before it a large folder is still being read.
LOADED = r"Worklist folder .*: \d+ files, \d+ entries"

WITH_NODELAY = peers.environment


def _as_they_come(**more):
    env = WITH_NODELAY(**more)
    env.pop("TCP_NODELAY")
    return env


def _mwl(root, folder, workers=4):
    path = peers.configuration(
        root / "mwl.json",
        {"Enable": True, "Database": str(folder)},
        DicomThreadsCount=workers,
        DicomAlwaysAllowFindWorklist=True,
    )
    server = peers.Server(path, log=root / "mwl.log")
    server.says(LOADED, 600)
    return server


def _orthanc(root, folder, plugin):
    host = hosts.Host(root / "orthanc", [plugin], hosts.section(folder), seconds=120, DefaultEncoding="Utf8")

    def answers():
        with host.connect() as client:
            return client.find(raw.keys(PatientID="nobody")).status == raw.SUCCESS

    peers.eventually(answers, "an answer, the folder being read", 600)
    return host


def _wlmscpfs(root, folder):
    (root / "ANY-SCP").symlink_to(folder)
    return peers.Wlmscpfs(root, root / "wlmscpfs.log")


# What a server is called in the tables: how it is started.
SERVERS = {
    "mwl": _mwl,
    "mwl in Orthanc": lambda root, folder: _orthanc(root, folder, hosts.PLUGIN),
    "sample plugin": lambda root, folder: _orthanc(root, folder, hosts.SAMPLE),
    "wlmscpfs": _wlmscpfs,
}


def start(name, root, folder, nodelay=True, **options):
    """A running server; `root` is a new folder for what it writes. DCMTK, which all but mwl are made with, reads TCP_NODELAY
    from the environment."""
    root.mkdir(parents=True)
    peers.environment = WITH_NODELAY if nodelay else _as_they_come
    return SERVERS[name](root, folder, **options)


def keep_on(server, processors):
    """All threads of the process run on these processors from now on."""
    for thread in os.listdir(f"/proc/{server.process.pid}/task"):
        os.sched_setaffinity(int(thread), processors)


def cpu_seconds(server):
    """User and system time of the process so far (proc(5))."""
    with open(f"/proc/{server.process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(server):
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) << 10
