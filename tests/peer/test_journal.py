"""The journal of a running server: what is in it, who may read it, and that a query can be sent again."""

import json
import os
import socket as sockets
import stat
import subprocess
from pathlib import Path

import peers
import raw
import worklists


def served(mwl, tmp_path, path, *arguments):
    server = mwl(path, "--control", tmp_path / "control", *arguments)
    return server, ("--socket", tmp_path / "control")


def test_what_was_asked_and_answered(mwl, folder, tmp_path):
    worklists.write(folder, "a.wl", {"Modality": "CT"}, PatientID="P1")
    worklists.write(folder, "b.wl", {"Modality": "MR"}, PatientID="P2")
    server, socket = served(mwl, tmp_path, folder)
    assert len(peers.findscu(server.port, ".Modality=CT", "PatientID", calling="CT1", called="RIS").datasets) == 1
    association, query = peers.records(*socket)
    assert (association["kind"], association["callingAet"], association["calledAet"]) == ("association", "CT1", "RIS")
    assert association["ended"] == "released" and association["implementationVersion"].startswith("OFFIS")
    assert "accepted in" in association["contexts"]
    assert (query["kind"], query["association"]) == ("query", association["number"])
    assert (query["entries"], query["answers"], query["status"], query["address"]) == (2, 1, "0000", "127.0.0.1")
    assert "Modality=CT" in query["keys"]
    listing = peers.journal(*socket).splitlines()
    assert len(listing) == 2 and "CT1@127.0.0.1  1 of 2  0000" in listing[1]
    shown = peers.journal("show", query["number"], *socket)
    assert "(0008,0060) CS [CT]" in shown and "1 of 2" in shown
    assert "Modality Worklist Information Model - FIND: accepted" in peers.journal("show", association["number"], *socket)


def test_a_query_is_sent_again(mwl, folder, tmp_path):
    for n in range(3):
        worklists.write(folder, f"{n}.wl", {"Modality": "CT" if n else "MR"}, PatientID=f"P{n}")
    server, socket = served(mwl, tmp_path, folder)
    first = peers.findscu(server.port, ".Modality=CT", "PatientID", "PatientName=*")
    number = peers.records(*socket)[-1]["number"]
    said = peers.journal("export", number, "--output", tmp_path / "query.dcm", "--port", server.port, *socket)
    assert said.startswith('findscu -W -aet "FINDSCU" -aec "ANY-SCP" 127.0.0.1 ')
    again = peers.run(
        "findscu", "-W", "-aet", "FINDSCU", "-aec", "ANY-SCP", "127.0.0.1", server.port, tmp_path / "query.dcm"
    )
    assert again.code == 0
    assert "mwl find --replay" in said
    third = peers.run(
        peers.BINARY, "find", "--json", "--replay", tmp_path / "query.dcm.json", "127.0.0.1", server.port
    )
    assert len(json.loads(third.text)) == len(first.datasets) == 2
    answers = [r["answers"] for r in peers.records(*socket) if r["kind"] == "query"]
    assert answers == [2, 2, 2]
    queries = [r["number"] for r in peers.records(*socket) if r["kind"] == "query"]
    whole = [json.loads(peers.journal("show", n, "--json", *socket)) for n in queries]
    assert whole[0]["identifier"] == whole[2]["identifier"]
    associations = [json.loads(peers.journal("show", r["association"], "--json", *socket)) for r in whole]
    for name in ("callingAet", "calledAet", "proposed", "maximumPduLength", "implementationVersion"):
        assert associations[0][name] == associations[2][name], name


def test_a_device_is_played(mwl, folder, tmp_path):
    worklists.write(folder, "a.wl", {"Modality": "US"}, PatientID="P1")
    server, socket = served(mwl, tmp_path, folder)
    for profile in sorted((Path(__file__).resolve().parents[2] / "profiles").glob("*.json")):
        play = json.loads(profile.read_text())["play"]
        done = peers.run(peers.BINARY, "find", "--json", "--as", profile, "127.0.0.1", server.port)
        assert done.code == 0, done.text
        association = json.loads(peers.journal("show", peers.records(*socket)[-2]["number"], "--json", *socket))
        assert association["callingAet"] == play.get("CallingAet", "MWL")
        assert association["proposed"].splitlines() == [
            " ".join([c["AbstractSyntax"], *c["TransferSyntaxes"]]) for c in play["PresentationContexts"]
        ]
    done = peers.run(peers.BINARY, "find", "--as", "no-such-device", "127.0.0.1", server.port)
    assert done.code == 1 and "no-such-device" in done.text


def test_follow_tells_each_new_one(mwl, folder, tmp_path):
    server, socket = served(mwl, tmp_path, folder)
    follower = subprocess.Popen(
        [peers.BINARY, "journal", "follow", "--json", *map(str, socket)], stdout=subprocess.PIPE, text=True
    )
    try:
        for calling in ("CT1", "CT2", "CT3"):
            peers.echoscu(server.port, calling=calling)
            assert json.loads(follower.stdout.readline())["callingAet"] == calling
    finally:
        follower.kill()
        follower.communicate()


def test_rejections_are_in_it(mwl, folder, tmp_path):
    config = peers.configuration(
        tmp_path / "mwl.json",
        worklists={"Enable": True, "Database": str(folder)},
        DicomCheckCalledAet=True,
        DicomAet="MWL",
        DicomAlwaysAllowFindWorklist=True,
    )
    server, socket = served(mwl, tmp_path, config)
    peers.echoscu(server.port, called="OTHER")
    (record,) = peers.records(*socket)
    assert record["ended"].startswith("rejected: ") and record["calledAet"] == "OTHER"


def test_masked(mwl, folder, tmp_path):
    worklists.write(folder)
    config = peers.configuration(
        tmp_path / "mwl.json",
        worklists={"Enable": True, "Database": str(folder), "JournalMask": True},
        DicomAlwaysAllowFindWorklist=True,
    )
    server, socket = served(mwl, tmp_path, config)
    peers.findscu(server.port, "PatientName=SECRET^NAME", ".Modality=CT")
    number = peers.records(*socket)[-1]["number"]
    shown = peers.journal("show", number, *socket) + peers.journal("show", number, "--json", *socket)
    assert "Modality=CT" in shown and "SECRET" not in shown and "SECRET".encode().hex() not in shown
    done = peers.run(peers.BINARY, "journal", "export", number, *socket)
    assert done.code == 1 and "JournalMask" in done.text


def test_it_stays_within_its_bounds(mwl, folder, tmp_path):
    config = peers.configuration(
        tmp_path / "mwl.json",
        worklists={"Enable": True, "Database": str(folder), "JournalSize": 10, "JournalBytes": 65536},
        DicomAlwaysAllowFindWorklist=True,
    )
    server, socket = served(mwl, tmp_path, config)
    with server.connect() as client:
        for n in range(40):
            client.find(raw.keys(PatientName="", TextValue="x" * (n * 1000)))
        client.release()
    kept = peers.records(*socket)
    assert 3 <= len(kept) <= 10 and kept[-1]["number"] == 41
    assert sum(min(r.get("bytes", 0), 16384) for r in kept) <= 65536
    assert kept[-1]["truncated"]
    done = peers.run(peers.BINARY, "journal", "show", 1, *socket)
    assert done.code == 1 and "any more" in done.text


def test_the_socket_is_its_owners(mwl, folder, tmp_path):
    server = peers.Server(folder, "--control", tmp_path / "control", log=tmp_path / "killed.log")
    mode = os.stat(tmp_path / "control").st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600
    second = peers.run(peers.BINARY, "serve", "--listen", "127.0.0.1:0", "--control", tmp_path / "control", folder)
    assert second.code == 1 and "another server answers there" in second.text
    server.kill()  # it is left there, and the next server takes its place
    assert os.path.exists(tmp_path / "control")
    _, socket = served(mwl, tmp_path, folder)
    assert peers.journal(*socket) == ""


def test_hostile_requests(mwl, folder, tmp_path):
    server, socket = served(mwl, tmp_path, folder)
    for request in (b"\0" * 100 + b"\n", b"{}\n", b'{"command":"rm"}\n', b'{"command":"show","number":-1}\n', b"[" * 4000 + b"\n"):
        with sockets.socket(sockets.AF_UNIX) as one:
            one.connect(str(tmp_path / "control"))
            one.sendall(request)
            assert json.loads(one.makefile().readline())["error"]
    with sockets.socket(sockets.AF_UNIX) as one:
        one.connect(str(tmp_path / "control"))
        one.settimeout(peers.patience(10))
        try:
            one.sendall(b"x" * 100000)
            assert one.recv(1) == b""
        except (BrokenPipeError, ConnectionResetError):
            pass
    many = []
    for _ in range(40):
        one = sockets.socket(sockets.AF_UNIX)
        one.connect(str(tmp_path / "control"))
        many.append(one)
    server.well()
    for one in many:
        one.close()
    peers.eventually(lambda: peers.run(peers.BINARY, "journal", *socket).code == 0, "a place on the socket")
