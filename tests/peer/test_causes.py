"""Why a scanner sees nothing: each cause is planted in a real server, a device asks, and the first line of
`mwl explain` names it."""

import os
import re
import shutil
import struct
import tempfile
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

import peers
import raw
import worklists

WANTED = {
    "ScheduledStationAETitle": "CT_RAD1",
    "Modality": "CT",
    "ScheduledProcedureStepStartDate": "20261123",
    "ScheduledProcedureStepStartTime": "083000",
}
FAR = {"ScheduledStationAETitle": "US7", "Modality": "US", "ScheduledProcedureStepStartDate": "20250101"}
EMPTIES = "function IncomingWorklistRequestFilter(query) query['0040,0100'][1]['0040,0001'] = 'NOWHERE' return query end"
DROPS = "function OutgoingWorklistAnswerFilter(answer) return nil end"


def find(*keys, **named):
    """The device is findscu."""
    return lambda server: peers.findscu(server.port, "PatientID" if "PatientID" not in named else "", *keys, **named)


def send(identifier, **named):
    """The device is one that sends what findscu would not."""

    def ask(server):
        with server.connect(**named) as client:
            client.find(identifier)
            client.release()

    return ask


def propose(*contexts):
    def ask(server):
        with server.connect(contexts=contexts) as client:
            client.release()

    return ask


def zoned(**step):
    return raw.keys(step={**step, "ScheduledProcedureStepStartTime": ""}, PatientID="", TimezoneOffsetFromUTC="+0100")


def mislabelled():
    query = Dataset()
    query.SpecificCharacterSet = "ISO_IR 100"
    query.PatientName = "Müller^Jürgen".encode("utf-8").decode("latin-1")
    return query


def pad(wl):
    path = wl / "wanted.wl"
    path.write_bytes(path.read_bytes().replace(b"P@@@@@@1", b"\0\0\0\0\0\0P1"))


ADJUST = raw.item(0x56, struct.pack(">H", len(raw.WORKLIST)) + raw.WORKLIST.encode() + b"\1\1\0\1")

# name: what the device asks, what its cause's line has; and what is stored, done to the folder, or configured otherwise
CAUSES = {
    "wrong station": dict(
        ask=find(".ScheduledStationAETitle=MR_ROOM2", ".Modality=CT"),
        line='0 of 4 entries; 1 would match without ScheduledStationAETitle = "MR_ROOM2" (it has "CT_RAD1")',
    ),
    "station in lower case": dict(
        ask=find(".ScheduledStationAETitle=ct_rad1"), line='"ct_rad1" (.* "CT_RAD1"): the same but for upper and lower case'
    ),
    "yesterday's date": dict(
        ask=find(".ScheduledProcedureStepStartDate=20261122", ".Modality=CT"), line='"20261122" (it has "20261123"): 1 day after'
    ),
    "an hour alone": dict(
        ask=find(".ScheduledProcedureStepStartTime=08", ".Modality=CT"), line='"08" (it has "083000"): .* a range asks for all of it'
    ),
    "CR for DX": dict(
        step={"Modality": "DX"}, ask=find(".Modality=CR"), line='Modality = "CR" (.* "DX"): another code for such a device'
    ),
    "caller not in DicomModalities": dict(
        config={"DicomAlwaysAllowFindWorklist": False, "DicomAlwaysAllowEcho": False},
        ask=find(calling="MR7"),
        line='the association is rejected: .*"MR7" at 127.0.0.1 may not read the worklist: add to "DicomModalities"',
    ),
    "wrong called AE title": dict(
        config={"DicomAet": "MWL", "DicomCheckCalledAet": True},
        ask=find(called="RIS"),
        line="the association is rejected: called AE title not recognised: DicomCheckCalledAet is true",
    ),
    "JPEG alone": dict(
        ask=propose((1, raw.WORKLIST, [raw.JPEG])),
        line="no presentation context for the worklist: .*no transfer syntax that this server has was proposed; proposed: JPEG",
    ),
    "no read permission": dict(
        plant=lambda wl: os.chmod(wl / "wanted.wl", 0),
        unprivileged=True,
        ask=find(".ScheduledStationAETitle=CT_RAD1"),
        line="0 of 3 entries; .*wanted.wl is not served: .*Permission denied",
    ),
    "corrupt file": dict(
        plant=lambda wl: worklists.put(wl, "wanted.wl", worklists.BAD["cut.wl"]),
        ask=find(".ScheduledStationAETitle=CT_RAD1"),
        line="0 of 3 entries; .*wanted.wl is not served: ",
    ),
    "another extension": dict(
        plant=lambda wl: os.rename(wl / "wanted.wl", wl / "wanted.dcm"),
        ask=find(".ScheduledStationAETitle=CT_RAD1"),
        line="0 of 3 entries; .*wanted.dcm is not served: its name does not end in .wl",
    ),
    "no step sequence": dict(
        plant=lambda wl: worklists.put(wl, "wanted.wl", worklists.BAD["no-step.wl"]),
        ask=find(".ScheduledStationAETitle=CT_RAD1"),
        line="0 of 3 entries; .*wanted.wl is not served: it has no Scheduled Procedure Step Sequence",
    ),
    "LimitAnswers": dict(
        worklists={"LimitAnswers": 2}, ask=find(), line="4 of 4 entries match, and the list ends after 2: LimitAnswers"
    ),
    "FilterIssuerAet": dict(
        worklists={"FilterIssuerAet": True},
        ask=find(".Modality=CT", calling="CT_RAD2"),
        line='ScheduledStationAETitle = "CT_RAD2", which FilterIssuerAet adds (it has "CT_RAD1")',
    ),
    "another character set": dict(
        stored={"SpecificCharacterSet": "ISO_IR 192", "PatientName": "Müller^Jürgen"},
        ask=send(mislabelled()),
        line="PatientName = .*the same letters in another character set",
    ),
    "a script that empties the list": dict(
        script=EMPTIES,
        ask=find(".Modality=CT"),
        line='1 match what the device asks, before the script of this server (LuaScripts) changes it; .*"NOWHERE"',
    ),
    "a script that drops the answers": dict(
        script=DROPS,
        ask=find(".Modality=CT"),
        line="1 of 4 entries matches, and the script of this server (LuaScripts) drops 1 of these answers",
    ),
    "private creator missing": dict(
        ask=send(raw.element(0x0009, 0x1010, b"X ") + raw.element(0x0010, 0x0020, b"")),
        line="(0009,1010) is neither compared nor returned: .*its creator is missing",
    ),
    "a zero that got lost": dict(
        stored={"AccessionNumber": "12345"},
        ask=find("AccessionNumber=0012345"),
        line='"0012345" (.* "12345"): the same but for zeros in front',
    ),
    "padded with NUL": dict(
        stored={"PatientID": "P@@@@@@1"}, plant=pad, ask=find("PatientID=P1"), line='PatientID = "P1" .*the same but for characters that pad it'
    ),
    "query padded with NUL": dict(
        stored={"PatientID": "P1"},
        ask=send(raw.element(0x0010, 0x0020, b"\0\0P1")),
        line='PatientID = .* (.* "P1"): the same but for characters that pad it',
    ),
    "another time zone": dict(
        step={"ScheduledProcedureStepStartTime": "233000"},
        stored={"TimezoneOffsetFromUTC": "-0500"},
        ask=send(zoned(ScheduledProcedureStepStartDate="20261123"), user_items=ADJUST),
        line='ScheduledProcedureStepStartDate = "20261123".*: the same by the clock: the two name different time zones',
    ),
    "a time zone that counts for nothing": dict(
        step={"ScheduledProcedureStepStartTime": "233000"},
        stored={"TimezoneOffsetFromUTC": "-0500"},
        ask=send(zoned(ScheduledProcedureStepStartDate="20261124")),
        line='"20261124" (.* "20261123"): .*the time zone of the query .* did not negotiate',
    ),
}


def plant(tmp_path, cause):
    """A worklist with the entry that is looked for, three that are far from any query here, and the cause."""
    wl = tmp_path / "wl"
    wl.mkdir()
    worklists.write(wl, "wanted.wl", {**WANTED, **cause.get("step", {})}, **cause.get("stored", {}))
    for n in range(3):
        worklists.write(wl, f"far{n}.wl", FAR, PatientID=f"FAR{n}", AccessionNumber=f"FAR{n}", PatientName="FAR^OFF")
    cause.get("plant", lambda wl: None)(wl)
    options = {"DicomAlwaysAllowFindWorklist": True, **cause.get("config", {})}
    if "script" in cause:
        (tmp_path / "script.lua").write_text(cause["script"])
        options["LuaScripts"] = ["script.lua"]
    section = {"Enable": True, "Database": str(wl), **cause.get("worklists", {})}
    return peers.configuration(tmp_path / "mwl.json", worklists=section, **options)


def like(line):
    """A regular expression: only .* means something else than itself."""
    return ".*".join(re.escape(part) for part in line.split(".*"))


@pytest.mark.parametrize("name", CAUSES)
def test_the_first_line_names_the_cause(mwl, tmp_path, name):
    cause = CAUSES[name]
    prefix = peers.UNPRIVILEGED if cause.get("unprivileged") else ()
    server = mwl(plant(tmp_path, cause), "--control", tmp_path / "control", prefix=prefix)
    socket = ("--socket", tmp_path / "control")
    cause["ask"](server)
    number = peers.records(*socket)[-1]["number"]
    done = peers.run(*prefix, peers.BINARY, "explain", number, *socket)
    first = done.text.splitlines()[0]
    assert done.code == 0 and re.search(like(cause["line"]), first), done.text


def test_what_pads_the_end_of_a_value_keeps_nobody_out(mwl, tmp_path):
    cause = dict(stored={"PatientID": "P1"})
    server = mwl(plant(tmp_path, cause))
    with server.connect() as client:
        assert len(client.find(raw.element(0x0010, 0x0020, b"P1\0\0")).identifiers) == 1
        client.release()


def test_a_refusal_of_then_is_told_first(mwl, tmp_path):
    config = plant(tmp_path, dict(script="function IncomingWorklistRequestFilter(query) error('no') end"))
    server = mwl(config, "--control", tmp_path / "control")
    socket = ("--socket", tmp_path / "control")
    assert peers.findscu(server.port, "PatientID").statuses == [0xC000]
    number = peers.records(*socket)[-1]["number"]
    first = peers.run(peers.BINARY, "explain", number, *socket).text.splitlines()[0]
    assert first.startswith("the script fails, and the query is refused: ") and "script.lua:1: no" in first
    (tmp_path / "script.lua").write_text("")
    worklists.write(tmp_path / "wl", "new.wl")
    first = peers.run(peers.BINARY, "explain", number, *socket).text.splitlines()[0]
    assert first.startswith("the query was refused with status C000 ") and first.endswith("; now: 5 of 5 entries match")
    server.reload()
    assert len(peers.findscu(server.port, "PatientID").datasets) == 5
    number = peers.records(*socket)[-1]["number"]
    os.unlink(tmp_path / "wl" / "new.wl")
    text = peers.run(peers.BINARY, "explain", number, *socket).text
    assert text.splitlines()[1] == "(The worklist had 5 entries when the query came, and has 4 now.)"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_root_sees_what_the_servers_user_sees(mwl):
    """A server of its own user, and an administrator who may read everything."""
    root = Path(tempfile.mkdtemp(prefix="mwl-", dir="/tmp"))
    try:
        os.chmod(root, 0o777)
        wl = root / "wl"
        wl.mkdir()
        worklists.write(wl, "wanted.wl", WANTED)
        os.chmod(wl / "wanted.wl", 0o600)
        binary = root / "mwl"
        shutil.copy(peers.BINARY, binary)
        os.chmod(binary, 0o755)
        config = peers.configuration(
            root / "mwl.json", worklists={"Enable": True, "Database": str(wl)}, DicomAlwaysAllowFindWorklist=True
        )
        nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", f"--chdir={root}"]
        before, peers.BINARY = peers.BINARY, str(binary)
        try:
            server = mwl(config, "--control", root / "control", prefix=nobody)
        finally:
            peers.BINARY = before
        assert not peers.findscu(server.port, "PatientID").datasets
        number = peers.records("--socket", root / "control")[-1]["number"]
        first = peers.run(binary, "explain", number, "--socket", root / "control").text.splitlines()[0]
        assert first.startswith("0 of 0 entries; ") and "wanted.wl is not served" in first and "Permission denied" in first
        server.stop()
    finally:
        shutil.rmtree(root)
