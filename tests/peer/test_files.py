"""The folder: files that are broken are set aside and harm nobody; what changes in it is seen at once (laws of freshness).

Permissions are tested under `setpriv` without the capabilities by which root reads everything, after proof that the same
open fails there."""

import os
import signal
import subprocess
import threading

import pytest

import peers
import raw
import worklists

LONG = bool(os.environ.get("MWL_LONG"))
GOOD, BAD = worklists.GOOD, worklists.BAD


@pytest.mark.smoke
def test_bad_files_are_set_aside(mwl, folder):
    """Each with one line that names it and says why; every other file is served."""
    for name, data in BAD.items():
        worklists.put(folder, name, data)
    worklists.write(folder, "good.wl")
    server = mwl(folder)
    found = peers.findscu(server.port, "AccessionNumber")
    assert found.statuses == [0xFF00, 0x0000] and found.values("AccessionNumber") == ["ACC0001"]
    log = server.log()
    for name in BAD:
        lines = [line for line in log.splitlines() if f"{name} set aside: " in line]
        assert len(lines) == 1 and lines[0].startswith("W"), (name, lines)
        assert len(lines[0].split("set aside: ")[1]) > 5


@pytest.mark.parametrize("name", BAD)
def test_bad_file_arrives_and_is_mended(mwl, folder, name):
    worklists.write(folder, "good.wl")
    server = mwl(folder)
    with server.connect() as client:
        worklists.put(folder, name, BAD[name])
        assert client.find(raw.keys(AccessionNumber="")).values("AccessionNumber") == ["ACC0001"]
        server.says(rf"{name} set aside: ")
        worklists.write(folder, name, AccessionNumber="MENDED")
        assert sorted(client.find(raw.keys(AccessionNumber="")).values("AccessionNumber")) == ["ACC0001", "MENDED"]
        worklists.put(folder, name, BAD[name])  # what it was before is not served on
        assert client.find(raw.keys(AccessionNumber="")).values("AccessionNumber") == ["ACC0001"]
        client.release()


@pytest.mark.parametrize("name", ["upper.WL", "Mixed.Wl", "with space.wl", "ünïcode.wl", "bytes\udcff.wl", "-k.wl"])
def test_names_that_are_served(mwl, folder, name):
    worklists.write(folder, name)
    assert peers.findscu(mwl(folder).port, "AccessionNumber").values("AccessionNumber") == ["ACC0001"]


def test_names_that_are_not(mwl, folder):
    for name in ("a.dcm", "a.wl.bak", "a.wl~", "wl", "lockfile", "readme.txt"):
        worklists.put(folder, name, GOOD)
    (folder / "sub.wl").mkdir()
    os.mkfifo(folder / "fifo.wl")
    os.symlink("nowhere", folder / "dangling.wl")
    server = mwl(folder)
    assert peers.findscu(server.port, "AccessionNumber").statuses == [0x0000]
    worklists.write(folder, "good.wl")
    assert len(peers.findscu(server.port, "AccessionNumber").datasets) == 1


def test_name_does_not_forge_log_lines(mwl, folder):
    worklists.put(folder, "x\nE1123 00:00:00.000000 forged\x1b[2J.wl", b"junk!")
    server = mwl(folder)
    server.says("set aside")
    assert "\nE1123" not in server.log() and "\x1b" not in server.log()


def test_part_10_or_not(mwl, folder):
    """With preamble and meta header, with the meta header alone, and bare in either little endian form."""
    entry = worklists.dataset()
    worklists.put(folder, "full.wl", GOOD)
    worklists.put(folder, "no-preamble.wl", GOOD[132:])
    worklists.put(folder, "bare-explicit.wl", raw.encode(entry, raw.EXPLICIT))
    worklists.put(folder, "bare-implicit.wl", raw.encode(entry, raw.IMPLICIT))
    assert len(peers.findscu(mwl(folder).port, "AccessionNumber").datasets) == 4


def test_dump2dcm_makes_files_that_are_served(mwl, folder, tmp_path):
    """The way of every tutorial: a text file, dump2dcm, the folder."""
    dump = tmp_path / "a.dump"
    dump.write_text(
        "(0008,0050) SH [DUMPED]\n(0010,0010) PN [Bach^Johann]\n(0010,0020) LO [P1]\n(0020,000d) UI [2.25.7]\n"
        "(0040,0100) SQ\n(fffe,e000) na\n(0008,0060) CS [CT]\n(0040,0001) AE [CT1]\n(0040,0002) DA [20260105]\n"
        "(0040,0003) TM [080000]\n(0040,0009) SH [S1]\n(fffe,e00d) na\n(fffe,e0dd) na\n(0040,1001) SH [R1]\n"
    )
    server = mwl(folder)
    for options in ([], ["-F"], ["+ti"], ["+te"], ["+tb"], ["+td"], ["-e"], ["-g"], ["+g"]):
        assert peers.run("dump2dcm", *options, dump, folder / "a.wl").code == 0
        assert peers.findscu(server.port, "AccessionNumber").values("AccessionNumber") == ["DUMPED"], options
        os.unlink(folder / "a.wl")


def incomplete(folder):
    worklists.write(folder, "whole.wl")
    worklists.write(folder, "part.wl", AccessionNumber="PART", PatientID="")


def test_missing_type_1_is_served_with_a_warning(mwl, folder):
    incomplete(folder)
    server = mwl(folder)
    assert sorted(peers.findscu(server.port, "AccessionNumber").values("AccessionNumber")) == ["ACC0001", "PART"]
    server.says(r"(?m)^W.*part\.wl.*PatientID")


def test_missing_type_1_is_set_aside_on_request(mwl, folder, tmp_path):
    incomplete(folder)
    path = peers.configuration(
        tmp_path / "c.json",
        {"Enable": True, "Database": str(folder), "RequireComplete": True},
        DicomAlwaysAllowFindWorklist=True,
    )
    server = mwl(path)
    assert peers.findscu(server.port, "AccessionNumber").values("AccessionNumber") == ["ACC0001"]
    server.says(r"part\.wl set aside: .*PatientID")


# -- changes -----------------------------------------------------------------------------------------------------------


def accessions(client):
    answer = client.find(raw.keys(AccessionNumber=""))
    assert answer.status == raw.SUCCESS
    return sorted(answer.values("AccessionNumber"))


@pytest.mark.smoke
def test_every_way_a_file_changes(mwl, folder, tmp_path):
    """Each is in the answer of the query sent right after."""
    elsewhere = worklists.write(tmp_path, "elsewhere.wl", AccessionNumber="LINKED")
    with mwl(folder).connect() as client:
        assert accessions(client) == []
        worklists.write(folder, "a.wl", AccessionNumber="ONE")
        assert accessions(client) == ["ONE"]
        worklists.write(folder, "a.wl", AccessionNumber="TWO")  # renamed over
        assert accessions(client) == ["TWO"]
        with open(folder / "a.wl", "wb") as file:  # rewritten in place
            file.write(worklists.encode(AccessionNumber="THREE"))
        assert accessions(client) == ["THREE"]
        os.rename(folder / "a.wl", folder / "b.wl")
        assert accessions(client) == ["THREE"]
        os.rename(folder / "b.wl", folder / "b.txt")  # is no worklist file any more
        assert accessions(client) == []
        os.rename(folder / "b.txt", folder / "b.wl")
        assert accessions(client) == ["THREE"]
        os.rename(folder / "b.wl", tmp_path / "away.wl")
        assert accessions(client) == []
        os.link(elsewhere, folder / "hard.wl")
        assert accessions(client) == ["LINKED"]
        os.unlink(folder / "hard.wl")
        assert accessions(client) == []
        os.symlink(elsewhere, folder / "soft.wl")
        assert accessions(client) == ["LINKED"]
        os.unlink(folder / "soft.wl")
        unnamed = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o644)
        os.write(unnamed, worklists.encode(AccessionNumber="UNNAMED"))
        whole = os.open(f"/proc/self/fd/{unnamed}", os.O_RDONLY)
        os.close(unnamed)
        directory = os.open(folder, os.O_RDONLY)  # makes Python call linkat(), which alone follows the link in /proc
        os.link(f"/proc/self/fd/{whole}", "u.wl", src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=True)
        assert accessions(client) == ["UNNAMED"]
        os.close(directory)
        os.close(whole)
        os.unlink(folder / "u.wl")
        assert accessions(client) == []
        client.release()


@pytest.mark.smoke
def test_file_is_never_seen_half(mwl, folder):
    """Written slowly under its own name: served when it is closed, not before, and not reported as broken."""
    data = worklists.encode(AccessionNumber="SLOW")
    server = mwl(folder)
    with server.connect() as client:
        with open(folder / "slow.wl", "wb", buffering=0) as file:
            for at in range(0, len(data), 100):
                file.write(data[at : at + 100])
                assert accessions(client) == []
        assert accessions(client) == ["SLOW"]
        with open(folder / "slow.wl", "r+b", buffering=0) as file:  # what was there stays until the new one is whole
            file.truncate(0)
            assert accessions(client) == ["SLOW"]
            file.write(worklists.encode(AccessionNumber="AGAIN"))
            assert accessions(client) == ["SLOW"]
        assert accessions(client) == ["AGAIN"]
        client.release()
    assert ".wl set aside" not in server.log()


@pytest.mark.smoke
def test_folder_vanishes_and_comes_back(mwl, folder):
    worklists.write(folder)
    with mwl(folder).connect() as client:
        assert accessions(client) == ["ACC0001"]
        os.rename(folder, f"{folder}-away")
        peers.eventually(
            lambda: client.find(raw.keys(AccessionNumber="")).status == raw.OUT_OF_RESOURCES, "A700 without the folder"
        )
        answer = client.find(raw.keys(AccessionNumber=""))
        assert answer.count == 0 and answer.comment
        assert client.echo(context=3) == raw.SUCCESS
        os.rename(f"{folder}-away", folder)
        peers.eventually(lambda: client.find(raw.keys(AccessionNumber="")).status == raw.SUCCESS, "its return")
        assert accessions(client) == ["ACC0001"]
        client.release()


@pytest.mark.smoke
def test_folder_is_replaced(mwl, folder):
    worklists.write(folder, AccessionNumber="OLD")
    other = folder.parent / "other"
    other.mkdir()
    worklists.write(other, AccessionNumber="NEW")
    with mwl(folder).connect() as client:
        assert accessions(client) == ["OLD"]
        os.rename(folder, f"{folder}-old")
        os.rename(other, folder)
        peers.eventually(
            lambda: client.find(raw.keys(AccessionNumber="")).values("AccessionNumber") == ["NEW"], "the new folder"
        )
        client.release()


def refused_there(path):
    """Whether opening it fails without the capabilities, as it must for the test to mean anything."""
    done = subprocess.run([*peers.UNPRIVILEGED, "cat" if os.path.isfile(path) else "ls", str(path)], capture_output=True)
    return done.returncode != 0


def test_folder_that_may_not_be_read(mwl, folder):
    """A700, never "success, nothing"; and all is well again when it may."""
    worklists.write(folder)
    with mwl(folder, prefix=peers.UNPRIVILEGED).connect() as client:
        assert accessions(client) == ["ACC0001"]
        os.chmod(folder, 0)
        try:
            assert refused_there(folder)
            answer = peers.eventually(
                lambda: (lambda a: a if a.status == raw.OUT_OF_RESOURCES else None)(client.find(raw.keys(AccessionNumber=""))),
                "A700",
            )
            assert answer.count == 0 and answer.comment
        finally:
            os.chmod(folder, 0o755)
        peers.eventually(lambda: client.find(raw.keys(AccessionNumber="")).status == raw.SUCCESS, "its return")
        assert accessions(client) == ["ACC0001"]
        client.release()


def test_file_that_may_not_be_read(mwl, folder):
    worklists.write(folder, "good.wl")
    secret = worklists.write(folder, "secret.wl", AccessionNumber="SECRET")
    os.chmod(secret, 0)
    assert refused_there(secret)
    server = mwl(folder, prefix=peers.UNPRIVILEGED)
    server.says(r"secret\.wl set aside: .*[Pp]ermission denied")
    with server.connect() as client:
        assert accessions(client) == ["ACC0001"]
        os.chmod(secret, 0o644)
        assert accessions(client) == ["ACC0001", "SECRET"]
        client.release()


# -- freshness ---------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_renamed_into_the_folder_then_queried(mwl, folder):
    """Every single time; and gone at once when deleted."""
    with mwl(folder).connect() as client:
        for trial in range(1000 if LONG else 100):
            path = worklists.write(folder, f"{trial}.wl", AccessionNumber=f"T{trial}")
            assert client.find(raw.keys(AccessionNumber=f"T{trial}")).values("AccessionNumber") == [f"T{trial}"]
            os.unlink(path)
            assert client.find(raw.keys(AccessionNumber=f"T{trial}")).datasets == []
        client.release()


@pytest.mark.smoke
def test_renamed_into_the_folder_while_10000_others_arrive(mwl, folder):
    stop = threading.Event()
    files = 10000
    names = []

    def arrive():
        for name, data in worklists.numbered(files):
            if stop.is_set():
                return
            worklists.put(folder, name, data)
            names.append(name)

    crowd = threading.Thread(target=arrive)
    with mwl(folder).connect() as client:
        crowd.start()
        try:
            trials = 0
            while trials < (1000 if LONG else 50):
                mark = f"T{trials}"
                worklists.write(folder, f"z{trials}.wl", AccessionNumber=mark)
                assert client.find(raw.keys(AccessionNumber=mark)).values("AccessionNumber") == [mark]
                trials += 1
            crowd.join(peers.patience(60))
            assert not crowd.is_alive()
        finally:
            stop.set()
            crowd.join()
        answer = client.find(raw.keys(PatientID=""))
        assert answer.count == files + trials
        client.release()


@pytest.mark.smoke
def test_more_files_than_the_kernel_queues(mwl, folder, tmp_path):
    """The event queue holds 16,384: beyond it the kernel says only that something was lost, and a rescan finds it all."""
    server = mwl(folder)
    source = worklists.write(tmp_path, "source.wl")
    with server.connect() as client:
        server.process.send_signal(signal.SIGSTOP)  # nothing is read from the queue
        for number in range(17000):
            os.link(source, folder / f"{number}.wl")
        server.process.send_signal(signal.SIGCONT)
        assert client.find(raw.keys(AccessionNumber="")).count == 17000
        client.release()
