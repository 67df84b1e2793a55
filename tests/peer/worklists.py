"""Worklist files for the tests, written by pydicom -- not by the program that is to read them."""

import os
import random

from pydicom.dataset import Dataset, FileMetaDataset

import raw

# Enough for PS3.4 Table K.6-1: every attribute of type 1, most of type 2.
TOP = {
    "SpecificCharacterSet": "ISO_IR 100",
    "AccessionNumber": "ACC0001",
    "ReferringPhysicianName": "Quantz^Johann",
    "PatientName": "Bach^Johann",
    "PatientID": "PID0001",
    "PatientBirthDate": "16850331",
    "PatientSex": "M",
    "StudyInstanceUID": "2.25.1",
    "RequestedProcedureID": "RP0001",
    "RequestedProcedureDescription": "CT of the head",
    "RequestingPhysician": "Telemann^Georg",
    "PatientWeight": "80",
    "MedicalAlerts": "",
    "Allergies": "",
    "AdmissionID": "ADM1",
    "CurrentPatientLocation": "Ward 3",
    "ConfidentialityConstraintOnPatientDataDescription": "",
    "RequestedProcedurePriority": "ROUTINE",
    "PatientTransportArrangements": "",
    "SpecialNeeds": "",
    "PatientState": "",
    "PregnancyStatus": 4,
}
STEP = {
    "Modality": "CT",
    "ScheduledStationAETitle": "CT1",
    "ScheduledProcedureStepStartDate": "20260105",
    "ScheduledProcedureStepStartTime": "0800",
    "ScheduledPerformingPhysicianName": "Haendel^Georg",
    "ScheduledProcedureStepDescription": "CT head plain",
    "ScheduledProcedureStepID": "SPS0001",
    "ScheduledStationName": "ROOM1",
    "ScheduledProcedureStepLocation": "Basement",
    "ScheduledProcedureStepStatus": "SCHEDULED",
}


def _fill(dataset, defaults, given):
    for name, value in {**defaults, **given}.items():
        if value is not None:  # None takes an attribute away
            setattr(dataset, name, value)
    return dataset


def dataset(steps=({},), **attributes):
    """A worklist entry: the defaults above, what is given put over them, None leaving an attribute out."""
    top = _fill(Dataset(), TOP, attributes)
    if steps is not None:
        top.ScheduledProcedureStepSequence = [_fill(Dataset(), STEP, step) for step in steps]
    return top


def part10(entry, syntax=raw.EXPLICIT):
    """The bytes of a Part 10 file (PS3.10 7.1)."""
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = raw.WORKLIST
    meta.MediaStorageSOPInstanceUID = "2.25.99"
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = "2.25.98"
    body = raw.encode(meta, raw.EXPLICIT)
    head = b"\2\0\0\0UL\4\0" + len(body).to_bytes(4, "little")
    return bytes(128) + b"DICM" + head + body + raw.encode(entry, syntax)


def encode(step=None, syntax=raw.EXPLICIT, steps=None, **attributes):
    return part10(dataset(steps if steps is not None else (step or {},), **attributes), syntax)


# A whole file, and files that are set aside, each for a reason of its own.
GOOD = encode()
BAD = {
    "junk.wl": random.Random(1).randbytes(3000),
    "five.wl": b"junk!",
    "empty.wl": b"",
    "cut.wl": GOOD[: len(GOOD) // 2],
    "cut-early.wl": GOOD[:140],
    "preamble.wl": GOOD[:132],
    "oversized.wl": encode(TextValue="x" * (2 << 20), syntax=raw.IMPLICIT),
    "no-step.wl": part10(dataset(None)),
    "no-item.wl": part10(dataset(())),
    "steps-257.wl": encode(steps=[{"ScheduledProcedureStepID": str(n)} for n in range(257)]),
    "text.wl": b"(0008,0050) SH [ACC]\n" * 20,
    "length.wl": GOOD.replace(b"\x10\x00\x20\x00LO\x08\x00", b"\x10\x00\x20\x00LO\xf0\xff"),
}


def everything():
    """A query for every entry and all that it holds: about 450 bytes an answer, so that a crowd of 20,000 is more than
    the system buffers for a socket whose peer does not read."""
    query = raw.keys(**{name: "" for name in TOP if name != "SpecificCharacterSet"})
    query.ScheduledProcedureStepSequence = []
    return query


def put(folder, name, data):
    """Makes a file appear whole: written under another name, then renamed."""
    hidden = os.path.join(folder, f".{name}.tmp")
    with open(hidden, "wb") as file:
        file.write(data)
    os.rename(hidden, os.path.join(folder, name))
    return os.path.join(folder, name)


def write(folder, name="a.wl", step=None, **named):
    return put(folder, name, encode(step, **named))


def numbered(count, template=None):
    """Many whole files quickly: (name, bytes) with the accession number, patient and step counted."""
    data = template or encode(
        {"ScheduledProcedureStepID": "S@@@@@@@"}, AccessionNumber="A@@@@@@@", PatientID="P@@@@@@@"
    )
    for number in range(count):
        yield f"{number:07d}.wl", data.replace(b"@@@@@@@", b"%07d" % number)


def crowd(folder, files, steps=256):
    """`files` files of `steps` steps each: entries by the thousand, small enough for the limits of a file."""
    rows = [
        {
            "Modality": "MR",
            "ScheduledStationAETitle": "MR1",
            "ScheduledProcedureStepStartDate": "20260105",
            "ScheduledProcedureStepStartTime": f"{8 + n // 60:02d}{n % 60:02d}",
            "ScheduledProcedureStepID": f"S{n}",
            **{name: None for name in STEP if name.startswith(("ScheduledPer", "ScheduledStationN"))},
            "ScheduledProcedureStepDescription": "x",
            "ScheduledProcedureStepLocation": None,
            "ScheduledProcedureStepStatus": None,
        }
        for n in range(steps)
    ]
    template = part10(dataset(rows, AccessionNumber="A@@@@@@@", PatientID="P@@@@@@@"))
    for name, data in numbered(files, template):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    return files * steps
