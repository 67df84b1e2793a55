#!/usr/bin/python3
"""How long a C-ECHO waits while a query on the same worker scans everything and finds nothing.

    bench/stall.py [FILES]      files of 256 steps each; 800 make 204,800 entries

One worker thread, two associations: one keeps asking for what nobody has, the other measures its echoes, first in quiet
and then during the scans. The binary is build/mwl, or what MWL names.
"""

import os
import pathlib
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "peer"))

import peers  # noqa: E402
import raw  # noqa: E402
import worklists  # noqa: E402

NOBODY = raw.keys({"ScheduledProcedureStepID": "*NOSUCH"}, PatientName="*nobody^at^all*")


def echoes(client, until):
    took = []
    while not until(len(took)):
        start = time.perf_counter()
        assert client.echo(context=3) == raw.SUCCESS
        took.append(1000 * (time.perf_counter() - start))
        time.sleep(0.0005)
    return sorted(took)


def show(what, took):
    print(
        f"{what:17} {len(took):6} echoes: median {took[len(took) // 2]:7.3f} ms, "
        f"99 % under {took[int(len(took) * 0.99)]:7.3f} ms, longest {took[-1]:7.3f} ms"
    )


def main():
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 800
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        folder = root / "worklists"
        folder.mkdir()
        count = worklists.crowd(folder, files)
        path = peers.configuration(
            root / "c.json",
            {"Enable": True, "Database": str(folder)},
            DicomThreadsCount=1,
            DicomAlwaysAllowFindWorklist=True,
        )
        start = time.perf_counter()
        server = peers.Server(path, log=root / "mwl.log")
        print(f"{count} entries in {files} files, ready after {time.perf_counter() - start:.2f} s")
        try:
            with server.connect() as scanning, server.connect() as echoing:
                show("quiet:", echoes(echoing, lambda n: n == 500))
                scans = []

                def scan():
                    for _ in range(20):
                        begin = time.perf_counter()
                        answer = scanning.find(NOBODY)
                        assert answer.status == raw.SUCCESS and not answer.datasets
                        scans.append(1000 * (time.perf_counter() - begin))

                thread = threading.Thread(target=scan)
                thread.start()
                show("during the scans:", echoes(echoing, lambda n: not thread.is_alive()))
                thread.join()
                print(f"a scan took {sorted(scans)[len(scans) // 2]:.1f} ms (median of {len(scans)})")
        finally:
            server.kill()


if __name__ == "__main__":
    main()
