#!/usr/bin/python3
"""What an association costs the server in memory (SECURITY.md says what to make of it).

    bench/association.py [COUNT]      associations of each kind; 200 without it

The binary is build/mwl, or what MWL names.
"""

import os
import pathlib
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "peer"))

import cost  # noqa: E402
import peers  # noqa: E402
import worklists  # noqa: E402


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for kind, make in cost.KINDS.items():
        with tempfile.TemporaryDirectory() as scratch:
            root = pathlib.Path(scratch)
            folder = root / "worklists"
            folder.mkdir()
            worklists.crowd(folder, 80)
            path = peers.configuration(
                root / "c.json",
                {"Enable": True, "Database": str(folder), "MaximumAssociations": 1000, "MaximumAssociationsPerHost": 1000},
                DicomThreadsCount=1,
                DicomAlwaysAllowFindWorklist=True,
            )
            server = peers.Server(path, log=root / "mwl.log")
            try:
                each = cost.measure(server, kind, count)
                print(f"{kind:10}{each / 1024:8.1f} KiB each, {count} associations; {make.__doc__.splitlines()[0]}")
            finally:
                server.kill()


main()
