#!/usr/bin/python3
"""Whether a query costs more instructions than it did: counted by callgrind, so that a busy machine changes nothing.

    bench/check.py [--accept]
    bench/check.py --journal     what the journal adds alone

Each operation is done few and many times by a server over 1,000 generated worklists under valgrind; the difference is
what one costs. It is compared with bench/baseline.json, and may be a tenth more. --accept writes that file anew, after a
change that is meant to cost more, or that made something cheaper. What the journal adds to a query is counted in the same way, with
and without it: 5 % are the most. Counts depend on compiler and build options: build/ as
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
JOURNAL_MOST = 0.05

# name: arguments of `mwl bench query`
OPERATIONS = {
    "C-ECHO": ["--by", "echo"],
    "selective query": ["--by", "selective"],
    "selective query, new association": ["--by", "selective", "--fresh"],
    "query by accession number": ["--by", "accession"],
    "query for everything": ["--by", "all"],
}


def instructions(root, folder, arguments, count, **options):
    """What a server took for its whole life, in which it was asked so often."""
    prefix = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={root / 'callgrind.out'}"]
    # Sandbox would hold back valgrind, which writes files and makes code.
    section = {"Enable": True, "Database": str(folder), "Sandbox": False, **options}
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


def each(root, folder, arguments, few=FEW, many=MANY, **options):
    """What one costs."""
    before = instructions(root, folder, arguments, few, **options)
    return round((instructions(root, folder, arguments, many, **options) - before) / (many - few))


def check_journal(root, folder):
    """More of them, since the difference is small: what a query costs with the journal and without."""
    worst = 0
    for name in ("selective query", "query by accession number", "selective query, new association"):
        without, kept = (each(root, folder, OPERATIONS[name], 100, 600, JournalSize=size) for size in (0, 1000))
        added = kept / without - 1
        worst = max(worst, added)
        print(f"{name:34} {kept:12,} instructions with a journal, {without:,} without: {100 * added:+.1f} %", flush=True)
    if worst > JOURNAL_MOST:
        sys.exit(f"the journal adds {100 * worst:.1f} %, more than {100 * JOURNAL_MOST:.0f}")


def main():
    peers.SLOW = 10  # valgrind
    known = json.loads(BASELINE.read_text()) if BASELINE.exists() else {}
    counts, worse = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        folder = root / "worklists"
        subprocess.run([peers.BINARY, "bench", "generate", "-n", "1000", folder], check=True)
        check_journal(root, folder)
        if "--journal" in sys.argv[1:]:
            return
        for name, arguments in OPERATIONS.items():
            count = each(root, folder, arguments)
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
