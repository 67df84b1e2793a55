#!/usr/bin/python3
"""Whether a query costs more instructions than it did: counted by callgrind, so that a busy machine changes nothing.

    bench/check.py [--accept]

Each operation is done few and many times by a server over 1,000 generated worklists under valgrind; the difference is
what one costs. It is compared with bench/baseline.json, and may be a tenth more. --accept writes that file anew, after a
change that is meant to cost more, or that made something cheaper. Counts depend on compiler and build options: build/ as
`./dev build` makes it.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import servers  # noqa: E402

peers = servers.peers
BASELINE = pathlib.Path(__file__).with_name("baseline.json")
TOLERANCE = 0.10
FEW, MANY = 20, 120
LIKE = "00000025.wl"

# name: arguments of `mwl bench query`
OPERATIONS = {
    "C-ECHO": ["--by", "echo"],
    "selective query": ["--by", "selective"],
    "selective query, new association": ["--by", "selective", "--fresh"],
    "query by accession number": ["--by", "accession"],
    "query for everything": ["--by", "all"],
}


def instructions(root, folder, arguments, count):
    """What a server took for its whole life, in which it was asked so often."""
    prefix = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={root / 'callgrind.out'}"]
    # Sandbox would hold back valgrind, which writes files and makes code.
    section = {"Enable": True, "Database": str(folder), "Sandbox": False}
    path = peers.configuration(root / "mwl.json", section, DicomAlwaysAllowFindWorklist=True)
    server = peers.Server(path, log=root / "mwl.log", prefix=prefix)
    try:
        server.says(servers.LOADED, 60)
        command = [peers.BINARY, "bench", "query", *arguments, "--like", folder / LIKE, "-n", str(count)]
        subprocess.run([*command, "--seconds", "600", f"127.0.0.1:{server.port}"], check=True, capture_output=True)
        server.stop()
    finally:
        server.kill()
    return int(re.search(r"Collected : (\d+)", server.log()).group(1))


def main():
    peers.SLOW = 10  # valgrind
    known = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    counts, worse = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        folder = root / "worklists"
        subprocess.run([peers.BINARY, "bench", "generate", "-n", "1000", folder], check=True)
        for name, arguments in OPERATIONS.items():
            few = instructions(root, folder, arguments, FEW)
            count = round((instructions(root, folder, arguments, MANY) - few) / (MANY - FEW))
            counts[name] = count
            base = known.get(name)
            change = f"{100 * (count / base - 1):+.1f} %" if base else "new"
            print(f"{name:34} {count:12,} instructions  {change}", flush=True)
            if base and count > base * (1 + TOLERANCE):
                worse.append(name)
    if "--accept" in sys.argv[1:]:
        BASELINE.write_text(json.dumps(counts, indent=2) + "\n")
    elif worse or set(known) != set(counts):
        sys.exit("more instructions than before: " + ", ".join(worse) if worse else "no baseline for all: --accept")


if __name__ == "__main__":
    main()
