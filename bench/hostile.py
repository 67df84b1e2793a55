#!/usr/bin/python3
"""What a well-behaved client waits for its answers, and what memory the server takes, while 2,000 connections of one address
do what a hostile or broken device does: say nothing, half a request, a byte now and then; ask and not read; stand idle.

    bench/hostile.py [COUNT]      connections; 2,000 without it

The binary is build/mwl, or what MWL names.
"""

import os
import pathlib
import resource
import signal
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "peer"))

import cost  # noqa: E402
import peers  # noqa: E402
import raw  # noqa: E402
import worklists  # noqa: E402

SELECTIVE = raw.keys({"Modality": "CT", "ScheduledProcedureStepStartDate": "20260105"}, AccessionNumber="", PatientName="")
FIGURE = 320 << 10  # SECURITY.md: a querying association, the dearest of these


def silent(server):
    return server.client()


def half(server):
    client = server.client()
    client.send(raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq())[:100])
    return client


def trickling(server):
    """One whose next bytes come one by one."""
    return server.connect()


KINDS = [silent, half, trickling, cost.querying, cost.idle]


def trickle(clients):
    """A PDU of 60,000 bytes to each, some hundred bytes a second in all; in a process of its own, so that the client that is
    measured is not kept waiting by it. Returns its number."""
    whole = raw.pdu(raw.P_DATA, raw.pdv(1, 3, b"x" * 60000))
    child = os.fork()
    for byte in whole if child == 0 else b"":
        for client in clients:
            client.send(bytes([byte]))
            time.sleep(1 / len(clients))
    return child


def medians(server):
    took = []
    with server.connect(source="127.0.0.2") as client:
        for _ in range(600):
            start = time.perf_counter()
            assert client.find(SELECTIVE).values("AccessionNumber") == ["WANTED"]
            took.append(1000 * (time.perf_counter() - start))
        client.release()
    return statistics.median(took), sorted(took)[int(len(took) * 0.99)]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * count + 200, max(2 * count + 200, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        folder = root / "worklists"
        folder.mkdir()
        worklists.crowd(folder, 80)
        worklists.write(folder, "wanted.wl", AccessionNumber="WANTED")
        section = {"MaximumAssociations": 2 * count, "MaximumAssociationsPerHost": 2 * count, "AssociationTimeout": 300}
        path = peers.configuration(
            root / "c.json",
            {"Enable": True, "Database": str(folder), "SendTimeout": 600, "PduTimeout": 600, **section},
            DicomAlwaysAllowFindWorklist=True,
        )
        server = peers.Server(path, log=root / "mwl.log")
        child = 0
        try:
            quiet, quiet_99 = medians(server)
            before = cost.resident(server)
            clients = [KINDS[number % len(KINDS)](server) for number in range(count)]
            child = trickle(clients[2 :: len(KINDS)])
            time.sleep(2)
            busy, busy_99 = medians(server)
            grown = cost.resident(server) - before
            print(f"quiet              C-FIND median {quiet:.3f} ms, 99 % under {quiet_99:.3f} ms")
            print(f"{count} hostile      C-FIND median {busy:.3f} ms, 99 % under {busy_99:.3f} ms: {busy / quiet:.2f} times")
            print(f"memory             {grown / 1048576:.1f} MiB more, of {count * FIGURE / 1048576:.0f} MiB that SECURITY.md allows them")
        finally:
            if child:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
            server.kill()


main()
