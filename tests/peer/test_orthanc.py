"""Orthanc asks: a second requestor that knows the worklist, since gdcmscu does not (PS3.4 K.4.1)."""

import pathlib

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples" / "worklists"


def test_orthanc_finds_what_is_planned(mwl, host):
    server = mwl(SAMPLES)
    scanner = host([], None, DefaultEncoding="Utf8", DicomModalities={"mwl": ["MWL", "127.0.0.1", server.port]})
    scanner.ask("POST", "modalities/mwl/echo", {})

    step = {"Modality": "CT", "ScheduledStationAETitle": ""}
    found = scanner.ask("POST", "modalities/mwl/find-worklist", {"PatientName": "", "ScheduledProcedureStepSequence": [step]})
    assert [(entry["PatientName"], entry["ScheduledProcedureStepSequence"]) for entry in found] == [
        ("Bach^Johann Sebastian", [{"Modality": "CT", "ScheduledStationAETitle": "CT1"}]),
        ("Händel^Georg Friedrich", [{"Modality": "CT", "ScheduledStationAETitle": "CT1\\CT2"}]),
        ("Beethoven^Ludwig^van", [{"Modality": "CT", "ScheduledStationAETitle": "PETCT1"}]),
    ]
    # Sent in UTF-8 and stored in Latin-1: the characters are the same.
    found = scanner.ask("POST", "modalities/mwl/find-worklist", {"PatientName": "HÄNDEL*"})
    assert [entry["PatientName"] for entry in found] == ["Händel^Georg Friedrich"]
