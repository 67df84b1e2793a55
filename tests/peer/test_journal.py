"""The journal of a running server: what is in it, who may read it, and that a query can be sent again."""

import json
import os
import shlex
import socket as sockets
import stat
import subprocess
from pathlib import Path

import peers
import raw
import worklists

DATE = "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate"


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
    assert len(listing) == 2 and "CT1@127.0.0.1  1 of 2 entries, status 0000, " in listing[1]
    shown = peers.journal("show", query["number"], *socket)
    assert "(0008,0060) CS [CT]" in shown and "1 of 2" in shown
    assert "Modality Worklist Information Model - FIND: accepted" in peers.journal("show", association["number"], *socket)


def test_a_query_is_sent_again(mwl, folder, tmp_path):
    for n in range(3):
        worklists.write(folder, f"{n}.wl", {"Modality": "CT" if n else "MR"}, PatientID=f"P{n}")
    server, socket = served(mwl, tmp_path, folder)
    first = peers.findscu(server.port, ".Modality=CT", "PatientID", "PatientName=*")
    number = peers.records(*socket)[-1]["number"]
    said = peers.journal("export", number, "--output", tmp_path / "query.dcm", *socket).splitlines()
    assert said == [
        f"findscu -W -pdu 16384 -aet FINDSCU -aec ANY-SCP 127.0.0.1 {server.port} {tmp_path}/query.dcm",
        f"mwl find --replay {tmp_path}/query.dcm.json 127.0.0.1 {server.port}",
    ]
    assert peers.run("sh", "-c", said[0]).code == 0
    query = peers.run(peers.BINARY, "find", "--replay", tmp_path / "query.dcm", "127.0.0.1", server.port)
    assert query.code == 1 and f"into {tmp_path}/query.dcm.json" in query.text
    third = peers.run("sh", "-c", said[1].replace("mwl find", f"{peers.BINARY} find --json"))
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


def test_what_a_device_calls_itself_harms_nobody(mwl, folder, tmp_path):
    worklists.write(folder, PatientID="P1")
    server, socket = served(mwl, tmp_path, folder)
    title = "CT'$(id)`\""
    escape = "\x1b[31m\x07"
    with server.connect(calling=title, contexts=[(1, raw.WORKLIST, [raw.IMPLICIT])], max_length=50000,
                        implementation_version=escape) as client:
        client.find(raw.keys(PatientName=escape + "*", PatientID="P1"))
        client.release()
    association, query = peers.records(*socket)
    assert query["callingAet"] == association["callingAet"] == title
    printed = peers.journal(*socket)
    for record in (association, query):
        printed += peers.journal("show", record["number"], *socket)
    assert "\x1b" not in printed and "\x07" not in printed and "\\x1B[31m\\x07" in printed
    line = peers.journal("export", query["number"], "--output", tmp_path / "it's.dcm", *socket).splitlines()[0]
    words = shlex.split(line)
    assert words[:8] == ["findscu", "-W", "-xi", "-pdu", "50000", "-aet", title, "-aec"] and words[-1] == str(tmp_path / "it's.dcm")
    assert peers.run(*words).code == 0
    again = peers.records(*socket)[-1]
    assert (again["callingAet"], again["kind"]) == (title, "query")


def test_more_contexts_than_there_is_room_for(mwl, folder, tmp_path):
    worklists.write(folder, PatientID="P1")
    server, socket = served(mwl, tmp_path, folder)
    others = [f"1.2.826.0.1.3680043.9.9999.{n}.123456789.123456789.123456789" for n in range(30)]
    contexts = [(1 + 2 * n, raw.WORKLIST, [raw.IMPLICIT, *others]) for n in range(128)]
    with server.connect(contexts=contexts) as client:
        client.find(raw.keys(PatientID=""))
        client.release()
    association, query = peers.records(*socket)
    whole = json.loads(peers.journal("show", association["number"], "--json", *socket))
    assert whole["truncated"] and 8000 < len(whole["proposed"]) <= 16384
    assert all(line.split()[0] == raw.WORKLIST and len(line.split()) == 32 for line in whole["proposed"].splitlines())
    assert len(whole["contexts"].splitlines()) in (128, int(whole["contexts"].count(": accepted")) + 1)
    said = peers.journal("export", query["number"], "--output", tmp_path / "query.dcm", *socket)
    assert said.splitlines()[-1].startswith("# The device has proposed more presentation contexts")


def test_how_an_association_ends(mwl, folder, tmp_path):
    worklists.crowd(folder, 4)
    config = peers.configuration(
        tmp_path / "mwl.json",
        worklists={"Enable": True, "Database": str(folder)},
        DicomAlwaysAllowFindWorklist=True,
        DicomScpTimeout=1,
    )
    server, socket = served(mwl, tmp_path, config)
    ends = {}
    for how in ("release", "abort", "close", "idle", "garbage"):
        client = server.connect(calling=how.upper())
        if how == "release":
            client.release()
        elif how == "abort":
            client.send(raw.pdu(0x07, bytes(4)))
        elif how == "garbage":
            client.send(raw.pdu(0x01, b""))
        elif how == "close":
            client.ask(worklists.everything())
            client.close()
        peers.eventually(lambda: client.receive() is None if how == "idle" else True, "an abort")
    server.well()

    def all_ended():
        ends.update({r["callingAet"]: r["ended"] for r in peers.records(*socket) if r["kind"] == "association"})
        return all(ends.values())

    refused = peers.run(peers.BINARY, "find", "--aet", "REFUSED", "-k", f"{DATE}=2026112?", "127.0.0.1", server.port)
    assert refused.code == 1 and "A900" in refused.text
    peers.eventually(all_ended, "the end of all associations")
    assert ends["RELEASE"] == ends["REFUSED"] == "released" and ends["ABORT"] == "aborted by the caller"
    assert ends["CLOSE"] == "closed by the caller without a release"
    assert ends["IDLE"] == "aborted: idle for 1 s"
    assert ends["GARBAGE"] not in ("", "released", "ended by the server")
    query = next(r for r in peers.records(*socket) if r["kind"] == "query")
    assert query["callingAet"] == "CLOSE" and query["association"]  # of which one, even if it was cut off


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
    follower = subprocess.Popen([peers.BINARY, "journal", "follow", *map(str, socket)], stdout=subprocess.PIPE, text=True)
    peers.findscu(
        server.port, "PatientName=SECRET^NAME", "PatientID=SECRET2", "AccessionNumber=SECRET", ".Modality=CT",
        ".ScheduledPerformingPhysicianName=SECRET", ".ScheduledProcedureStepDescription=SECRET",
    )
    with server.connect() as client:  # and what is refused
        client.find(raw.keys(PatientName="SECRET" * 3000))
        client.find(raw.element(0x0010, 0x0020, b"SECRET", length=99))
        client.find(raw.keys(step={"ScheduledProcedureStepStartDate": "2026112?"}, PatientName="SECRET"))
        client.release()
    queries = [r for r in peers.records(*socket) if r["kind"] == "query"]
    assert len(queries) == 4 and all(r["masked"] for r in queries)
    shown = "".join(follower.stdout.readline() for _ in range(6)) + peers.journal(*socket)
    follower.kill()
    follower.communicate()
    for query in queries:
        number = query["number"]
        shown += peers.journal("show", number, *socket) + peers.journal("show", number, "--json", *socket)
        for command in (("journal", "export"), ("explain",)):
            done = peers.run(peers.BINARY, *command, number, *socket, cwd=tmp_path)
            assert done.code == 1 and "JournalMask" in done.text
            shown += done.text
    assert "Modality=CT" in shown and "SECRET" not in shown.upper() and "SECRET".encode().hex() not in shown
    assert not list(tmp_path.glob("query-*"))
    assert "SECRET" not in server.log()


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
    third = peers.run(peers.BINARY, "serve", "--listen", "127.0.0.1:0", "--control", tmp_path, folder)
    assert third.code == 1 and f"{tmp_path} is a folder: name a socket in it" in third.text
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
