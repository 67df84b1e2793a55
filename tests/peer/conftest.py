"""Fixtures of the peer tests: the real program, driven over real sockets by programs that others wrote.

    ./dev test                                   builds and runs everything
    /usr/bin/python3 -m pytest tests/peer        these alone, against build/mwl
    MWL=build-asan/mwl MWL_SLOW=5 /usr/bin/python3 -m pytest -m smoke tests/peer
    MWL_LONG=1 ...                               full numbers of trials where a run takes a sample of them
"""

import os

import pydicom.config
import pytest

import hosts
import peers

# Tests send what the standard forbids; pydicom is not to have an opinion.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE


def pytest_configure(config):
    config.addinivalue_line("markers", "smoke: the short list that also runs under sanitizers")


@pytest.fixture
def folder(tmp_path):
    """An empty worklist folder."""
    path = tmp_path / "worklists"
    path.mkdir()
    return path


@pytest.fixture
def mwl(tmp_path):
    """Starts servers: mwl(path, *arguments). Each is stopped at the end, and must end well."""
    running = []
    assert os.access(peers.BINARY, os.X_OK), f"nothing at {peers.BINARY}: build it, or say where it is with MWL="

    def start(path, *arguments, **named):
        server = peers.Server(path, *arguments, log=tmp_path / f"mwl-{len(running)}.log", **named)
        running.append(server)
        return server

    yield start
    try:
        for server in running:
            server.stop()
    finally:
        for server in running:
            server.kill()


@pytest.fixture
def wlmscpfs(tmp_path):
    running = []

    def start(root, *options):
        program = peers.Wlmscpfs(root, tmp_path / f"wlmscpfs-{len(running)}.log", *options)
        running.append(program)
        return program

    yield start
    for program in running:
        program.kill()


@pytest.fixture
def host(tmp_path):
    """Starts Orthanc: host(plugins, worklists, **options), see hosts.Host. Each must still live at the end, unless the
    test stopped it."""
    running = []
    hosts.check_installed()

    def start(plugins, worklists, **named):
        running.append(hosts.Host(tmp_path / f"host-{len(running)}", plugins, worklists, **named))
        return running[-1]

    yield start
    dead = [program.log()[-4000:] for program in running if not program.stopped and program.process.poll() is not None]
    for program in running:
        program.kill()
    assert not dead, f"Orthanc ended by itself:\n{dead[0]}"


@pytest.fixture(autouse=True)
def show_logs(request, tmp_path):
    """The end of every server's log goes with the report of a test that failed."""
    yield
    for log in sorted([*tmp_path.glob("mwl-*.log"), *tmp_path.glob("host-*/orthanc.log")]):
        print(f"-- {log.name}:\n{log.read_text(errors='replace')[-3000:]}")
