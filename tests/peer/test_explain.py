"""Why a list came out empty: each cause that people meet is planted, and the first line of `mwl explain` names it."""

import json
import os
import time

import pytest
from pydicom.dataset import Dataset

import peers
import raw
import worklists

STATION = "ScheduledProcedureStepSequence[0].ScheduledStationAETitle"
MODALITY = "ScheduledProcedureStepSequence[0].Modality"
DATE = "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate"
TIME = "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartTime"
ENTRY = {
    "ScheduledStationAETitle": "CT_RAD1",
    "Modality": "CT",
    "ScheduledProcedureStepStartDate": "20261123",
    "ScheduledProcedureStepStartTime": "083000",
}


def explain(*arguments, prefix=(), **more):
    done = peers.run(*prefix, peers.BINARY, "explain", *arguments, **more)
    assert done.code == 0, done.text
    return done.text


def folder_of(path, step=None, **named):
    """A worklist with the entry that is looked for, and others that are far from any query here."""
    path.mkdir(parents=True, exist_ok=True)
    worklists.write(path, "wanted.wl", {**ENTRY, **(step or {})}, **named)
    far = {"ScheduledStationAETitle": "US7", "Modality": "US", "ScheduledProcedureStepStartDate": "20250101"}
    for n in range(3):
        worklists.write(path, f"far{n}.wl", far, PatientID=f"FAR{n}", AccessionNumber=f"FAR{n}", PatientName="FAR^OFF")
    return path


def keys(**named):
    return [argument for path, value in named.items() for argument in ("-k", f"{path}={value}")]


# name: (keys, what is stored otherwise, what the first line has)
KEYS = {
    "another station": ({STATION: "MR_ROOM2", MODALITY: "CT"}, {}, {}, '1 would match without ScheduledStationAETitle = "MR_ROOM2" (it has "CT_RAD1")'),
    "station in lower case": ({STATION: "ct_rad1"}, {}, {}, "the same but for upper and lower case"),
    "station known otherwise": ({STATION: "CT-RAD1"}, {}, {}, "the same but for blanks and punctuation"),
    "yesterday": ({DATE: "20261124"}, {}, {}, 'ScheduledProcedureStepStartDate = "20261124" (one of them has "20261123"): 1 day before'),
    "an hour": ({TIME: "08", MODALITY: "CT"}, {}, {}, "a range asks for all of it"),
    "CR for DX": ({MODALITY: "CR"}, {"Modality": "DX"}, {}, 'Modality = "CR" (one of them has "DX"): another code for such a device'),
    "a zero that got lost": ({"AccessionNumber": "0012345"}, {}, {"AccessionNumber": "12345"}, "zeros in front, which got lost"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_that_keeps_the_entry_out(tmp_path, name):
    asked, step, stored, words = KEYS[name]
    first = explain(*keys(**{"PatientID": "", **asked}), folder_of(tmp_path / "wl", step, **stored)).splitlines()[0]
    assert first.startswith("0 of 4 entries; "), first
    assert words in first


def test_who_may_not_ask(tmp_path):
    wl = folder_of(tmp_path / "wl")
    config = peers.configuration(
        tmp_path / "mwl.json",
        worklists={"Enable": True, "Database": str(wl)},
        DicomModalities={"ct": ["CT1", "127.0.0.1", 104]},
        DicomAlwaysAllowFindWorklist=False,
        DicomCheckCalledAet=True,
        DicomAet="MWL",
    )
    asked = ["-k", "PatientID"]
    first = explain(*asked, "--aet", "MR1", "--aec", "MWL", config).splitlines()[0]
    assert "MR1" in first and "DicomModalities" in first
    first = explain(*asked, "--aet", "CT1", "--aec", "RIS", config).splitlines()[0]
    assert "the called AE title is RIS, and DicomCheckCalledAet" in first
    assert explain(*asked, "--aet", "CT1", "--aec", "MWL", config).startswith("4 of 4 entries match\n")


def config_of(tmp_path, wl, **more):
    return peers.configuration(
        tmp_path / "mwl.json", worklists={"Enable": True, "Database": str(wl), **more.pop("worklists", {})},
        DicomAlwaysAllowFindWorklist=True, **more
    )


def test_what_the_configuration_does(tmp_path):
    wl = folder_of(tmp_path / "wl")
    config = config_of(tmp_path, wl, worklists={"LimitAnswers": 2})
    assert "LimitAnswers" in explain("-k", "PatientID", config).splitlines()[0]
    config = config_of(tmp_path, wl, worklists={"FilterIssuerAet": True})
    first = explain("-k", f"{DATE}=20261123", "--aet", "CT_RAD2", config).splitlines()[0]
    assert '1 would match without ScheduledStationAETitle = "CT_RAD2", which FilterIssuerAet adds (it has "CT_RAD1")' in first


LOST = {
    "corrupt": (lambda wl: (wl / "wanted.wl").write_bytes(worklists.BAD["cut.wl"]), "wanted.wl is not served: "),
    "no step": (lambda wl: (wl / "wanted.wl").write_bytes(worklists.BAD["no-step.wl"]), "wanted.wl is not served: "),
    "another name": (lambda wl: os.rename(wl / "wanted.wl", wl / "wanted.dcm"), "wanted.dcm is not served: its name does not end in .wl"),
    "no permission": (lambda wl: os.chmod(wl / "wanted.wl", 0), "wanted.wl is not served: "),
}


@pytest.mark.parametrize("name", LOST)
def test_a_file_that_is_not_served(tmp_path, name):
    wl = folder_of(tmp_path / "wl")
    plant, words = LOST[name]
    plant(wl)
    prefix = peers.UNPRIVILEGED if name == "no permission" else ()
    text = explain(*keys(**{"PatientID": "P1", STATION: "CT_RAD1"}), wl, prefix=prefix)
    assert text.splitlines()[0].startswith("0 of 3 entries; " + words), text


def test_a_file_that_lacks_a_value(tmp_path):
    wl = folder_of(tmp_path / "wl", StudyInstanceUID="")
    config = config_of(tmp_path, wl, worklists={"RequireComplete": True})
    text = explain(*keys(**{"PatientID": "P1", STATION: "CT_RAD1"}), config)
    assert "wanted.wl is not served: lacks StudyInstanceUID" in text.splitlines()[0], text


def test_arguments_that_do_not_go_together(tmp_path):
    wl = folder_of(tmp_path / "wl")
    for arguments, said in (
        (("--address", "nowhere", "-k", "PatientID", wl), "--address wants an IPv4 or IPv6 address, not nowhere"),
        (("-k", "PatientID", "17"), "record 17 has its own keys and titles"),
    ):
        code, out, error = peers.run_mwl("explain", *arguments, cwd=tmp_path)
        assert (code, out) == (2, "") and said in error


def test_a_called_title_is_no_path(tmp_path):
    """It comes out of the journal too, as a device has sent it."""
    folder_of(tmp_path / "wl" / "CT1")
    (tmp_path / "outside").mkdir()
    worklists.put(tmp_path / "outside", "secret.dcm", worklists.part10(worklists.dataset()))
    worklists.put(tmp_path / "wl" / "CT1", "stray.dcm", worklists.part10(worklists.dataset()))
    config = config_of(tmp_path, tmp_path / "wl", worklists={"FolderPerCalledAet": True})
    assert "stray.dcm is not served" in explain(*keys(PatientID="NOBODY"), "--aec", "ct1", config)
    assert "secret" not in explain(*keys(PatientID="NOBODY"), "--aec", "../outside", config)


def query_file(tmp_path, dataset):
    path = tmp_path / "query.dcm"
    path.write_bytes(worklists.part10(dataset))
    return path


def test_a_query_in_another_character_set(tmp_path):
    wl = folder_of(tmp_path / "wl", SpecificCharacterSet="ISO_IR 192", PatientName="Müller^Jürgen")
    query = Dataset()
    query.PatientName = "Müller^Jürgen".encode("utf-8").decode("latin-1")  # what it says is not what it is
    query.SpecificCharacterSet = "ISO_IR 100"
    first = explain("-q", query_file(tmp_path, query), wl).splitlines()[0]
    assert "0 of 4 entries" in first and "another character set" in first


def test_a_private_key_without_its_creator(tmp_path):
    query = Dataset()
    query.add_new(0x00091010, "LO", "X")
    query.PatientID = ""
    first = explain("-q", query_file(tmp_path, query), folder_of(tmp_path / "wl")).splitlines()[0]
    assert "(0009,1010) is neither compared nor returned" in first and "its creator is missing" in first


def test_an_id_padded_with_nul(tmp_path):
    wl = folder_of(tmp_path / "wl", PatientID="P@@@@@@1")
    data = (wl / "wanted.wl").read_bytes().replace(b"P@@@@@@1", b"P1\0\0\0\0\0\0")
    (wl / "wanted.wl").write_bytes(data)
    assert explain("-k", "PatientID=P1", wl).splitlines()[0] == "1 of 4 entries matches"  # at its end it is padding
    (wl / "wanted.wl").write_bytes(data.replace(b"P1\0\0\0\0\0\0", b"P\0\x001\0\0\0\0"))
    assert "characters that pad it" in explain("-k", "PatientID=P1", wl).splitlines()[0]


def test_an_entry_of_another_time_zone(tmp_path):
    wl = folder_of(tmp_path / "wl", {"ScheduledProcedureStepStartTime": "233000"}, TimezoneOffsetFromUTC="-0500")
    asked = keys(**{"TimezoneOffsetFromUTC": "+0100", DATE: "20261123", TIME: ""})
    assert "time zone" in explain(*asked, "--adjust-zone", wl).splitlines()[0]


def test_the_rest_of_what_it_prints(tmp_path):
    wl = folder_of(tmp_path / "wl")
    asked = keys(**{MODALITY: "CT", DATE: "20261122"})
    text = explain(*asked, wl)
    assert 'wanted.wl: ScheduledProcedureStepStartDate "20261123", asked "20261122": 1 day after' in text
    found = json.loads(explain(*asked, "--json", wl))
    assert (found["entries"], found["matched"]) == (4, 0)
    by_name = {key["attribute"]: key for key in found["keys"]}
    assert by_name["ScheduledProcedureStepStartDate"] == {
        "attribute": "ScheduledProcedureStepStartDate",
        "asked": "20261122",
        "ofConfiguration": False,
        "matchWithout": 1,
        "meetAlone": 0,
    }
    assert found["nearest"][0]["file"] == "wanted.wl" and len(found["nearest"][0]["misses"]) == 1
    assert found["cause"] == text.splitlines()[0]


def test_an_empty_list_is_explained_in_the_log(mwl, tmp_path):
    wl = folder_of(tmp_path / "wl", PatientName="SECRET^NAME")
    server = mwl(wl)
    for _ in range(3):
        assert not peers.findscu(server.port, ".ScheduledStationAETitle=CT_RAD", "PatientName=SECRET*").datasets
    line = server.says(r"FINDSCU at 127.0.0.1: 0 of 4 entries; 1 would match without (.*)").group(1)
    assert line.startswith('ScheduledStationAETitle = "CT_RAD" (it has "CT_RAD1"): begins as asked')
    assert not peers.findscu(server.port, "PatientName=OTHER", calling="CT2").datasets
    line = server.says(r"CT2 at 127.0.0.1: 0 of 4 entries; (.*)").group(1)
    assert line == "4 would match without PatientName"
    assert peers.findscu(server.port, "PatientName=SECRET*", calling="CT3").datasets
    server.stop()
    assert "CT3 at 127.0.0.1: " not in server.log()
    assert "SECRET" not in server.log()


def test_the_log_explains_once_a_second_however_many_ask(mwl, tmp_path):
    config = config_of(tmp_path, folder_of(tmp_path / "wl"), DicomThreadsCount=4)
    server = mwl(config)
    began = time.monotonic()
    clients = [server.connect(calling="CT1") for _ in range(12)]
    for _ in range(4):
        for client in clients:
            assert not client.find(raw.keys(PatientID="NOBODY")).identifiers
    took = time.monotonic() - began
    for client in clients:
        client.release()
    server.says("CT1 at 127.0.0.1: 0 of 4 entries; ")
    server.stop()
    assert 1 <= server.whole_log().count("CT1 at 127.0.0.1: 0 of 4 entries; ") <= took + 1


def test_an_answer_that_a_script_drops_is_none(mwl, tmp_path):
    wl = folder_of(tmp_path / "wl")
    (tmp_path / "script.lua").write_text(
        "function OutgoingWorklistAnswerFilter(answer) return answer['0010,0020'] ~= 'FAR1' and answer end"
    )
    config = config_of(tmp_path, wl, worklists={"LimitAnswers": 3}, LuaScripts=["script.lua"])
    server = mwl(config, "--control", tmp_path / "control")
    socket = ("--socket", tmp_path / "control")
    found = peers.findscu(server.port, "PatientID")
    assert sorted(found.values("PatientID")) == ["FAR0", "FAR2", "PID0001"] and found.statuses[-1] == 0
    record = peers.records(*socket)[-1]
    assert record["answers"] == 3 and "a script dropped 1 further answers" in record["changed"]
    server.says(r"3 answers from 4 entries, 1 more dropped by a script, status 0000")
    assert "drops 1 of these answers" in explain(record["number"], *socket).splitlines()[0]


def served(mwl, tmp_path, path):
    server = mwl(path, "--control", tmp_path / "control")
    return server, ("--socket", tmp_path / "control")


def test_a_query_of_the_journal(mwl, tmp_path):
    folder_of(tmp_path / "wl")
    config_of(tmp_path, "wl")  # a relative path: from where the server was started
    server = mwl("mwl.json", "--control", tmp_path / "control", cwd=tmp_path)
    socket = ("--socket", tmp_path / "control")
    assert not peers.findscu(server.port, ".Modality=ct", "PatientID").datasets
    number = next(r["number"] for r in peers.records(*socket) if r["kind"] == "query")
    assert "the same but for upper and lower case" in explain(number, *socket).splitlines()[0]


def test_an_association_of_the_journal(mwl, tmp_path):
    server, socket = served(mwl, tmp_path, folder_of(tmp_path / "wl"))
    with server.connect(contexts=[(1, raw.WORKLIST, [raw.JPEG])], calling="CT1") as client:
        client.release()
    with server.connect(contexts=[(1, raw.CT_STORAGE, [raw.IMPLICIT])], calling="CT2") as client:
        client.release()
    numbers = {r["callingAet"]: r["number"] for r in peers.records(*socket)}
    first = explain(numbers["CT1"], *socket).splitlines()[0]
    assert "no transfer syntax that this server has was proposed; proposed: JPEG Baseline" in first
    assert "did not propose the worklist service" in explain(numbers["CT2"], *socket).splitlines()[0]


def test_a_script_that_empties_the_list(tmp_path):
    wl = folder_of(tmp_path / "wl")
    (tmp_path / "script.lua").write_text(
        "function IncomingWorklistRequestFilter(query) query['0040,0100'][1]['0040,0001'] = 'NOWHERE' return query end"
    )
    config = config_of(tmp_path, wl, LuaScripts=["script.lua"])
    first = explain(*keys(**{MODALITY: "CT"}), config).splitlines()[0]
    assert "1 match what the device asks, before the script of this server (LuaScripts) changes it" in first
    assert 'ScheduledStationAETitle = "NOWHERE"' in first
    (tmp_path / "script.lua").write_text("function IncomingWorklistRequestFilter(query) error('no') end")
    assert "the script fails, and the query is refused: " in explain(*keys(**{MODALITY: "CT"}), config).splitlines()[0]
