"""The profiles of profiles/: each device is played, and gets what it needs (docs/PROFILES.md)."""

import re

import pytest
from pydicom.dataset import Dataset

import peers
import play
import raw
import worklists

NAMES = sorted(path.stem for path in play.PROFILES.glob("*.json"))


@pytest.fixture
def serve(mwl, folder, tmp_path):
    """serve(name, option=...): a server over `folder` with this profile for every device, or with none."""

    def start(name=None, **section):
        rules = [{"File": str(play.PROFILES / f"{name}.json")}] if name else []
        section = {"Enable": True, "Database": str(folder), "Profiles": rules, **section}
        return mwl(peers.configuration(tmp_path / "orthanc.json", section, DicomAlwaysAllowFindWorklist=True))

    return start


def ask(server, name):
    return play.play(server, play.load(name)["play"])


def write(folder, name, **named):
    """A worklist for the device: what it asks for in its step."""
    asked = play.load(name)["play"]["Keys"]["ScheduledProcedureStepSequence"][0]
    step = {"Modality": asked["Modality"], **named.pop("step", {})}
    return worklists.write(folder, f"{name}.wl", step, **named)


@pytest.mark.parametrize("name", NAMES)
def test_each_device_gets_its_list(serve, folder, name):
    """It is taken as it is, named in the log, and shown what is for it."""
    station = play.load(name)["play"]["Keys"]["ScheduledProcedureStepSequence"][0]["ScheduledStationAETitle"] or "CT1"
    write(folder, name, step={"ScheduledStationAETitle": station}, AccessionNumber="MINE")
    worklists.write(folder, "other.wl", {"Modality": "OT"}, AccessionNumber="OTHERS")
    server = serve(name)
    found = ask(server, name)
    assert found.status == raw.SUCCESS
    assert found.values("AccessionNumber") == ["MINE"]
    server.says(re.escape(f'has profile 1, "{play.load(name)["Name"]}", of {play.PROFILES / name}.json'))


@pytest.mark.parametrize("name", NAMES)
def test_each_says_where_it_is_known_from(name):
    assert len(play.load(name)["Source"]) > 40
    assert f"`{name}.json`" in (play.PROFILES.parent / "docs" / "PROFILES.md").read_text(encoding="utf-8")


def test_samsung_medison_v8(serve, folder):
    """Its context is accepted, and what it asks for in the wrong place is answered there, empty."""
    write(folder, "samsung-medison-v8")
    (answer,) = ask(serve("samsung-medison-v8"), "samsung-medison-v8").datasets
    assert "ScheduledProtocolCodeSequence" in answer and len(answer.ScheduledProtocolCodeSequence) == 0


def test_medison_accuvix(serve, folder):
    """An entry for nobody is on its list, and on no other device's; the log counts it."""
    write(folder, "medison-accuvix", step={"ScheduledStationAETitle": None})
    assert ask(serve(), "medison-accuvix").count == 0
    server = serve("medison-accuvix")
    assert ask(server, "medison-accuvix").count == 1
    server.says(r"1 entries that name no station \(ShowEntriesWithoutStation\), 1 by now")


def test_siemens_axiom_aristos(serve, folder):
    empty = Dataset()
    empty.CodeMeaning = "CHEST PA"
    empty.CodeValue = empty.CodingSchemeDesignator = ""
    write(folder, "siemens-axiom-aristos", step={"ScheduledProtocolCodeSequence": [empty]}, RequestedProcedureCodeSequence=[empty])
    name = "siemens-axiom-aristos"
    (bent,), (plain,) = ask(serve(name), name).datasets, ask(serve(), name).datasets
    for answer, items in (bent, 0), (plain, 1):
        sequences = [answer, answer.ScheduledProcedureStepSequence[0]]
        counts = [len(s.get(k, [])) for s, k in zip(sequences, ("RequestedProcedureCodeSequence", "ScheduledProtocolCodeSequence"))]
        assert counts == [items, items]


def test_esaote_o_scan(serve, folder):
    """A list that was cut ends with success."""
    for number in range(3):
        worklists.write(folder, f"{number}.wl", {"Modality": "MR"})
    assert ask(serve(LimitAnswers=2), "esaote-o-scan").status == 0xA700
    bent = ask(serve("esaote-o-scan", LimitAnswers=2), "esaote-o-scan")
    assert (bent.status, bent.count, set(bent.pending)) == (raw.SUCCESS, 2, {0xFF00})


def test_ge_brivo_xr118(serve, folder):
    """All that it asks for is there, empty if it is not known."""
    nothing = {name: None for name in ("PatientWeight", "ReferringPhysicianName", "RequestingPhysician", "RequestedProcedureDescription")}
    write(folder, "ge-brivo-xr118", step={"ScheduledPerformingPhysicianName": None}, **nothing)
    (answer,) = ask(serve("ge-brivo-xr118"), "ge-brivo-xr118").datasets
    asked = play.load("ge-brivo-xr118")["play"]["Keys"]
    assert set(asked) <= {element.keyword for element in answer}
    assert set(asked["ScheduledProcedureStepSequence"][0]) <= {e.keyword for e in answer.ScheduledProcedureStepSequence[0]}
    step = answer.ScheduledProcedureStepSequence[0]
    assert all((answer.PatientName, answer.PatientID, answer.StudyInstanceUID, step.ScheduledStationAETitle, step.ScheduledProcedureStepStartDate))


def test_ge_lightspeed(serve, folder):
    """Group lengths, in the item too, are neither keys nor answered."""
    write(folder, "ge-lightspeed")
    (answer,) = ask(serve("ge-lightspeed"), "ge-lightspeed").datasets
    assert not [e.tag for e in list(answer) + list(answer.ScheduledProcedureStepSequence[0]) if e.tag.element == 0]


def test_ct_short_address(serve, folder):
    write(folder, "ct-short-address", PatientAddress="Rue de la République 1, " * 4, SpecificCharacterSet="ISO_IR 100")
    (answer,) = ask(serve("ct-short-address"), "ct-short-address").datasets
    assert answer.PatientAddress == ("Rue de la République 1, " * 4)[:64].rstrip()
