"""What is seen of the server from outside: its log as it grows, its memory, descriptors and threads."""

import os
import re
import threading

import peers

ASIDE = re.compile(r"source/folder\] (bad-\d+\.wl) set aside: \S")
DROPPED = re.compile(r"(\d+) log lines were dropped")
RELOADED = re.compile(r" (?:not reloaded|reloaded)")


class Tail:
    """The log, each line read once."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.file = open(path, "rb")
        self.rest = b""
        self.lines = self.dropped = self.reloads = 0
        self.set_aside, self.expected = set(), set()
        self.report = None  # of a sanitizer

    def read(self):
        with self.lock:
            data = self.rest + self.file.read()
            whole, end, self.rest = data.rpartition(b"\n")
            for line in (whole + end).decode(errors="replace").splitlines():
                self._look(line)
        return self

    def _look(self, line):
        self.lines += 1
        aside, dropped = ASIDE.search(line), DROPPED.search(line)
        if aside:
            self.set_aside.add(aside.group(1))
        if dropped:
            self.dropped += int(dropped.group(1))
        self.reloads += RELOADED.search(line) is not None
        if not self.report and peers.SANITIZER.search(line):
            self.report = line

    def until(self, condition, what):
        peers.eventually(lambda: condition(self.read()), what, 60)


class Figures:
    """Of /proc: resident memory in KiB, open descriptors, threads."""

    def __init__(self, process):
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            status = file.read()
        self.memory = int(re.search(r"VmRSS:\s+(\d+)", status).group(1))
        self.threads = int(re.search(r"Threads:\s+(\d+)", status).group(1))
        self.descriptors = len(os.listdir(f"/proc/{process.pid}/fd"))

    def __str__(self):
        return f"{self.memory / 1024:.1f} MiB, {self.descriptors} descriptors, {self.threads} threads"


def is_sanitized(binary):
    """Whether it is built with a sanitizer, whose own memory grows with what it remembers."""
    with open(binary, "rb") as file:
        data = file.read()
    return b"__tsan_init" in data or b"__asan_init" in data
