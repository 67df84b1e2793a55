"""Debian's Orthanc as a host of worklist plugins: ours, and the sample plugin that Debian ships with it."""

import json
import os
import re
import shutil
import signal
import subprocess
import urllib.error
import urllib.request

import peers
import raw

PLUGIN = os.path.join(os.path.dirname(peers.BINARY), "libmwl-orthanc.so")
INSTALLED = "/usr/share/orthanc/plugins"  # Debian's `Plugins`, which holds the sample plugin
SAMPLE = os.path.join(INSTALLED, "libModalityWorklists.so")
PYTHON = os.path.join(INSTALLED, "libOrthancPython.so")

# A line of its log: level, date, file and line, the text. A text may go on over further lines.
LINE = re.compile(r"^([EWIT])\d{4} [\d:.]+ (\S+:\d+)\] (.*)$", re.M)


def section(folder, **options):
    """The section Worklists, as the documentation of the sample plugin has it."""
    return {"Enable": True, "Database": str(folder), "FilterIssuerAet": False, "LimitAnswers": 0, **options}


def check_installed():
    for wanted, package in {"Orthanc": "orthanc", SAMPLE: "orthanc", PYTHON: "orthanc-python"}.items():
        assert shutil.which(wanted) or os.path.exists(wanted), f"Debian's {package} is not installed: ./dev deps peers"


class Ended(AssertionError):
    """The host ended while it started: its exit code, its log."""

    def __init__(self, host):
        self.code, self.log = host.process.returncode, host.log()
        super().__init__(f"Orthanc did not start, exit code {self.code}:\n{self.log[-4000:]}")


class Host(peers.Program):
    """Orthanc in a folder of its own, with a list of plugins and a section Worklists (None: without), which anyone may ask.

    It is started in full, or Ended is raised. Further arguments are options of its configuration.
    """

    def __init__(self, root, plugins, worklists, prefix=(), arguments=(), cwd=None, seconds=30, **options):
        (root / "storage").mkdir(parents=True)
        self.stopped = False
        for _ in range(5):  # it cannot choose ports itself, so another may take ours first
            self.port, self.http = peers.free_port(), peers.free_port()
            self.address = ("127.0.0.1", self.port)
            configuration = {
                "StorageDirectory": str(root / "storage"),
                "IndexDirectory": str(root / "storage"),
                "RemoteAccessAllowed": False,
                "AuthenticationEnabled": False,
                "DicomAlwaysAllowFindWorklist": True,
                "Plugins": [str(plugin) for plugin in plugins],
                "DicomPort": self.port,
                "HttpPort": self.http,
                **options,
            }
            path = peers.configuration(root / "orthanc.json", worklists, **configuration)
            super().__init__([*prefix, "Orthanc", *arguments, path], root / "orthanc.log", cwd=cwd)
            peers.eventually(
                lambda: "Orthanc has started" in self.log() or self.process.poll() is not None, "Orthanc's start", seconds
            )
            if self.process.poll() is None:
                return
            if "port" not in self.log() or "already in use" not in self.log():
                break
        self.stopped = True
        raise Ended(self)

    def lines(self, level):
        """The texts of the log at a level: "E", "W", "I"."""
        return [text for found, _, text in LINE.findall(self.whole_log()) if found == level]

    def connect(self, **named):
        return raw.connect(self.address, timeout=peers.patience(60), **named)

    def find(self, *keys, **named):
        """What `findscu -W` gets, see peers.findscu()."""
        return peers.findscu(self.port, *keys, **named)

    def ask(self, method, path, body=None):
        """A request to its REST API."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=peers.patience(20)) as response:
            return json.load(response)

    def well(self):
        """It still serves: a new association, an echo, a release."""
        with self.connect() as client:
            assert client.echo(context=3) == raw.SUCCESS
            client.release()

    def stop(self, seconds=30):
        """SIGTERM; it must end in good order."""
        self.stopped = True
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(peers.patience(seconds))
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not end after SIGTERM:\n{self.log()[-4000:]}") from None
        assert code == 0 and "Orthanc has stopped" in self.log(), f"exit code {code}:\n{self.log()[-4000:]}"
