"""The programs under test and the programs they are tested with, each started and watched the same way."""

import contextlib
import glob
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pydicom

import raw

SLOW = float(os.environ.get("MWL_SLOW", "1") or "1")
BINARY = os.path.abspath(
    os.environ.get("MWL") or os.path.join(os.path.dirname(__file__), "..", "..", "build", "mwl")
)
# In front of a program: without the capabilities by which root reads everything.
UNPRIVILEGED = [
    "setpriv",
    "--bounding-set",
    "-dac_override,-dac_read_search",
    "--inh-caps",
    "-dac_override,-dac_read_search",
]

SANITIZER = re.compile(
    r"ERROR: \w+Sanitizer|WARNING: \w+Sanitizer|SUMMARY: \w+Sanitizer|runtime error:|ASSERTION|Assertion .* failed"
)


def patience(seconds):
    """A bound on a wait, longer where the server runs under a sanitizer; it never decides a test that passes."""
    return seconds * SLOW


def environment(**more):
    env = dict(os.environ, TCP_NODELAY="1", **more)  # DCMTK reads it; its two writes a message otherwise cost 40 ms
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    return env


def eventually(condition, what, seconds=10):
    """Waits until condition() is true, and returns what it gave."""
    end = time.monotonic() + patience(seconds)
    while True:
        got = condition()
        if got:
            return got
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.01)


class Program:
    """A server in a process of its own, its standard error in a file."""

    def __init__(self, arguments, log, **more):
        self.log_path = log
        with open(log, "wb") as sink:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, env=environment(), **more
            )

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def whole_log(self):
        """The log with all that was said until now: lines that come together are written together, some milliseconds later."""
        time.sleep(patience(0.1))
        return self.log()

    def says(self, pattern, seconds=10):
        """Waits until the log holds the pattern (a regular expression); returns the match."""

        def look():
            found = re.search(pattern, self.log())
            assert found or self.process.poll() is None, f"ended without saying {pattern!r}:\n{self.log()[-4000:]}"
            return found

        return eventually(look, f"{pattern!r} in the log:\n{self.log()[-4000:]}", seconds)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Server(Program):
    """`mwl serve`, on a port of 127.0.0.1 that the kernel chose unless the arguments say otherwise, or `default_port`."""

    def __init__(self, path, *arguments, log, prefix=(), cwd=None, default_port=False):
        if "--listen" not in arguments and not default_port:
            arguments = ("--listen", "127.0.0.1:0", *arguments)
        super().__init__([*prefix, BINARY, "serve", *arguments, str(path)], log, cwd=cwd)
        self.says(r"is ready", 30)
        self.says(r"Worklist folder .* set aside", 120)  # a large one is read while it is served; until then queries fail
        self.addresses = [
            (host.strip("[]"), int(port)) for host, port in re.findall(r"listening on (\S+):(\d+)$", self.log(), re.M)
        ]
        self.address = self.addresses[0]
        self.port = self.address[1]

    def stop(self):
        """SIGTERM; it must end in good order, with nothing to report by a sanitizer."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(patience(20))
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end after SIGTERM:\n{self.log()[-4000:]}") from None
        report = SANITIZER.search(self.log())
        assert not report, f"{report.group(0)}:\n{self.log()[-8000:]}"
        assert code == 0, f"exit code {code}:\n{self.log()[-4000:]}"

    def reload(self):
        """SIGHUP, and wait until it is done."""
        before = len(self.log())
        self.process.send_signal(signal.SIGHUP)
        eventually(lambda: re.search(r"[Rr]eload", self.log()[before:]), "a line about the reload")

    def connect(self, **named):
        return raw.connect(self.address, timeout=patience(20), **named)

    def client(self, **named):
        return raw.Client(self.address, timeout=patience(20), **named)

    def well(self):
        """It still serves: a new association, an echo, a release."""
        with self.connect() as client:
            assert client.echo(context=3) == raw.SUCCESS
            client.release()


def run_mwl(*arguments, seconds=20, env=None, **more):
    """`mwl ARGUMENTS` to its end: (exit code, standard output, standard error)."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=patience(seconds),
        env=env or environment(),
        **more,
    )
    error = done.stderr.decode(errors="replace")
    assert not SANITIZER.search(error), error
    return done.returncode, done.stdout.decode(errors="replace"), error


def free_port():
    """A port where a program may listen at every address, as Orthanc and wlmscpfs do. It is below those that the kernel gives
    to connections: thousands of these may be in use, each at one address or another and in the way of such a program."""
    for port in random.SystemRandom().sample(range(10_000, 32_768), 100):
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("", port))
                return port
    raise AssertionError("no port is free")


class Wlmscpfs(Program):
    """DCMTK's server over <root>/<called AE title>/*.wl."""

    def __init__(self, root, log, *options):
        for _ in range(5):  # it cannot choose a port itself, so another may take ours first
            self.port = free_port()
            super().__init__(["wlmscpfs", "-dfp", str(root), *options, str(self.port)], log)
            end = time.monotonic() + patience(10)
            while self.process.poll() is None and time.monotonic() < end:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                        self.address = ("127.0.0.1", self.port)
                        return
                time.sleep(0.02)
            self.kill()
        raise AssertionError(self.log())


# -- requestors --------------------------------------------------------------------------------------------------------


class Ran:
    """How a program ended and what it said, both streams together."""

    def __init__(self, done):
        self.code, self.text = done.returncode, done.stdout.decode(errors="replace")


def run(*arguments, seconds=60, **more):
    return Ran(
        subprocess.run(
            [str(a) for a in arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=patience(seconds),
            env=environment(),
            **more,
        )
    )


class Found(Ran):
    """What findscu got: data sets, statuses (pending ones first), Error Comment and Offending Element."""

    def __init__(self, done, folder):
        super().__init__(done)
        self.datasets = [
            pydicom.dcmread(name, force=True) for name in sorted(glob.glob(os.path.join(folder, "rsp*.dcm")))
        ]
        self.statuses = [int(s, 16) for s in re.findall(r"DIMSE Status\s*: 0x([0-9a-f]{4})", self.text)]
        self.status = self.statuses[-1] if self.statuses else None
        comment = re.search(r"\(0000,0902\) LO \[(.*?)\s*\]", self.text)
        self.comment = comment and comment.group(1)
        self.offending = re.findall(r"\(0000,0901\) AT (\S+)", self.text)

    def values(self, keyword):
        return [d.get(keyword) for d in self.datasets]

    def steps(self, keyword):
        return [d.ScheduledProcedureStepSequence[0].get(keyword) for d in self.datasets]


def findscu(port, *keys, options=(), called="ANY-SCP", calling="FINDSCU", host="127.0.0.1", seconds=60):
    """`findscu -W` with keys in its own notation, a leading dot meaning the Scheduled Procedure Step."""
    folder = tempfile.mkdtemp(prefix="findscu-")
    arguments = ["findscu", "-d", "-W", "-X", "-od", folder, "-aec", called, "-aet", calling, *options]
    for key in keys:
        key = f"ScheduledProcedureStepSequence[0]{key}" if key.startswith(".") else key
        arguments += ["-k", key]
    try:
        done = subprocess.run(
            [*map(str, arguments), host, str(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=patience(seconds),
            env=environment(),
        )
        return Found(done, folder)
    finally:
        shutil.rmtree(folder)


def echoscu(port, *options, called="ANY-SCP", calling="ECHOSCU", host="127.0.0.1"):
    return run("echoscu", "-v", "-aec", called, "-aet", calling, *options, host, port)


def journal(*arguments):
    """What `mwl journal` prints."""
    done = run(BINARY, "journal", *arguments)
    assert done.code == 0, done.text
    return done.text


def records(*socket):
    """All that is in the journal."""
    return [json.loads(line) for line in journal("list", "--json", "--last", "100000", *socket).splitlines()]


def configuration(path, worklists=None, **options):
    """Writes a configuration in Orthanc's form; `worklists` is its section Worklists."""
    content = dict(options)
    if worklists is not None:
        content["Worklists"] = worklists
    with open(path, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    return str(path)
