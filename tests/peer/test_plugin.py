"""The plugin in Debian's Orthanc, used as the documentation of the sample plugin tells: its options, its tutorial."""

import os
import pathlib
import re
import threading

import pytest

import hosts
import peers
import raw
import worklists

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples" / "worklists"
TRIALS = 300 if os.environ.get("MWL_LONG") else 40


def names(found):
    return [str(name) for name in found.values("PatientName")]


def three(folder):
    """Three entries, for the stations CT1, CT2 and (two at once) CT2 and MR1; their accession numbers are A, B and C."""
    worklists.write(folder, "a.wl", {"ScheduledStationAETitle": "CT1"}, AccessionNumber="A")
    worklists.write(folder, "b.wl", {"ScheduledStationAETitle": "CT2"}, AccessionNumber="B")
    worklists.write(folder, "c.wl", {"ScheduledStationAETitle": "CT2\\MR1"}, AccessionNumber="C")


# -- the tutorial ------------------------------------------------------------------------------------------------------


def test_tutorial(host):
    orthanc = host([hosts.PLUGIN], hosts.section(SAMPLES), DefaultEncoding="Utf8")
    found = orthanc.find("PatientName", "PatientID")  # the generic query
    assert found.status == raw.SUCCESS and found.statuses[:-1] == [0xFF00] * 11  # two steps in one of ten files
    found = orthanc.find("PatientName", ".Modality=CT", ".ScheduledStationAETitle")
    assert found.status == raw.SUCCESS
    assert names(found) == ["Bach^Johann Sebastian", "Händel^Georg Friedrich", "Beethoven^Ludwig^van"]
    assert found.steps("Modality") == ["CT"] * 3
    assert orthanc.find("PatientName=*moz*").values("PatientName") == ["Mozart^Wolfgang Amadeus"]
    assert orthanc.find("PatientName=NOBODY").statuses == [raw.SUCCESS]


def test_configuration_of_the_documentation_word_for_word(host, tmp_path):
    """A relative folder is taken from the working directory, as the sample plugin does; the log says where that is."""
    folder = tmp_path / "WorklistsDatabase"
    folder.mkdir()
    worklists.write(folder, AccessionNumber="HERE")
    orthanc = host([hosts.PLUGIN], hosts.section("./WorklistsDatabase"), cwd=tmp_path)
    assert orthanc.find("AccessionNumber").values("AccessionNumber") == ["HERE"]
    assert any(f"The database of worklists will be read from folder: {folder}" in line for line in orthanc.lines("W"))


def test_folder_by_its_newer_name(host, folder):
    worklists.write(folder, AccessionNumber="HERE")
    orthanc = host([hosts.PLUGIN], {"Enable": True, "Directory": str(folder)})
    assert orthanc.find("AccessionNumber").values("AccessionNumber") == ["HERE"]


def test_rest_api_lists_it(host, folder):
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    assert "mwl" in orthanc.ask("GET", "plugins")
    described = orthanc.ask("GET", "plugins/mwl")
    assert described["ID"] == "mwl" and "worklist" in described["Description"].lower()
    code, printed, _ = peers.run_mwl("--version")
    assert code == 0 and described["Version"] in printed


# -- fresh -------------------------------------------------------------------------------------------------------------


def test_what_is_in_place_before_the_query_is_answered(host, folder):
    """A file that was there before the query is in its answer, one that was gone is not: time after time."""
    worklists.write(folder, "stays.wl", AccessionNumber="STAYS")
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    query = raw.keys({"Modality": "CT"}, AccessionNumber="")
    with orthanc.connect() as client:
        for trial in range(TRIALS):
            path = worklists.write(folder, f"{trial % 3}.wl", AccessionNumber=f"NEW{trial}")
            assert sorted(client.find(query).values("AccessionNumber")) == [f"NEW{trial}", "STAYS"], trial
            if trial % 2:
                worklists.write(folder, os.path.basename(path), AccessionNumber=f"CHANGED{trial}")
                assert sorted(client.find(query).values("AccessionNumber")) == [f"CHANGED{trial}", "STAYS"], trial
            os.remove(path)
            assert client.find(query).values("AccessionNumber") == ["STAYS"], trial
        client.release()


def test_many_files_at_once(host, folder):
    """More changes than the queue of inotify events holds, on the way: none is missed."""
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    with orthanc.connect() as client:
        for name, data in worklists.numbered(3000):
            (folder / name).write_bytes(data)
        assert client.find(raw.keys({"Modality": "CT"}, AccessionNumber="")).count == 3000
        for path in folder.iterdir():
            path.unlink()
        assert client.find(raw.keys({"Modality": "CT"}, AccessionNumber="")).count == 0
        client.release()


# -- options -----------------------------------------------------------------------------------------------------------


def test_filter_issuer_aet(host, folder):
    """Only what is planned for the caller; a station that the query names restricts further, it is not overwritten."""
    three(folder)
    orthanc = host([hosts.PLUGIN], hosts.section(folder, FilterIssuerAet=True))

    def got(calling, *keys):
        return sorted(orthanc.find("AccessionNumber", *keys, calling=calling).values("AccessionNumber"))

    assert got("CT1", ".Modality=CT") == ["A"]
    assert got("CT2", ".Modality=CT") == ["B", "C"]
    assert got("MR1", ".Modality=CT") == ["C"]
    assert got("MR1") == ["C"]  # no step sequence in the query
    assert got("STRANGER", ".Modality=CT") == []
    assert got("CT2", ".ScheduledStationAETitle=MR1") == ["C"]
    assert got("CT1", ".ScheduledStationAETitle=CT2") == []
    assert got("CT1", ".ScheduledStationAETitle=*") == ["A"]


@pytest.mark.parametrize("limit, answers, status", [(0, 5, 0), (3, 3, raw.CANCELLED), (4, 4, raw.CANCELLED), (5, 5, 0), (6, 5, 0)])
def test_limit_answers(host, folder, limit, answers, status):
    """Exactly so many, then FE00, by which this host says that there were more."""
    for number in range(5):
        worklists.write(folder, f"{number}.wl", AccessionNumber=f"A{number}")
    orthanc = host([hosts.PLUGIN], hosts.section(folder, LimitAnswers=limit))
    found = orthanc.find("AccessionNumber", ".Modality=CT")
    assert (len(found.datasets), found.status) == (answers, status)
    assert orthanc.find("AccessionNumber=A3").statuses == [0xFF00, raw.SUCCESS]


def test_folder_for_each_called_aet(host, folder):
    for area in ("NORTH", "SOUTH"):
        (folder / area).mkdir()
        worklists.write(folder / area, AccessionNumber=area)
    worklists.write(folder, AccessionNumber="TOP")
    orthanc = host([hosts.PLUGIN], hosts.section(folder, FolderPerCalledAet=True))

    def got(called):
        return orthanc.find("AccessionNumber", called=called)

    assert got("NORTH").values("AccessionNumber") == ["NORTH"]
    assert got("SOUTH").values("AccessionNumber") == ["SOUTH"]
    for called in ("WEST", "..", ".", "NORTH/../SOUTH"):
        assert got(called).statuses == [0xC000], called
    (folder / "WEST").mkdir()
    worklists.write(folder / "WEST", AccessionNumber="WEST")
    assert got("WEST").values("AccessionNumber") == ["WEST"]


def test_require_complete(host, folder):
    worklists.write(folder, "whole.wl", AccessionNumber="WHOLE")
    worklists.write(folder, "part.wl", AccessionNumber="PART", RequestedProcedureID=None)
    relaxed = host([hosts.PLUGIN], hosts.section(folder))
    strict = host([hosts.PLUGIN], hosts.section(folder, RequireComplete=True))
    assert sorted(relaxed.find("AccessionNumber").values("AccessionNumber")) == ["PART", "WHOLE"]
    assert strict.find("AccessionNumber").values("AccessionNumber") == ["WHOLE"]
    assert any("part.wl" in line for line in strict.lines("W"))


def test_case_sensitive_names(host, folder):
    worklists.write(folder, PatientName="Bach^Johann")
    assert host([hosts.PLUGIN], hosts.section(folder)).find("PatientName=BACH*").values("PatientName") == ["Bach^Johann"]
    strict = host([hosts.PLUGIN], hosts.section(folder), CaseSensitivePN=True)
    assert strict.find("PatientName=BACH*").datasets == []
    assert strict.find("PatientName=Bach*").values("PatientName") == ["Bach^Johann"]


def test_not_enabled(host, folder):
    """Loaded, idle: the host answers as it does without a plugin for worklists."""
    worklists.write(folder)
    orthanc = host([hosts.PLUGIN], hosts.section(folder, Enable=False))
    assert "Worklist server is disabled by the configuration file" in " ".join(orthanc.lines("W"))
    with orthanc.connect(contexts=[(1, raw.VERIFICATION, [raw.IMPLICIT])]) as client:
        assert client.echo(context=1) == raw.SUCCESS
        client.release()
    found = orthanc.find("PatientName")
    assert found.datasets == [] and found.status != raw.SUCCESS
    # without the section it is not enabled either
    assert host([hosts.PLUGIN], None).find("PatientName").status != raw.SUCCESS


# -- what the host makes of it ------------------------------------------------------------------------------------------


def test_queries_that_the_host_refuses(host, folder):
    """They never reach a plugin; the association goes on."""
    worklists.write(folder)
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    two = raw.keys({"Modality": "CT"})
    two.ScheduledProcedureStepSequence.append(two.ScheduledProcedureStepSequence[0])
    with orthanc.connect() as client:
        for query in (
            raw.keys({"ScheduledProcedureStepStartDate": "*"}),
            raw.keys({"ScheduledProcedureStepStartTime": "1?"}),
            raw.keys(StudyInstanceUID="*"),
            two,
        ):
            assert client.find(query).status == 0xC000, query
        assert client.find(raw.keys({"ScheduledProcedureStepStartDate": "yesterday"})).status == 0xC000
        assert client.find(raw.keys({"Modality": "CT"}, AccessionNumber="")).values("AccessionNumber") == ["ACC0001"]
        client.release()


def test_several_scanners_at_once(host, folder):
    """The host asks one after the other; each gets its own answers, also while files come and go."""
    for number in range(40):
        step = {"ScheduledStationAETitle": f"ST{number % 4}"}
        worklists.write(folder, f"{number}.wl", step, AccessionNumber=f"{number % 4}-{number}")
    orthanc = host([hosts.PLUGIN], hosts.section(folder, FilterIssuerAet=True))
    wrong = []

    def scan(station):
        try:
            with orthanc.connect(calling=f"ST{station}") as client:
                for _ in range(50):
                    answer = client.find(raw.keys({"Modality": "CT"}, AccessionNumber=""))
                    expected = sorted(f"{station}-{number}" for number in range(station, 40, 4))
                    if answer.status or sorted(answer.values("AccessionNumber")) != expected:
                        wrong.append((station, answer.status, answer.values("AccessionNumber")))
                client.release()
        except Exception as failure:  # told by the test, not by the thread
            wrong.append((station, failure))

    threads = [threading.Thread(target=scan, args=(station,)) for station in range(4)]
    for thread in threads:
        thread.start()
    for number in range(100):
        worklists.write(folder, "other.wl", {"ScheduledStationAETitle": "ELSEWHERE"}, AccessionNumber=str(number))
    for thread in threads:
        thread.join()
    assert not wrong, wrong[0]


# -- what it logs ------------------------------------------------------------------------------------------------------


def test_words_of_the_log(host, folder):
    """At --verbose the query as the sample plugin shows it; never a patient's name or ID at the usual level."""
    worklists.write(folder, PatientName="Secret^Agent", PatientID="ID007")
    loud = host([hosts.PLUGIN], hosts.section(folder), arguments=["--verbose"])
    loud.find("PatientName=Secret*", ".Modality=CT", calling="SCANNER")
    shown = re.search(r"Received worklist query from remote modality SCANNER:\s*(\{.*?\n\})", loud.whole_log(), re.S)
    assert shown and '"0010,0010"' in shown.group(1) and '"0008,0060" : "CT"' in shown.group(1), loud.log()[-3000:]
    quiet = host([hosts.PLUGIN], hosts.section(folder))
    quiet.find("PatientName=Secret*", "PatientID=ID007", calling="SCANNER")
    for word in ("Secret", "Agent", "ID007"):
        assert word not in quiet.log()
