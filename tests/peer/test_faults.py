"""What happens to the machine below the server: no descriptors, no memory, no folder, another time of day, kill -9.

While something is lacking a query may be refused and an association rejected, but an answer is never short of an entry
and still called a success; and all is well again when it is there again."""

import fcntl
import glob
import os
import re
import resource
import signal
import struct
import subprocess

import pytest

import peers
import raw
import vitals
import worklists

LONG = bool(os.environ.get("MWL_LONG"))
QUERY = raw.keys(AccessionNumber="")
FAKETIME = "".join(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"))

not_under_a_sanitizer = pytest.mark.skipif(peers.SLOW > 1, reason="a sanitizer has its own idea of memory and clocks")


def answers(client):
    """Accession numbers, or None where the query was refused: a status without answers, and a reason."""
    answer = client.find(QUERY)
    if answer.status == raw.SUCCESS:
        return sorted(answer.values("AccessionNumber"))
    assert answer.status == raw.OUT_OF_RESOURCES and answer.comment, answer.status
    return None


def eventually_answers(server, expected):
    def asked():
        with server.connect() as client:
            got = answers(client)
            client.release()
            return got == expected

    peers.eventually(asked, f"an answer of {expected}", 30)


# -- descriptors -------------------------------------------------------------------------------------------------------


def limit(server, kind, soft):
    """Sets a soft limit of the running server; the hard one stays."""
    hard = resource.prlimit(server.process.pid, kind)[1]
    resource.prlimit(server.process.pid, kind, (soft, hard))


def leave_descriptors(server, spare):
    """As many as that are free from now on, and no more: the kernel gives the lowest number first."""
    used = {int(name) for name in os.listdir(f"/proc/{server.process.pid}/fd")}
    free = [number for number in range(len(used) + spare + 1) if number not in used]
    limit(server, resource.RLIMIT_NOFILE, free[spare])


@pytest.mark.smoke
@pytest.mark.parametrize("spare", range(4))
def test_no_descriptor_for_the_folder(mwl, folder, spare):
    """A new file is in the answer, or there is no answer: it is not set aside for what is no fault of its own."""
    worklists.write(folder, "a.wl", AccessionNumber="A")
    server = mwl(folder)
    before = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[0]
    with server.connect() as client:
        assert answers(client) == ["A"]
        leave_descriptors(server, spare)
        worklists.write(folder, "b.wl", AccessionNumber="B")
        for _ in range(5):
            assert answers(client) in (None, ["A", "B"])
        worklists.write(folder, "a.wl", AccessionNumber="C")
        assert answers(client) in (None, ["B", "C"])
        assert client.echo(context=3) == raw.SUCCESS
        limit(server, resource.RLIMIT_NOFILE, before)
        peers.eventually(lambda: answers(client) == ["B", "C"], "the folder as it is", 20)
        client.release()
    assert " set aside: " not in server.log()


@pytest.mark.smoke
def test_no_descriptor_for_connections_while_files_come(mwl, folder):
    """Connections take every descriptor there is: those that stand are served or refused, later ones wait; when they are
    gone all is as before."""
    worklists.write(folder, "a.wl", AccessionNumber="A")
    server = mwl(folder)
    before = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[0]
    held = vitals.descriptors(server)
    with server.connect() as client:
        leave_descriptors(server, 20)
        greedy = [server.client(source=f"127.0.5.{1 + n // 25}") for n in range(60)]  # the backlog takes them all
        peers.eventually(lambda: vitals.descriptors(server) >= held + 20, "no descriptor left")
        expected = ["A"]
        for number in range(20):
            worklists.write(folder, f"{number}.wl", AccessionNumber=f"B{number:02}")
            expected.append(f"B{number:02}")
            assert answers(client) in (None, expected)
        assert client.echo(context=3) == raw.SUCCESS
        for one in greedy:
            one.close()
        peers.eventually(lambda: answers(client) == expected, "the folder as it is", 20)
        limit(server, resource.RLIMIT_NOFILE, before)
        client.release()
    eventually_answers(server, expected)
    peers.eventually(lambda: vitals.descriptors(server) <= held, "all descriptors given back")
    assert " set aside: " not in server.log()


# -- memory ------------------------------------------------------------------------------------------------------------


def press(server, folder, number):
    """Asks for memory in every way there is; whatever comes of it, an answer that is a success is a whole one."""
    try:
        with server.client(source=f"127.0.5.{1 + number % 100}") as client:
            client.socket.settimeout(peers.patience(10))
            got = client.associate(((1, raw.WORKLIST, (raw.IMPLICIT,)), (3, raw.VERIFICATION, (raw.IMPLICIT,))))
            if isinstance(got, raw.Reject):
                assert got.triple[0] == 2, got  # transient
                return
            if number % 3 == 0:
                client.find(raw.element(0x0010, 0x0010, b"A" * (900 << 10)))
            elif number % 3 == 1:
                worklists.write(folder, f"{number % 30}.wl", steps=[{"ScheduledProcedureStepID": str(n)} for n in range(200)])
            answer = client.find(raw.keys(AccessionNumber="STAYS"))
            assert answer.status in (raw.SUCCESS, raw.OUT_OF_RESOURCES)
            assert answer.status != raw.SUCCESS or answer.values("AccessionNumber") == ["STAYS"]
            client.release()
    except (raw.Closed, raw.Aborted, ConnectionError):
        pass


@not_under_a_sanitizer
@pytest.mark.parametrize("kind, row", [(resource.RLIMIT_DATA, "VmData"), (resource.RLIMIT_AS, "VmSize")])
def test_no_memory_while_running(mwl, folder, kind, row):
    """With less and less to be had: no crash, no answer that lacks something, and when there is some again all is well."""
    worklists.write(folder, "stays.wl", AccessionNumber="STAYS")
    server = mwl(folder)
    server.well()
    held = vitals.descriptors(server)
    for spare in (4096, 1024, 256, 64, 0):  # KiB
        limit(server, kind, (vitals.memory(server, row) + spare) << 10)
        for number in range(60 if LONG else 15):
            press(server, folder, number)
        assert server.process.poll() is None
        limit(server, kind, resource.RLIM_INFINITY)
        peers.eventually(lambda: whole(server, folder), "all files in the answer", 30)
    peers.eventually(lambda: vitals.descriptors(server) <= held, "all descriptors given back", 20)
    assert " set aside: " not in server.log()


def whole(server, folder):
    """Whether everything in the folder is in the answer; not while the server is short of something."""
    try:
        with server.connect() as client:
            answer = client.find(QUERY)
            client.release()
    except (raw.Closed, raw.Aborted, ConnectionError, AssertionError):
        return False
    steps = sum(1 if name == "stays.wl" else 200 for name in os.listdir(folder))
    return answer.status == raw.SUCCESS and answer.count == steps


@not_under_a_sanitizer
def test_worklist_that_does_not_fit_into_memory(mwl, folder):
    """It is no worklist: every query gets A700 until there is room for all of it."""
    server = mwl(folder)
    with server.connect() as client:
        assert answers(client) == []
        limit(server, resource.RLIMIT_DATA, (vitals.memory(server, "VmData") + 1024) << 10)
        count = worklists.crowd(folder, 160)
        peers.eventually(lambda: client.find(QUERY).status == raw.OUT_OF_RESOURCES, "A700")
        for _ in range(3):
            answer = client.find(QUERY)
            assert answer.status == raw.OUT_OF_RESOURCES and answer.count == 0 and answer.comment
            assert client.echo(context=3) == raw.SUCCESS
        limit(server, resource.RLIMIT_DATA, resource.RLIM_INFINITY)
        peers.eventually(lambda: client.find(QUERY).count == count, "the whole worklist", 60)
        client.release()
    server.says("Cannot allocate memory")
    assert " set aside: " not in server.log()


@not_under_a_sanitizer
def test_too_little_memory_from_the_start(folder, tmp_path):
    """It serves, or it ends with one line that says why: with whatever is enough to load the program."""
    worklists.crowd(folder, 20)
    started = 0
    for number, kib in enumerate([1024, 2048, 4096, 16384, 32768, 65536, 1 << 20]):
        with open(tmp_path / f"mwl-{number}.log", "w+b") as log:
            arguments = ["prlimit", f"--data={kib << 10}", peers.BINARY, "serve", "--listen", "127.0.0.1:0", str(folder)]
            process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

            def said():
                log.seek(0)
                return log.read().decode()

            try:
                peers.eventually(lambda: process.poll() is not None or " is ready" in said(), "a start or an end")
                if process.poll() is None:
                    started += 1
                    process.send_signal(signal.SIGTERM)
                    assert process.wait(peers.patience(20)) == 0, said()
                else:
                    assert process.returncode == 1 and re.search(r"(?m)^mwl serve: .+$", said()), (kib, said())
            finally:
                process.kill()
                process.wait()
    assert 0 < started < number + 1


# -- the folder's file system ------------------------------------------------------------------------------------------


@pytest.fixture
def mounted(mwl, tmp_path):
    """A server in a mount namespace of its own, its folder on a file system there; (server, do), where do(command) runs
    a shell in that namespace."""
    mount = tmp_path / "mount"
    mount.mkdir()
    enter = ["unshare", "--mount", "--propagation", "private", "sh", "-ec"]
    begin = f"mount -t tmpfs none {mount}; mkdir {mount}/w"
    if subprocess.run([*enter, begin], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    server = mwl(mount / "w", prefix=[*enter, begin + '; exec "$@"', "sh"])

    def do(command):
        done = subprocess.run(
            ["nsenter", "--mount", f"--target={server.process.pid}", "sh", "-ec", command], capture_output=True, cwd="/"
        )
        return done.returncode == 0

    return server, do, mount


def test_folder_that_disappears_while_its_lockfile_is_held(mwl, folder, tmp_path):
    """Who waits for the writer is told at once that there is nothing to wait for."""
    worklists.write(folder, "a.wl", AccessionNumber="A")
    (folder / "lockfile").touch()
    section = {"Enable": True, "Database": str(folder), "LockWait": 600}
    server = mwl(peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True))
    with open(folder / "lockfile", "r+b") as lock, server.connect() as client:
        fcntl.fcntl(lock, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        worklists.write(folder, "b.wl", AccessionNumber="B")
        number = client.ask(QUERY)
        os.rename(folder, tmp_path / "away")
        assert client.answers(number).status == raw.OUT_OF_RESOURCES
        os.rename(tmp_path / "away", folder)
        client.release()
    eventually_answers(server, ["A", "B"])


@pytest.mark.smoke
def test_file_system_that_disappears(mounted, tmp_path):
    """Unmounted under the server, which holds no descriptor that would forbid it: A700 until it is back, then what is there
    now."""
    server, do, mount = mounted
    first = worklists.write(tmp_path, "a.wl", AccessionNumber="A")
    second = worklists.write(tmp_path, "b.wl", AccessionNumber="B")
    assert do(f"cp {first} {mount}/w/.a; mv {mount}/w/.a {mount}/w/a.wl")
    with server.connect() as client:
        assert answers(client) == ["A"]
        for _ in range(2):
            peers.eventually(lambda: do(f"umount {mount}"), "the file system unmounted")
            peers.eventually(lambda: answers(client) is None, "A700")
            assert client.echo(context=3) == raw.SUCCESS
            server.well()
            assert do(f"mount -t tmpfs none {mount}; mkdir {mount}/w; cp {second} {mount}/w/b.wl")
            peers.eventually(lambda: answers(client) == ["B"], "the new file system")
        held = vitals.descriptors(server)
        assert do(f"umount --lazy {mount}")  # as after a failure: what was open stays so, the path is gone
        peers.eventually(lambda: answers(client) is None, "A700")
        assert vitals.descriptors(server) <= held
        client.release()


# -- the clock ---------------------------------------------------------------------------------------------------------


@not_under_a_sanitizer
@pytest.mark.skipif(not FAKETIME, reason="faketime is not installed")
def test_clock_that_jumps(mwl, folder, tmp_path):
    """Forward and back by hours and years, while associations stand, files come and queries run: what waits for time to
    pass goes by a clock that only goes forward. Files keep their own times."""
    now = tmp_path / "now"
    now.write_text("+0")
    settings = {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_TIMESTAMP_FILE": now,
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
    }
    server = mwl(folder, prefix=["env", *(f"{name}={value}" for name, value in settings.items())])
    expected = []
    with vitals.unharmed(server), server.connect() as standing:
        for number, offset in enumerate(["+0", "+2d", "-2d", "+10y", "-10y", "+1h", "-1h", "+0"]):
            now.write_text(offset)
            expected.append(f"N{number}")
            worklists.write(folder, f"{number}.wl", AccessionNumber=f"N{number}")
            assert answers(standing) == expected
            with open(folder / f"{number}.wl", "r+b") as file:  # rewritten in place
                file.write(worklists.encode(AccessionNumber=f"M{number}"))
            expected[-1] = f"M{number}"
            assert answers(standing) == sorted(expected)
            expected.sort()
        days = {line[1:5] for line in server.log().splitlines() if "service/find" in line}
        assert len(days) > 2, "the clock did not jump"
        standing.release()
    assert " set aside: " not in server.log() and "\nE" not in server.log()


# -- signals -----------------------------------------------------------------------------------------------------------


def test_storm_of_sighup(mwl, folder, tmp_path):
    """Hundreds, without waiting for one to be done, while queries run and are slowly read: nothing of the old settings is
    kept beyond their last association."""
    worklists.crowd(folder, 8)
    worklists.write(folder, "known.wl")
    rows = {f"m{n}": [f"CT{n}", "127.0.0.1", 104] for n in range(200)}
    section = {"Enable": True, "Database": str(folder)}
    path = peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True, DicomModalities=rows)
    server = mwl(path)
    with vitals.unharmed(server, growth=96 << 10) as others:
        for _ in range(300 if LONG else 30):
            with server.connect(receive_buffer=16384) as client:
                number = client.ask(worklists.everything())
                client.message()
                for _ in range(10):
                    server.process.send_signal(signal.SIGHUP)
                assert client.answers(number).status == raw.SUCCESS
                client.release()
        others.served()
    server.says("reloaded")


def test_a_log_that_nobody_reads_holds_up_neither_queries_nor_the_end(folder):
    worklists.write(folder)
    port = peers.free_port()
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [peers.BINARY, "serve", "--verbose", "--listen", f"127.0.0.1:{port}", str(folder)],
        stdin=subprocess.DEVNULL,
        stderr=writer,
        env=peers.environment(),
    )
    os.close(writer)
    try:
        said = b""
        while b"is ready" not in said:
            said += os.read(reader, 4096)
        with raw.connect(("127.0.0.1", port), timeout=peers.patience(20)) as client:
            for _ in range(500):  # a pipe holds 64 KiB
                assert client.find(QUERY).count == 1
            client.release()
        process.send_signal(signal.SIGTERM)
        assert process.wait(peers.patience(20)) == 0
    finally:
        process.kill()
        process.wait()
        os.close(reader)


def test_killed_and_started_again(folder, tmp_path):
    """With associations, queries and a journal open: the port is free at once, and the control socket that was left is in
    nobody's way."""
    worklists.crowd(folder, 20)
    control = tmp_path / "control.sock"
    arguments = ("--listen", f"127.0.0.1:{peers.free_port()}", "--control", str(control))
    clients = []
    for start in range(4):
        server = peers.Server(folder, *arguments, log=tmp_path / f"mwl-{start}.log")
        try:
            with server.connect() as client:
                assert client.find(QUERY).count == 20 * 256
                client.release()
            assert peers.records("--socket", str(control))
            for number in range(10):
                clients.append(server.connect(receive_buffer=16384))
                if number % 2:
                    clients[-1].ask(worklists.everything())
                    clients[-1].message()
        finally:
            server.kill()
        assert control.exists()
    for client in clients:
        client.close()
