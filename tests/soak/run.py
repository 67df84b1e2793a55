#!/usr/bin/python3
"""The chaos run: modalities, a writer and vandals at one server, and an oracle that judges every answer.

    ./dev soak [MINUTES] [--seed N]     MWL=build-tsan/mwl MWL_SLOW=4 ./dev soak 10

It warms up, stops everybody and takes figures; then it runs, stops everybody again, and takes them again. docs/SOAK.md says
what is judged."""

import argparse
import collections
import os
import random
import shutil
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peer"))

import pydicom.config

import asking
import certificates
import entries
import modalities
import oracle
import peers
import vandals
import watch
import writers

pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE

MODALITIES, VANDALS = 6, 4
FIGURES_EVERY = 5  # seconds
# KiB that resident memory may be more at the end than after warming up, however long the run: less than the 20,000 files of
# a storm take, which are given back.
MEMORY_ALLOWED = 16 << 10


class Run:
    def __init__(self, path, seed, storm):
        self.path, self.seed, self.storm = path, seed, storm
        self.folder, self.config = path / "worklists", path / "mwl.json"
        self.folder.mkdir()
        self.journal = oracle.Journal()
        self.counts, self.lock = collections.Counter(), threading.Lock()
        self.over = threading.Event()
        self.wrong = []
        self.identity = certificates.self_signed(certificates.Identity(path, "server"))
        self.configure(0)
        prefix = peers.UNPRIVILEGED if os.geteuid() == 0 else ()
        arguments = ("--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0")
        self.server = peers.Server(self.config, *arguments, log=path / "mwl.log", prefix=prefix)
        self.plain, self.tls = self.server.addresses[0], self.server.addresses[-1]
        self.tail = watch.Tail(path / "mwl.log")
        self.idle = watch.Figures(self.server.process)
        self.writer = writers.Writer(self, random.Random(f"{seed} writer"))

    def configure(self, number):
        """Each number another configuration, by none of which answers change."""
        section = {
            "Enable": True,
            "Database": str(self.folder),
            "JournalSize": 200,
            "LockWait": 600,  # so long that no lock of ours is ever given up
            "LimitAnswers": 1000000 if number % 2 else 0,
            "QueryMaxTime": 300 + number,
        }
        options = {
            "DicomAet": f"SOAK{number % 100}",
            "DicomAlwaysAllowFindWorklist": True,
            "DicomTlsCertificate": str(self.identity.certificate),
            "DicomTlsPrivateKey": str(self.identity.key),
            "DicomTlsRemoteCertificateRequired": False,
            "MaximumPduLength": (65536, 16384, 4096)[number % 3],
        }
        peers.configuration(self.config, section, **options)

    def count(self, what, number=1):
        with self.lock:
            self.counts[what] += number

    def some(self, chance):
        """An entry that may be there, and its version or one that it may have had."""
        name = entries.entry(chance.randrange(writers.ENTRIES))
        return name, self.journal.now.get(name, 1)

    # -- threads

    def guarded(self, work, *arguments):
        """Whatever goes wrong in a thread is a wrong answer."""
        while not self.over.is_set():
            try:
                work(*arguments)
            except Exception as error:
                text = f"{time.strftime('%H:%M:%S')} {threading.current_thread().name}: {error or type(error).__name__}"
                if not isinstance(error, asking.Wrong):
                    text += "\n" + traceback.format_exc()
                with self.lock:
                    self.wrong.append(text)
                    if len(self.wrong) <= 10:
                        print(f"WRONG {text[:4000]}", flush=True)
                if work == self.writer.work:
                    self.over.set()  # the model is no longer that of the folder

    def everybody(self, seconds, phase):
        """All of them for so long; figures meanwhile."""
        self.over.clear()
        crowd = [("writer", self.writer.work, ())]
        for kind, work, number in (("modality", modalities.work, MODALITIES), ("vandal", vandals.work, VANDALS)):
            for n in range(number):
                crowd.append((f"{kind} {n}", work, (self, random.Random(f"{self.seed} {phase} {kind} {n}"), n)))
        threads = [threading.Thread(target=self.guarded, args=(work, *more), name=name) for name, work, more in crowd]
        for thread in threads:
            thread.start()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.over.is_set() and not self.tail.report and self.server.process.poll() is None:
            self.over.wait(min(FIGURES_EVERY, max(0.0, end - time.monotonic())))
            self.tail.read()
            self.say(phase)
        self.over.set()
        for thread in threads:
            thread.join()

    def say(self, phase):
        if self.server.process.poll() is None:
            c = self.counts
            print(
                f"{phase:8} {c['queries']} queries, {c['answers']} answers, {c['changes']} changes, {c['vandals']} vandals, "
                f"{len(self.wrong)} wrong; {watch.Figures(self.server.process)}",
                flush=True,
            )

    def quiet(self):
        """The figures once nobody is there any more and every retired configuration is gone."""

        def given_back():
            now = watch.Figures(self.server.process)
            return now if now.descriptors <= self.idle.descriptors and now.threads <= self.idle.threads else None

        try:
            return peers.eventually(given_back, "all descriptors and threads given back", 60)
        except AssertionError as error:
            now = watch.Figures(self.server.process)
            self.wrong.append(f"{error}: {now}, and at the start {self.idle}")
            print(f"WRONG {self.wrong[-1]}", flush=True)
            return now

    # -- the end

    def finish(self, first, last):
        """Stops the server, prints the summary; whether all was well."""
        self.tail.until(lambda tail: tail.expected <= tail.set_aside, "every bad file set aside")
        try:
            self.server.stop()
        except AssertionError as error:
            self.wrong.append(str(error))
        self.tail.read()
        grown = last.memory - first.memory
        judged = not watch.is_sanitized(peers.BINARY)
        if judged and grown > MEMORY_ALLOWED:
            self.wrong.append(f"resident memory grew by {grown} KiB")
        if self.tail.report:
            self.wrong.append(f"a sanitizer's report: {self.tail.report}")
        print("\nsummary")
        for what in sorted(self.counts):
            print(f"  {what:34} {self.counts[what]}")
        print(f"  {'bad files set aside':34} {len(self.tail.expected & self.tail.set_aside)} of {len(self.tail.expected)}")
        print(f"  {'log lines':34} {self.tail.lines}, {self.tail.dropped} dropped")
        print(f"  {'after warming up':34} {first}")
        print(f"  {'at the end':34} {last}{'' if judged else '; memory is not judged under a sanitizer'}")
        print(f"  {'wrong':34} {len(self.wrong)}")
        return not self.wrong


def main():
    parser = argparse.ArgumentParser(prog="./dev soak", description="modalities, a writer and vandals at one server")
    parser.add_argument("minutes", nargs="?", type=float, default=2)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--storm", type=int, default=writers.STORM, help="files of a storm")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}; {peers.BINARY}", flush=True)
    path = Path(tempfile.mkdtemp(prefix="mwl-soak-"))
    sys.setswitchinterval(0.0005)  # so many threads would wait for one another more than for the server
    run = None
    well = False
    try:
        run = Run(path, arguments.seed, arguments.storm)
        run.writer.fill()
        seconds = arguments.minutes * 60
        warm = min(60.0, seconds / 3)
        run.everybody(warm, "warm-up")
        first = run.quiet()
        run.everybody(seconds - warm, "run")
        well = run.finish(first, run.quiet())
    finally:
        if run:
            run.server.kill()
        if well:
            shutil.rmtree(path)
        else:
            for text in run.wrong[:3] if run else ():
                print(f"WRONG {text[:4000]}")
            print(f"FAILED; the log is {path}/mwl.log; once more with --seed {arguments.seed}", flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
