"""mwl check: clean over what is right, and over one fault of each kind it names each, and only those."""

import json
import os
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset

import peers
import raw
import worklists

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "worklists"
COMPLETE = {  # what the defaults of worklists.py leave out
    name: ""
    for name in (
        "RequestedProcedurePriority PatientTransportArrangements RequestingPhysician ReferringPhysicianName AdmissionID "
        "CurrentPatientLocation PatientBirthDate PatientSex PatientWeight MedicalAlerts Allergies SpecialNeeds PatientState "
        "ConfidentialityConstraintOnPatientDataDescription"
    ).split()
}
STEP = {"ScheduledStationName": "ROOM1", "ScheduledProcedureStepLocation": "1", "ScheduledPerformingPhysicianName": ""}


def entry(step=None, **named):
    number = named.pop("number", 1)
    top = {**COMPLETE, "PregnancyStatus": None, "ReferencedStudySequence": [], "ReferencedPatientSequence": []}
    top |= {"AccessionNumber": f"ACC{number}", "StudyInstanceUID": f"2.25.{number}", "PatientBirthDate": "19700101", **named}
    dataset = worklists.dataset(({**STEP, "ScheduledProcedureStepID": f"SPS{number}", **(step or {})},), **top)
    if "PregnancyStatus" not in named:
        dataset.add_new("PregnancyStatus", "US", 4)
    return worklists.part10(dataset)


def check(*paths):
    code, out, error = peers.run_mwl("check", "--json", *paths)
    assert error == ""
    return code, json.loads(out)


def test_samples_are_clean():
    code, out, error = peers.run_mwl("check", SAMPLES)
    assert (code, error) == (0, "")
    assert out == f"{len(list(SAMPLES.glob('*.wl')))} files: 0 errors, 0 warnings, 0 hints\n"


def misspelt(data, old, new):
    assert data.count(old) == 1 and len(old) == len(new)
    return data.replace(old, new)


E, W, H = "error", "warning", "hint"
INSIDE = "ScheduledProcedureStepSequence[0]."
# file: (bytes, level, attribute, what the message has)
FAULTS = {
    "junk.wl": (b"(0008,0050) SH [ACC]\n" * 20, E, None, "not a DICOM file"),
    "cut.wl": (entry(number=2)[:500], E, None, "reaches beyond the end"),
    "type-1.wl": (entry(number=3, PatientID=""), E, "PatientID", "it is empty, and every entry must have it (type 1)"),
    "type-1-step.wl": (entry({"Modality": None}, number=4), E, INSIDE + "Modality", "it is missing"),
    "type-2.wl": (entry(number=5, PatientSex=None), H, "PatientSex", "it is missing; devices get it empty (type 2)"),
    "type-1c.wl": (
        entry(number=6, RequestedProcedureDescription=None),
        W,
        "RequestedProcedureDescription",
        "neither this nor RequestedProcedureCodeSequence has a value",
    ),
    "date.wl": (misspelt(entry(number=7), b"19700101", b"1970-1-1"), E, "PatientBirthDate", '"1970-1-1" is not YYYYMMDD'),
    "time.wl": (entry({"ScheduledProcedureStepStartTime": "2500"}, number=8), E, INSIDE + "ScheduledProcedureStepStartTime", '"2500" is not'),
    "uid.wl": (entry(number=9, StudyInstanceUID="1.02.3"), E, "StudyInstanceUID", '"1.02.3" is no UID: numbers without leading zeros'),
    "carets.wl": (entry(number=10, PatientName="A^B^C^D^E^F"), W, "PatientName", "has 6 components"),
    "charset.wl": (
        misspelt(entry(number=11, PatientName="M?ller", SpecificCharacterSet="ISO_IR 192"), b"M?ller", b"M\xfcller"),
        E,
        "PatientName",
        "is not text in its character set",
    ),
    "long.wl": (entry(number=12, PatientAddress="x" * 65), W, "PatientAddress", "has 65 characters; 64 are allowed"),
    "no-step.wl": (worklists.part10(worklists.dataset(None)), E, None, "it has no Scheduled Procedure Step Sequence"),
    "padding.wl": (misspelt(entry(number=13, PatientID="12345"), b"12345 ", b"12345\0"), H, None, "a text padded with NUL"),
    "twice-a.wl": (entry(number=14), None, None, None),
    "twice-b.wl": (entry(number=14), E, "ScheduledProcedureStepSequence.ScheduledProcedureStepID", '"SPS14" of the same study is in'),
    "accession-a.wl": (entry(number=15), None, None, None),
    "accession-b.wl": (entry(number=16, AccessionNumber="ACC15"), W, "AccessionNumber", '"ACC15" is in'),
}


@pytest.fixture
def faulty(folder):
    for name, (data, *_) in FAULTS.items():
        worklists.put(folder, name, data)
    worklists.put(folder, "right.wl", entry(number=17))
    return folder


def test_each_fault_is_named_and_nothing_else(faulty):
    code, findings = check(faulty)
    assert code == 2
    found = {}
    for finding in findings:
        found.setdefault(Path(finding["file"]).name, []).append(finding)
    assert "right.wl" not in found and "twice-a.wl" not in found and "accession-a.wl" not in found
    for name, (_, level, attribute, message) in FAULTS.items():
        if level is None:
            continue
        mine = found.pop(name, [])
        if name == "no-step.wl":  # and what the rest of this bare entry lacks
            mine = [finding for finding in mine if "Step Sequence" in finding["message"]]
        assert len(mine) == 1, (name, mine)
        assert (mine[0]["level"], mine[0].get("attribute")) == (level, attribute), mine
        assert message in mine[0]["message"], mine
    assert found == {}


def test_exit_status_is_that_of_the_worst(folder):
    for name, status in (("right", 0), ("type-2", 0), ("long", 1), ("carets", 1), ("date", 2)):
        data = entry(number=17) if name == "right" else FAULTS[f"{name}.wl"][0]
        assert check(worklists.put(folder, f"{name}.wl", data))[0] == status
    assert peers.run_mwl("check")[0] == 2
    assert peers.run_mwl("check", folder / "none")[0] == 2


def test_what_is_no_file_hides_nothing_of_the_others(folder):
    os.mkfifo(folder / "fifo.wl")
    worklists.put(folder, "junk.wl", b"x")
    code, out, error = peers.run_mwl("check", folder / "nowhere.wl", folder)
    assert (code, error) == (2, "")
    assert f"{folder}/nowhere.wl: error: No such file or directory\n" in out
    assert f"{folder}/fifo.wl: error: is not a regular file\n" in out
    assert f"{folder}/junk.wl: error: not a DICOM file" in out and "3 errors" in out


def test_what_a_person_reads(folder):
    path = worklists.put(folder, "date.wl", FAULTS["date.wl"][0])
    code, out, error = peers.run_mwl("check", path)
    assert out == f'{path}: error: PatientBirthDate (0010,0030): "1970-1-1" is not YYYYMMDD\n1 files: 1 errors, 0 warnings, 0 hints\n'
    path = worklists.put(folder, "hint.wl", FAULTS["type-2.wl"][0])
    assert peers.run_mwl("check", "--quiet", path) == (0, "1 files: 0 errors, 0 warnings, 0 hints\n", "")
    path = worklists.put(folder, "cut.wl", FAULTS["cut.wl"][0])
    assert " (byte " in peers.run_mwl("check", path)[1]


def test_as_a_configuration_has_it(folder, tmp_path):
    many = worklists.put(folder, "many.wl", worklists.part10(worklists.dataset([{}] * 300)))
    umlaut = entry(SpecificCharacterSet=None, PatientName="MUELLER^J").replace(b"MUELLER^J ", b"M\xfcller^J  ")
    umlaut = worklists.put(folder, "umlaut.wl", umlaut)
    section = {"Enable": True, "Database": str(folder), "MaximumSteps": 300}
    raised = peers.configuration(tmp_path / "raised.json", section)  # a server without DefaultEncoding reads Latin-1
    ascii = peers.configuration(tmp_path / "ascii.json", section, DefaultEncoding="Ascii")
    said = peers.run_mwl("check", many, umlaut)[1]
    assert f"{many}: error: " in said and f"{umlaut}: error: PatientName" in said
    said = peers.run_mwl("check", "--config", raised, many, umlaut)[1]
    assert f"{many}: error: it has" not in said and "PatientName" not in said
    assert "PatientName" in peers.run_mwl("check", "--config", ascii, umlaut)[1]
    code, out, error = peers.run_mwl("check", "--config", tmp_path / "none.json", many)
    assert code == 2 and not out and "none.json" in error
