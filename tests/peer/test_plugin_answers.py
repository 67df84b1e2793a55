"""What the host does to an answer, and that the answers of the plugin come through it whole.

Orthanc copies into the answer only what the data set that it was given holds, takes out step items that do not match by its
own rules, refuses answers with private elements, and converts text to its DefaultEncoding, leaving out what that lacks.
"""

import pytest
from pydicom.tag import Tag

import hosts
import peers
import raw
import worklists


def ask(orthanc, step=None, **keys):
    """One query; each answer must have one step item if the query has steps, and the query's attributes in it."""
    query = raw.keys(step, **keys)
    with orthanc.connect() as client:
        answer = client.find(query)
        client.release()
    for got in answer.datasets:
        assert {e.tag for e in query} - {Tag("SpecificCharacterSet")} <= {e.tag for e in got}, got
        if step is not None:
            (item,) = got.ScheduledProcedureStepSequence
            assert {e.tag for e in query.ScheduledProcedureStepSequence[0]} <= {e.tag for e in item}, got
    return answer


# -- attributes --------------------------------------------------------------------------------------------------------

ABSENT = ["PatientAddress", "EthnicGroup", "PatientSize", "PregnancyStatus", "ReferencedStudySequence", "StudyDate", "AccessionNumber"]
ABSENT_STEP = ["ScheduledStationName", "PreMedication", "RequestedContrastAgent", "ScheduledProcedureStepEndDate"]


def test_every_requested_attribute_comes_back(host, folder):
    """Also those that the file does not have: empty, as type 2 asks (PS3.4 K.2.2.1.2)."""
    absent = {name: None for name in ABSENT_STEP}
    worklists.write(folder, "a.wl", absent, AccessionNumber=None, PregnancyStatus=None)
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    empty = {name: [] if name.endswith("Sequence") else "" for name in ABSENT}
    empty_step = {name: [] if name.endswith("Sequence") else "" for name in ABSENT_STEP}
    (got,) = ask(orthanc, {"Modality": "CT", **empty_step}, PatientName="", **empty).datasets
    assert got.PatientName == "Bach^Johann"
    for name in ABSENT:
        assert not got[name].value, name
    for name in ABSENT_STEP:
        assert not got.ScheduledProcedureStepSequence[0][name].value, name


def test_one_step_item_in_each_answer(host, folder):
    """Of a file with several steps each that matches is an answer; asked for the whole sequence, all of the item comes."""
    steps = [
        {"Modality": "CT", "ScheduledProcedureStepID": "S1"},
        {"Modality": "MR", "ScheduledProcedureStepID": "S2"},
        {"Modality": "CT", "ScheduledProcedureStepID": "S3"},
    ]
    worklists.write(folder, steps=steps)
    orthanc = host([hosts.PLUGIN], hosts.section(folder))

    def ids(answer):
        return sorted(d.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID for d in answer.datasets)

    assert ids(ask(orthanc, {"Modality": "CT", "ScheduledProcedureStepID": ""})) == ["S1", "S3"]
    assert ids(ask(orthanc, {"Modality": "", "ScheduledProcedureStepID": ""})) == ["S1", "S2", "S3"]
    whole = ask(orthanc, ScheduledProcedureStepSequence=[], PatientName="")
    assert ids(whole) == ["S1", "S2", "S3"]
    assert all(len(d.ScheduledProcedureStepSequence) == 1 for d in whole.datasets)
    assert {e.keyword for e in whole.datasets[0].ScheduledProcedureStepSequence[0]} == set(worklists.STEP)


def test_private_keys_do_not_make_the_host_refuse(host, folder):
    """A key with its creator, which the file has too: the answer comes, without the private elements."""
    entry = worklists.dataset()
    entry.private_block(0x0011, "MAKER", create=True).add_new(1, "LO", "SPECIAL")
    entry.ScheduledProcedureStepSequence[0].private_block(0x0041, "MAKER", create=True).add_new(2, "LO", "SPECIAL")
    worklists.put(folder, "a.wl", worklists.part10(entry))
    orthanc = host([hosts.PLUGIN], hosts.section(folder))
    query = raw.keys({"Modality": "CT"}, AccessionNumber="")
    query.private_block(0x0011, "MAKER", create=True).add_new(1, "LO", "")
    with orthanc.connect() as client:
        answer = client.find(query)
        assert (answer.status, answer.values("AccessionNumber")) == (raw.SUCCESS, ["ACC0001"])
        (got,) = answer.datasets
        assert not any(e.tag.is_private for e in [*got, *got.ScheduledProcedureStepSequence[0]])
        # Inside the step the host takes away every item without them, and refuses one with them: nothing can be answered.
        query.ScheduledProcedureStepSequence[0].private_block(0x0041, "MAKER", create=True).add_new(2, "LO", "")
        answer = client.find(query)
        assert (answer.status, answer.count) == (raw.SUCCESS, 0)
        client.release()
    peers.eventually(lambda: any("left out" in line for line in orthanc.lines("W")), "the log says why")


# -- what the host would take for another value ------------------------------------------------------------------------

STORED = {
    "ScheduledStationAETitle": "CT1\\CT2",
    "ScheduledProcedureStepStartDate": "2026.01.05",
    "ScheduledProcedureStepStartTime": "10",
    "ScheduledPerformingPhysicianName": "Quantz^Johann^^",
    "ScheduledProcedureStepDescription": "CT head plain",
    "ScheduledProcedureStepStatus": None,
}


@pytest.mark.parametrize(
    "name, key",
    [
        ("ScheduledStationAETitle", "CT1"),
        ("ScheduledStationAETitle", "CT2"),
        ("ScheduledStationAETitle", "?T2"),
        ("ScheduledStationAETitle", "CT2 "),
        ("ScheduledProcedureStepStartTime", "10"),
        ("ScheduledProcedureStepStartTime", "1000"),
        ("ScheduledProcedureStepStartTime", "100000"),
        ("ScheduledProcedureStepStartTime", "100000.000"),
        ("ScheduledProcedureStepStartTime", "10-11"),
        ("ScheduledProcedureStepStartTime", "100000-110000"),
        ("ScheduledProcedureStepStartTime", "0900-1000"),
        ("ScheduledProcedureStepStartTime", "-10"),
        ("ScheduledProcedureStepStartTime", "-100000"),
        ("ScheduledProcedureStepStartTime", "100000-"),
        ("ScheduledProcedureStepStartDate", "20260105"),
        ("ScheduledProcedureStepStartDate", "2026.01.05"),
        ("ScheduledProcedureStepStartDate", "20260101-20260131"),
        ("ScheduledProcedureStepStartDate", "20260105-20260105"),
        ("ScheduledProcedureStepStartDate", "20260105-"),
        ("ScheduledPerformingPhysicianName", "Quantz^Johann"),
        ("ScheduledPerformingPhysicianName", "QUANTZ*"),
        ("ScheduledPerformingPhysicianName", "quantz^johann^^^"),
        ("ScheduledProcedureStepStatus", ""),
        ("ScheduledProcedureStepDescription", "*"),
    ],
)
def test_step_that_the_host_would_take_out(quirks, name, key):
    """The standard says that it matches: it comes with its item, never with an empty step sequence."""
    query = {name: key, "ScheduledProcedureStepID": ""}
    answer = ask(quirks, query, AccessionNumber="", SpecificCharacterSet="ISO_IR 192")
    assert answer.status == raw.SUCCESS
    assert answer.values("AccessionNumber") == ["ACC0001"]
    assert answer.datasets[0].ScheduledProcedureStepSequence[0].ScheduledProcedureStepID == "SPS0001"


@pytest.mark.parametrize(
    "name, key",
    [
        ("ScheduledStationAETitle", "CT3"),
        ("ScheduledProcedureStepStartTime", "1001"),
        ("ScheduledProcedureStepStartTime", "11-12"),
        ("ScheduledProcedureStepStartDate", "20260106"),
        ("ScheduledPerformingPhysicianName", "Quanz*"),
        ("ScheduledProcedureStepDescription", "CT HEAD PLAIN"),
    ],
)
def test_step_that_does_not_match(quirks, name, key):
    answer = ask(quirks, {name: key}, AccessionNumber="")
    assert (answer.status, answer.count) == (raw.SUCCESS, 0)


@pytest.fixture(scope="module")
def quirks(tmp_path_factory):
    """One host for all of them."""
    root = tmp_path_factory.mktemp("quirks")
    (root / "worklists").mkdir()
    worklists.write(root / "worklists", "a.wl", STORED, SpecificCharacterSet="ISO_IR 192")
    orthanc = hosts.Host(root / "host", [hosts.PLUGIN], hosts.section(root / "worklists"), DefaultEncoding="Utf8")
    yield orthanc
    assert orthanc.process.poll() is None, orthanc.log()[-4000:]
    orthanc.kill()
