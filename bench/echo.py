#!/usr/bin/python3
"""How long a C-ECHO takes on an open association: mwl beside wlmscpfs, in one run, as a ratio.

    bench/echo.py [ROUNDS]

Asked in two ways, because they measure different things: by `echoscu --repeat` of DCMTK, whose own two writes a message
meet Nagle's algorithm and delayed acknowledgements (TCP_NODELAY is left as each program has it by default), and by a
client that sends each message in one write. The binary is build/mwl, or what MWL names.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "tests", "peer"))

import peers  # noqa: E402
import raw  # noqa: E402


def round_trips(address, rounds):
    """Milliseconds of each of so many echoes on one association."""
    took = []
    with raw.connect(address, contexts=[(1, raw.VERIFICATION, [raw.IMPLICIT])], called="ANY-SCP") as client:
        for _ in range(rounds):
            start = time.perf_counter()
            assert client.echo() == raw.SUCCESS
            took.append(1000 * (time.perf_counter() - start))
        client.release()
    return took


def by_echoscu(address, rounds):
    """Milliseconds an echo, from the difference of a long and a short run."""

    def run(count):
        env = {k: v for k, v in os.environ.items() if k != "TCP_NODELAY"}
        start = time.perf_counter()
        subprocess.run(
            ["echoscu", "-aec", "ANY-SCP", "--repeat", str(count), address[0], str(address[1])], check=True, env=env
        )
        return 1000 * (time.perf_counter() - start)

    return (run(rounds + 1) - run(1)) / rounds


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        (root / "ANY-SCP").mkdir()
        (root / "ANY-SCP" / "lockfile").touch()
        os.environ.pop("TCP_NODELAY", None)
        servers = {"mwl": peers.Server(root / "ANY-SCP", log=root / "mwl.log")}
        servers["wlmscpfs"] = peers.Wlmscpfs(root, root / "wlmscpfs.log")
        results = {}
        try:
            for name, server in servers.items():
                few = rounds if name == "mwl" else min(rounds, 50)  # 44 ms each where nobody sets TCP_NODELAY
                round_trips(server.address, 10)
                took = sorted(round_trips(server.address, few))
                results[name] = statistics.median(took), by_echoscu(server.address, few)
                print(
                    f"{name:9} one write: median {results[name][0]:8.3f} ms, 99 % under {took[int(len(took) * 0.99)]:8.3f} ms"
                    f"; echoscu: {results[name][1]:8.3f} ms"
                )
        finally:
            for server in servers.values():
                server.kill()
        for number, how in enumerate(("one write", "echoscu")):
            print(f"ratio wlmscpfs / mwl, {how}: {results['wlmscpfs'][number] / results['mwl'][number]:.1f}")


if __name__ == "__main__":
    main()
