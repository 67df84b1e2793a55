"""What the running server has given up: new privileges, files outside of its folders, system calls; and how it says so."""

import os
import platform
import re
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import peers
import raw
import worklists

UNIT = Path(__file__).resolve().parents[2] / "packaging" / "mwl.service"
PARTS = ("no new privileges", "files", "system calls")


def check(path, *arguments):
    """What `mwl serve --check` prints, as {part: (on, text)}."""
    code, out, error = peers.run_mwl("serve", "--check", *arguments, path)
    assert code == 0, error
    lines = {part: re.search(rf"^{part} +(on|off) +(\S.*)$", out, re.M) for part in PARTS}
    assert all(lines.values()), out
    return {part: (line.group(1) == "on", line.group(2)) for part, line in lines.items()}


@pytest.fixture
def kernel(folder):
    """Skips where this kernel lacks what is to be tested; the reason is the server's own."""
    for part, (on, text) in check(folder).items():
        if not on:
            pytest.skip(f"{part}: {text}")


def status(server):
    """Of each thread: what /proc says of no_new_privs and seccomp."""
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/status")
    found = [dict(re.findall(r"^(NoNewPrivs|Seccomp):\t(\d)$", thread.read_text(), re.M)) for thread in threads]
    assert len(found) > 4, "a main thread, workers, the folder's, the log's"
    return found


def database(folder, **more):
    return {"Enable": True, "Database": str(folder), "RescanInterval": 1, **more}


def configuration(tmp_path, folder, section=None, **more):
    return peers.configuration(
        tmp_path / "c" / "mwl.json", {**database(folder), **(section or {})}, DicomAlwaysAllowFindWorklist=True, **more
    )


@pytest.fixture
def config(tmp_path):
    (tmp_path / "c").mkdir()
    return tmp_path / "c" / "mwl.json"


@pytest.fixture
def outside(tmp_path_factory):
    """A folder that no server here has a reason to read."""
    return tmp_path_factory.mktemp("outside")


def numbers(server):
    with server.connect() as client:
        found = client.find(raw.keys(AccessionNumber="")).values("AccessionNumber")
        client.release()
    return sorted(found)


# -- that it is on -----------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_every_thread_is_protected(kernel, mwl, folder):
    """The log's, the folder's and each worker's, also those that a reload starts."""
    worklists.write(folder)
    server = mwl(folder)
    assert all(thread == {"NoNewPrivs": "1", "Seccomp": "2"} for thread in status(server))
    server.says(r"(?m)^I.*server/guard\] protected: no new privileges .*, files .*, system calls ")
    server.reload()
    server.well()
    assert all(thread == {"NoNewPrivs": "1", "Seccomp": "2"} for thread in status(server))


def test_it_can_be_switched_off(mwl, folder, tmp_path, config, outside):
    worklists.write(outside, "far.wl", AccessionNumber="FAR")
    (folder / "far.wl").symlink_to(outside / "far.wl")
    server = mwl(configuration(tmp_path, folder, {"Sandbox": False}))
    server.says(r"(?m)^W.*server/guard\] not protected: Sandbox is false")
    assert all(thread == {"NoNewPrivs": "0", "Seccomp": "0"} for thread in status(server))
    assert numbers(server) == ["FAR"]
    assert set(check(config).values()) == {(False, "Sandbox is false")}


@pytest.mark.smoke
def test_check_says_what_is_on(kernel, folder, tmp_path):
    worklists.write(folder)
    parts = check(folder)
    assert "Landlock" in parts["files"][1] and str(tmp_path) in parts["files"][1]
    assert "seccomp" in parts["system calls"][1]


def test_check_needs_no_port(mwl, folder, tmp_path, config):
    """The server that runs may hold it; what cannot be served is found out all the same."""
    path = configuration(tmp_path, folder, DicomPort=mwl(folder).port)
    check(path)
    code, out, error = peers.run_mwl("serve", "--check", configuration(tmp_path, tmp_path / "nowhere"))
    assert code == 1 and not out and "nowhere" in error
    code, out, error = peers.run_mwl("serve", "--check", configuration(tmp_path, folder, {"Databse": "x"}))
    assert code == 1 and not out and "Database" in error


def test_the_control_socket_is_removed_at_the_end(mwl, folder, tmp_path):
    socket = tmp_path / "run" / "control"
    socket.parent.mkdir()
    server = mwl(folder, "--control", socket)
    assert stat.S_ISSOCK(socket.stat().st_mode)
    server.stop()
    assert not socket.exists()


# Run as a program before another: from then on there is no Landlock and no seccomp, as on a kernel without them.
# The numbers of the calls are those of x86-64.
WITHOUT = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
code = lambda *rows: b"".join(struct.pack("<HBBI", *row) for row in rows)
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ENOSYS, EINVAL = 0x7FFF0000, 0x50000 | 38, 0x50000 | 22
rows = code(
    (LOAD, 0, 0, 0),  # the number of the call
    (EQUAL, 5, 0, 444),  # landlock_create_ruleset
    (EQUAL, 4, 0, 317),  # seccomp
    (EQUAL, 0, 2, 157),  # prctl
    (LOAD, 0, 0, 16),  # its first argument
    (EQUAL, 2, 0, 22),  # PR_SET_SECCOMP
    (RETURN, 0, 0, ALLOW),
    (RETURN, 0, 0, ENOSYS),
    (RETURN, 0, 0, EINVAL),
)
room = ctypes.create_string_buffer(rows)
program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(rows) // 8, ctypes.addressof(room)))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0, ctypes.get_errno()
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls are those of x86-64")
def test_a_kernel_without_them(mwl, folder, tmp_path, outside):
    """It serves, and says what it lacks."""
    worklists.write(outside, "far.wl", AccessionNumber="FAR")
    (folder / "far.wl").symlink_to(outside / "far.wl")
    (tmp_path / "without.py").write_text(WITHOUT)
    without = [sys.executable, str(tmp_path / "without.py")]
    server = mwl(folder, prefix=without)
    line = server.says(r"(?m)^W.*server/guard\] not all protections can be had: .*$").group(0)
    assert "files NOT (this kernel has no Landlock" in line and "system calls NOT (this kernel has no filter" in line
    assert numbers(server) == ["FAR"]
    server.reload()
    assert numbers(server) == ["FAR"]
    done = subprocess.run([*without, peers.BINARY, "serve", "--check", folder], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert re.search(r"(?m)^files +off +this kernel has no Landlock", done.stdout)
    assert re.search(r"(?m)^system calls +off +this kernel has no filter", done.stdout)


# -- links -------------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_a_link_that_leads_outside_is_set_aside(kernel, mwl, folder, outside):
    """With the reason in words; every other file is served, and it as well once it leads elsewhere."""
    worklists.write(folder, "a.wl", AccessionNumber="NEAR")
    worklists.write(outside, "far.wl", AccessionNumber="FAR")
    (folder / "link.wl").symlink_to(outside / "far.wl")
    (folder / "near.wl").symlink_to("a.wl")
    server = mwl(folder)
    assert numbers(server) == ["NEAR", "NEAR"]
    line = server.says(r"(?m)^W.*link\.wl set aside: .*$").group(0)
    assert f"a symbolic link to {outside}/far.wl, outside of the folders that this server may read" in line
    (folder / "new").symlink_to("a.wl")
    os.rename(folder / "new", folder / "link.wl")
    assert numbers(server) == ["NEAR", "NEAR", "NEAR"]
    server.says(r"link\.wl is no longer set aside")


def test_links_may_lead_to_the_linked_folder(mwl, folder, tmp_path, config, outside):
    worklists.write(outside, "far.wl", AccessionNumber="FAR")
    (folder / "link.wl").symlink_to(outside / "far.wl")
    server = mwl(configuration(tmp_path, folder, {"LinkedFolder": str(outside)}))
    assert numbers(server) == ["FAR"]
    worklists.write(outside, "far.wl", AccessionNumber="CHANGED")
    peers.eventually(lambda: numbers(server) == ["CHANGED"], "the change behind the link")


def test_a_folder_that_is_a_link(mwl, folder, tmp_path, config, outside):
    """What it leads to may be replaced as well, and so may it; led outside it is unreadable, and says why."""
    far = outside / "far" / "worklists"
    far.mkdir(parents=True)
    worklists.write(far, AccessionNumber="ONE")
    folder.rmdir()
    folder.symlink_to(far)
    server = mwl(configuration(tmp_path, folder))
    assert numbers(server) == ["ONE"]
    os.rename(far, outside / "far" / "old")
    far.mkdir()
    worklists.write(far, AccessionNumber="TWO")
    peers.eventually(lambda: numbers(server) == ["TWO"], "the folder made anew")


@pytest.mark.smoke
def test_a_folder_led_outside_is_unreadable(kernel, mwl, folder, outside):
    os.rename(folder, folder.parent / "real")
    folder.symlink_to("real")
    server = mwl(folder)
    worklists.write(outside)
    (folder.parent / "link").symlink_to(outside)
    os.rename(folder.parent / "link", folder)
    server.says(r"(?m)^E.*cannot be read: Permission denied \(or it is a link that leads out of what may be read: see LinkedFolder")
    with server.connect() as client:
        assert client.find(raw.keys(AccessionNumber="")).status == 0xA700


# -- what is read again ------------------------------------------------------------------------------------------------


def refused_reload(server):
    server.process.send_signal(signal.SIGHUP)
    return server.says(r"(?m)^E.*not reloaded, all stays as it was: .*$").group(0)


@pytest.mark.smoke
def test_a_reload_that_leads_outside_needs_a_restart(kernel, mwl, folder, tmp_path, config, outside):
    worklists.write(folder, AccessionNumber="OLD")
    server = mwl(configuration(tmp_path, folder))
    configuration(tmp_path, outside)
    line = refused_reload(server)
    assert "restart needed" in line and str(outside) in line
    assert numbers(server) == ["OLD"]
    beside = folder.parent / "beside"
    beside.mkdir()
    worklists.write(beside, AccessionNumber="BESIDE")
    configuration(tmp_path, beside)
    server.reload()
    peers.eventually(lambda: numbers(server) == ["BESIDE"], "the folder beside")


def test_scripts_outside_need_a_restart(kernel, mwl, folder, tmp_path, config, outside):
    """One that stands beside another that was read at the start does not."""
    worklists.write(folder)
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    text = "function IncomingWorklistRequestFilter(query, origin)\n  return query\nend\n"
    for script in (scripts / "a.lua", scripts / "b.lua", outside / "c.lua"):
        script.write_text(text)
    server = mwl(configuration(tmp_path, folder, LuaScripts=[str(scripts / "a.lua")]))
    configuration(tmp_path, folder, LuaScripts=[str(scripts / "b.lua")])
    server.reload()
    assert numbers(server) == ["ACC0001"]
    configuration(tmp_path, folder, LuaScripts=[str(outside / "c.lua")])
    line = refused_reload(server)
    assert "restart needed" in line and "c.lua" in line


@pytest.mark.smoke
def test_names_of_hosts_are_resolved_again(kernel, mwl, folder, tmp_path, config):
    worklists.write(folder)
    rows = {"a": ["CT1", "localhost", 104]}
    server = mwl(configuration(tmp_path, folder, DicomModalities=rows, DicomCheckModalityHost=True))
    configuration(tmp_path, folder, DicomModalities={**rows, "b": ["CT2", "localhost", 104]}, DicomCheckModalityHost=True)
    server.reload()
    with server.connect(calling="CT2") as client:
        assert client.find(raw.keys(AccessionNumber="")).status == raw.SUCCESS
    assert "cannot be resolved" not in server.log()


def test_names_of_hosts_that_were_not_wanted_need_a_restart(kernel, mwl, folder, tmp_path, config):
    rows = {"a": ["CT1", "localhost", 104]}
    server = mwl(configuration(tmp_path, folder, DicomModalities=rows))
    configuration(tmp_path, folder, DicomModalities=rows, DicomCheckModalityHost=True)
    line = refused_reload(server)
    assert "restart needed" in line and "DicomCheckModalityHost" in line


# -- the unit ----------------------------------------------------------------------------------------------------------


def test_the_unit_leaves_little():
    """systemd's own measure of it: from 0, nothing to take over, to 10."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here: Debian's package systemd has it")
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(UNIT)], capture_output=True, text=True, timeout=60
    )
    found = re.search(r"Overall exposure level for mwl\.service: ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    assert float(found.group(1)) < 2.0 and not done.stderr


def test_the_unit_s_command_is_one():
    """Every option of its command line is one that `mwl serve` has."""
    command = re.search(r"^ExecStart=/usr/bin/mwl serve (.*)$", UNIT.read_text(), re.M).group(1)
    known = peers.run_mwl("serve", "--help")[1]
    assert all(word in known for word in command.split() if word.startswith("-"))
