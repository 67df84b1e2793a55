"""What each worklist entry says in each of its versions, so that an answer alone tells whether it is whole and how old it is.

An entry is a name ("E0000012", the file E0000012.wl) and the number of its version. All that it says follows from the two: the
version stands at four places on three levels, and it moves the entry to another station, day and number of steps, so that
an index that lags behind shows as well as a value that does."""

import functools
import re

from pydicom.charset import convert_encodings
from pydicom.dataelem import DataElement_from_raw, RawDataElement
from pydicom.dataset import Dataset

import raw
import worklists

STATIONS = (("CT", "CT1"), ("CT", "CT2"), ("MR", "MR1"), ("US", "US1"), ("XA", "XA1"))
DAYS = tuple(f"202601{day:02d}" for day in range(5, 12))
NAMES = (
    ("ISO_IR 100", "Bach^Johann"),
    ("ISO_IR 100", "Händel^Georg"),
    ("ISO_IR 192", "Dvořák^Antonín"),
    ("ISO_IR 144", "Глинка^Михаил"),
    (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎"),
    ("ISO_IR 192", "Bachmann^Anna"),
)
ACCESSION = re.compile(r"([ES]\d{7})V(\d{6})")
CROWD = {"Modality": "OT", "ScheduledStationAETitle": "STORM"}
UID = "1.2.826.0.1.3680043.9.9999.31"


class Torn(Exception):
    """An answer that no version of an entry gives."""


def entry(number):
    return f"E{number:07d}"


def crowd(number):
    """An entry of the storm: many, of one version, with a letter of their own."""
    return f"S{number:07d}"


def is_crowd(name):
    return name[0] == "S"


@functools.lru_cache(maxsize=1 << 16)
def facts(name, version):
    """(what it says at the top, what its steps say), by keyword, every value as text."""
    if is_crowd(name):
        top = {"PatientID": name, "AccessionNumber": f"{name}V000000"}
        return {**worklists.TOP, **top}, ({**worklists.STEP, **CROWD},)
    number = int(name[1:])
    charset, patient = NAMES[number % len(NAMES)]
    modality, station = STATIONS[(number + version) % len(STATIONS)]
    top = {
        "SpecificCharacterSet": charset,
        "PatientName": patient,
        "PatientID": name,
        "AccessionNumber": f"{name}V{version:06d}",
        "StudyInstanceUID": f"{UID}.{number + 1}.{version + 1}",
        "RequestedProcedureID": f"V{version:06d}",
        "PatientWeight": str(version),
    }
    step = {
        "Modality": modality,
        "ScheduledStationAETitle": station,
        "ScheduledProcedureStepStartDate": DAYS[(number * 3 + version) % len(DAYS)],
        "ScheduledProcedureStepDescription": "x" * (version % 60),
    }
    steps = tuple(
        {
            **worklists.STEP,
            **step,
            "ScheduledProcedureStepStartTime": f"{8 + (number + version + n) % 10:02d}00",
            "ScheduledProcedureStepID": f"V{version:06d}.{n}",
        }
        for n in range(1 + (number + version) % 3)
    )
    return {**worklists.TOP, **top}, steps


def _protocol(version):
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = f"C{version}", "99SOAK", "protocol"
    return [code]


def file(name, version, chance):
    """The bytes of its file, in one of the transfer syntaxes."""
    top, steps = facts(name, version)
    steps = [{**step, "ScheduledProtocolCodeSequence": _protocol(version)} for step in steps]
    syntax = chance.choice((raw.EXPLICIT, raw.IMPLICIT, raw.DEFLATED, raw.BIG_ENDIAN))
    return worklists.encode(steps=steps, syntax=syntax, **top)


def storm(count):
    """(entry, bytes) of a crowd, all made from one file."""
    template = worklists.encode(CROWD, AccessionNumber="S@@@@@@@V000000", PatientID="S@@@@@@@")
    for number, (_, data) in enumerate(worklists.numbered(count, template)):
        yield crowd(number), data


# -- reading answers ---------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=1 << 16)
def _text(charset, *raw_element):
    """(keyword, value) of an element, as text. Most values come again and again, and pydicom takes its time for each."""
    element = DataElement_from_raw(RawDataElement(*raw_element), charset)
    return element.keyword, "" if element.value is None else str(element.value)


@functools.lru_cache(maxsize=64)
def _encodings(value):
    """Python's names for what (0008,0005) says; items of a sequence inherit them (PS3.5 7.5.3)."""
    return tuple(convert_encodings(value.decode("ascii").strip().split("\\"))) if value else ("iso8859",)


def _compare(shown, said, charset, what):
    """Every value that is shown with what is said; gives what is shown."""
    values = {}
    for tag in shown.keys():
        element = shown.get_item(tag)
        if not isinstance(element, RawDataElement):
            continue  # a sequence
        keyword, value = _text(charset, tag, element.VR, element.length, element.value, 0, element.is_implicit_VR, element.is_little_endian)
        values[keyword] = value
        if keyword in said and keyword != "SpecificCharacterSet" and value != str(said[keyword]):
            raise Torn(f"{what}: {keyword} is {value!r} and not {said[keyword]!r}")
    return values


def _step(shown, steps, version, charset, what):
    values = _compare(shown, {}, charset, what)
    matching = [n for n, said in enumerate(steps) if said["ScheduledProcedureStepID"] == values.get("ScheduledProcedureStepID")]
    if not matching:
        raise Torn(f"{what}: step {values.get('ScheduledProcedureStepID')!r}")
    _compare(shown, steps[matching[0]], charset, what)
    for code in shown.get("ScheduledProtocolCodeSequence", ()):
        _compare(code, {"CodeValue": f"C{version}"}, charset, what)
    return matching[0]


# The same bytes say the same: of what is asked again and again little has to be read anew.
@functools.lru_cache(maxsize=1 << 16)
def read(data, syntax):
    """(entry, version, number of the step or None where no step was asked for); Torn if it says anything else than that
    version does."""
    shown = raw.decode(data, syntax)
    charset = shown.get_item("SpecificCharacterSet") if "SpecificCharacterSet" in shown else None
    charset = _encodings(getattr(charset, "value", None))
    accession = shown.get_item("AccessionNumber").value if "AccessionNumber" in shown else b""
    found = ACCESSION.fullmatch((accession or b"").decode("ascii", "replace").strip())
    if not found:
        raise Torn(f"accession number {accession!r}")
    name, version = found.group(1), int(found.group(2))
    top, steps = facts(name, version)
    what = f"{name} version {version}"
    _compare(shown, top, charset, what)
    items = shown.get("ScheduledProcedureStepSequence")
    if items is None or is_crowd(name):
        return name, version, None if items is None else 0
    if len(items) != 1:
        raise Torn(f"{what}: {len(items)} steps in one answer")
    return name, version, _step(items[0], steps, version, charset, what)


def place(name, version, step):
    """By which the answers to one query are in order."""
    said = facts(name, version)[1][step]
    return said["ScheduledProcedureStepStartDate"], said["ScheduledProcedureStepStartTime"], said["ScheduledProcedureStepID"]

