"""What a server has of memory and descriptors, and whether others are served while somebody misbehaves."""

import contextlib
import os
import re
import threading

import peers
import raw

BYSTANDER = "127.0.9.1"  # its own share of associations


def memory(server, row="VmRSS"):
    """A row of /proc/PID/status in KiB: VmRSS now, VmHWM at its highest, VmData what is written to."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return int(re.search(rf"{row}:\s+(\d+)", file.read()).group(1))


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def forget_peak(server):
    """VmHWM begins anew (proc(5), clear_refs)."""
    with open(f"/proc/{server.process.pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")


class Bystander(threading.Thread):
    """A well-behaved client: an association that stands, and again and again one that asks and is released."""

    def __init__(self, server, query):
        super().__init__()
        self.server, self.query = server, query
        self.rounds, self.failure = 0, None
        self.ending, self.turn = threading.Event(), threading.Condition()

    def run(self):
        try:
            with self.server.connect(source=BYSTANDER) as standing:
                while not self.ending.wait(0.005):
                    assert standing.echo(context=3) == raw.SUCCESS
                    with self.server.connect(source=BYSTANDER) as client:
                        assert client.find(self.query).status == raw.SUCCESS
                        client.release()
                    with self.turn:
                        self.rounds += 1
                        self.turn.notify_all()
                standing.release()
        except Exception as failure:  # told by the test, not by the thread
            with self.turn:
                self.failure = failure
                self.turn.notify_all()

    def served(self, rounds=2):
        """Returns after as many whole rounds, the first of which may have begun before."""
        with self.turn:
            goal = self.rounds + rounds
            assert self.turn.wait_for(lambda: self.failure or self.rounds >= goal, peers.patience(60)), "not served"
        assert not self.failure, f"a well-behaved client: {self.failure!r}"


@contextlib.contextmanager
def unharmed(server, growth=32 << 10, query=None):
    """While the body runs a well-behaved client is served (`served()` of what is yielded says so at a chosen moment);
    behind it all descriptors are given back, and memory has never been more than `growth` KiB above what it was. (A
    sanitizer keeps what was freed: there memory is not judged.)"""
    client = Bystander(server, query or raw.keys(AccessionNumber="ACC0001"))
    server.well()
    peers.eventually(lambda: descriptors(server) < 100, "a quiet server")
    held = descriptors(server)
    client.start()
    try:
        client.served(1)
        forget_peak(server)
        before = memory(server)
        yield client
        client.served()
    finally:
        client.ending.set()
        client.join()
    assert not client.failure, f"a well-behaved client: {client.failure!r}"
    peers.eventually(lambda: descriptors(server) <= held, f"{held} descriptors again", 30)
    grown = memory(server, "VmHWM") - before
    assert grown < growth or peers.SLOW > 1, f"{grown} KiB more than before"
    server.well()
