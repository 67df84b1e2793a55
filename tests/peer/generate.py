"""Worklists and queries made by a seed: what the comparisons with wlmscpfs and with Orthanc's sample plugin run on.

Entries are what a department holds -- a few names, stations and days that repeat, so that most queries find something but
not everything -- with every attribute of type 1, and any of the others missing, empty or there. Queries are lists of keys
in findscu's notation, `.Name` standing for an attribute of the Scheduled Procedure Step.
"""

import random

import raw
import worklists

NAMES = {
    "ISO_IR 100": ["Bach^Johann", "Bach^Anna Magdalena", "BACH^CARL", "Händel^Georg", "Strauß^Richard", "Grieg^Edvard^^Dr"],
    "ISO_IR 192": ["Händel^Georg", "Dvořák^Antonín", "Bach^Ännchen"],
    None: ["Bach^Johann", "Haydn^Joseph", "Haydn^Michael^^^Jr", "Mozart^Wolfgang", "Mozart^Nannerl", "O'Neill^Eliza"],
}
DOCTORS = ["Quantz^Johann", "Telemann^Georg", "Czerny^Carl", ""]
MODALITIES = ["CT", "MR", "US", "CR"]
STATIONS = ["CT1", "CT2", "MR1", "US1", "CT1\\CT2", "MR1\\MR2\\CT1"]
DATES = ["20260104", "20260105", "20260105", "20260106", "2026.01.06", "20260107", "20260201"]
TIMES = ["0730", "080000", "0800", "081530", "1200", "120000.500000", "1630", "183000", "16:30:00", "2359"]
CODES = [("CT-HEAD", "99MWL", "CT of head"), ("CT-CHEST", "99MWL", "CT of chest"), ("MR-KNEE", "99LOCAL", "Knee")]
SERVICES = ["Neurology", "Surgery", ""]

# Where an attribute that nobody insists on may be missing, empty or filled.
OPTIONAL = {
    "AccessionNumber": lambda r, n: f"ACC{n:04d}",
    "ReferringPhysicianName": lambda r, n: r.choice(DOCTORS),
    "RequestingPhysician": lambda r, n: r.choice(DOCTORS),
    "PatientBirthDate": lambda r, n: r.choice(["16850331", "17560127", "18330507", "20000229"]),
    "PatientSex": lambda r, n: r.choice("MFO"),
    "PatientWeight": lambda r, n: r.choice(["80", "62.5", "3.2"]),
    "AdmissionID": lambda r, n: f"ADM{n % 7}",
    "IssuerOfPatientID": lambda r, n: r.choice(["HOSPITAL", "CLINIC"]),
    "CurrentPatientLocation": lambda r, n: f"Ward {n % 4}",
    "RequestedProcedurePriority": lambda r, n: r.choice(["ROUTINE", "STAT", "HIGH"]),
    "MedicalAlerts": lambda r, n: r.choice(["Pacemaker", "Pacemaker\\Diabetes"]),
    "Allergies": lambda r, n: "Iodine",
    "PatientState": lambda r, n: "calm",
    "SpecialNeeds": lambda r, n: "wheelchair",
    "PatientTransportArrangements": lambda r, n: "bed",
    "ReasonForTheRequestedProcedure": lambda r, n: "fall",
    "RequestingService": lambda r, n: r.choice(SERVICES),
    "EthnicGroup": lambda r, n: "",
    "PatientComments": lambda r, n: "talks much; likes  music",
}
OPTIONAL_STEP = {
    "ScheduledPerformingPhysicianName": lambda r, n: r.choice(DOCTORS),
    "ScheduledStationName": lambda r, n: r.choice(["ROOM1", "ROOM2"]),
    "ScheduledProcedureStepLocation": lambda r, n: "Basement",
    "ScheduledProcedureStepStatus": lambda r, n: r.choice(["SCHEDULED", "ARRIVED"]),
    "PreMedication": lambda r, n: "none",
    "CommentsOnTheScheduledProcedureStep": lambda r, n: "bring old images",
    "RequestedContrastAgent": lambda r, n: "Iodine",
}


def _code(row):
    item = worklists.Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = row
    return item


def _options(chance, table, number):
    """Each there, empty or missing."""
    out = {}
    for name, make in table.items():
        fate = chance.random()
        out[name] = None if fate < 0.15 else "" if fate < 0.3 else make(chance, number)
    return out


def entries(seed, count):
    """{file name: data set}"""
    chance = random.Random(seed)
    made = {}
    for number in range(count):
        charset = chance.choice([None, None, "ISO_IR 100", "ISO_IR 192"])
        step = {
            "Modality": chance.choice(MODALITIES),
            "ScheduledStationAETitle": chance.choice(STATIONS),
            "ScheduledProcedureStepStartDate": chance.choice(DATES),
            "ScheduledProcedureStepStartTime": chance.choice(TIMES),
            "ScheduledProcedureStepID": f"SPS{number:04d}",
            "ScheduledProcedureStepDescription": chance.choice(["Head plain", "Chest", "Knee left"]),
            **_options(chance, OPTIONAL_STEP, number),
        }
        top = {name: None for name in worklists.TOP}
        top.update(
            SpecificCharacterSet=charset,
            PatientName=chance.choice(NAMES[charset]),
            PatientID=f"PID{number % 40:04d}",
            StudyInstanceUID=f"2.25.{1000 + number}",
            RequestedProcedureID=f"RP{number % 50:04d}",
            RequestedProcedureDescription=chance.choice(["CT of the head", "Chest", "MR of the knee"]),
            PregnancyStatus=chance.choice([None, 1, 2, 4]),
            **_options(chance, OPTIONAL, number),
        )
        entry = worklists.dataset([step], **top)
        codes = chance.sample(CODES, chance.randrange(3))
        if codes:
            entry.ScheduledProcedureStepSequence[0].ScheduledProtocolCodeSequence = [_code(c) for c in codes]
        if chance.random() < 0.5:
            entry.RequestedProcedureCodeSequence = [_code(chance.choice(CODES))]
        made[f"{number:04d}.wl"] = entry
    return made


def _several_steps(chance, entry):
    """Two or three steps in one requested procedure."""
    first = entry.ScheduledProcedureStepSequence[0]
    for number in range(chance.randrange(1, 3)):
        step = worklists.Dataset()
        step.update(first)
        step.Modality = chance.choice(MODALITIES)
        step.ScheduledStationAETitle = chance.choice(STATIONS)
        step.ScheduledProcedureStepStartDate = chance.choice(DATES)
        step.ScheduledProcedureStepID = f"{first.ScheduledProcedureStepID}-{number}"
        entry.ScheduledProcedureStepSequence.append(step)
    return raw.EXPLICIT, entry


def _private(chance, entry):
    entry.private_block(0x0011, "MAKER", create=True).add_new(1, "LO", chance.choice(["ONE", "TWO"]))
    entry.ScheduledProcedureStepSequence[0].private_block(0x0041, "MAKER", create=True).add_new(2, "LO", "THREE")
    return raw.EXPLICIT, entry


def _group_lengths(chance, entry):
    for level in (entry, entry.ScheduledProcedureStepSequence[0]):
        for group in {e.tag.group for e in level}:
            level.add_new((group, 0x0000), "UL", 0)  # as wrong as they often are
    return raw.IMPLICIT, entry


def _nothing(name):
    def without(chance, entry):
        delattr(entry, name)
        return raw.EXPLICIT, entry

    return without


def _no_item(chance, entry):
    entry.ScheduledProcedureStepSequence = []
    return raw.EXPLICIT, entry


def _names(chance, entry):
    """Names with what says nothing at their end, and in three groups."""
    entry.SpecificCharacterSet = "ISO_IR 192"
    entry.PatientName = chance.choice(["Bach^Johann^^^", "Haydn^Joseph^", "Taki^Rentaro=瀧^廉太郎=たき^れんたろう"])
    entry.ScheduledProcedureStepSequence[0].ScheduledPerformingPhysicianName = chance.choice(["Quantz^Johann^^", "Czerný^Carl"])
    return raw.EXPLICIT, entry


# What a department has now and then: a function for each kind, which changes an entry and chooses the file's transfer syntax.
ODDITIES = {
    "several-steps": _several_steps,
    "private": _private,
    "group-lengths": _group_lengths,
    "no-step-sequence": _nothing("ScheduledProcedureStepSequence"),
    "no-step": _no_item,
    "names": _names,
    "big-endian": lambda chance, entry: (raw.BIG_ENDIAN, entry),
    "deflated": lambda chance, entry: (raw.DEFLATED, entry),
}


def oddities(seed, each):
    """{file name: (transfer syntax, data set)}: so many entries of each kind."""
    chance = random.Random(seed)
    made = {}
    rows = iter(entries(seed, each * len(ODDITIES)).values())
    for kind, make in ODDITIES.items():
        for number in range(each):
            entry = next(rows)
            entry.StudyInstanceUID += "." + str(list(ODDITIES).index(kind))
            made[f"{kind}-{number}.wl"] = make(chance, entry)
    return made


CODE = ".ScheduledProtocolCodeSequence[0]"
RETURN = (
    list(OPTIONAL)
    + ["PatientName", "PatientID", "StudyInstanceUID", "RequestedProcedureID", "RequestedProcedureDescription"]
    + ["PregnancyStatus", "RequestedProcedureCodeSequence[0].CodeValue", "RequestedProcedureCodeSequence[0].CodeMeaning"]
    + [f".{name}" for name in OPTIONAL_STEP]
    + [".Modality", ".ScheduledStationAETitle", ".ScheduledProcedureStepDescription"]
    + [f"{CODE}.CodeValue", f"{CODE}.CodingSchemeDesignator"]
)


def _name(chance):
    return chance.choice(
        ["Bach*", "Haydn^Joseph", "*o*", "Mozart^*", "H?ndel*", "Händel^Georg", "bach^johann", "BACH*", "???????^*", "Dvo*", "*^Ä*"]
    )


def _dates(chance):
    low, high = sorted(chance.sample(sorted({d for d in DATES if d.isdigit()}), 2))
    return chance.choice([f"{low}-{high}", f"{low}-", f"-{high}"])


def _times(chance):
    return chance.choice(["0800-1200", "080000-163000", "1200-", "-1200", "-081530", "0000-2359"])


# One kind of query a row: its name, and a function that draws the keys.
KINDS = {
    "modality": lambda r: {".Modality": r.choice(MODALITIES)},
    "station": lambda r: {".ScheduledStationAETitle": r.choice(["CT1", "CT2", "MR2", "NOBODY", "ct1"])},
    "date": lambda r: {".ScheduledProcedureStepStartDate": r.choice(DATES)},
    "date range": lambda r: {".ScheduledProcedureStepStartDate": _dates(r)},
    "time": lambda r: {".ScheduledProcedureStepStartTime": r.choice(["0800", "080000", "1200", "120000", "2359"])},
    "time range": lambda r: {".ScheduledProcedureStepStartTime": _times(r)},
    "day and hours": lambda r: {
        ".ScheduledProcedureStepStartDate": r.choice(DATES),
        ".ScheduledProcedureStepStartTime": _times(r),
    },
    "interval": lambda r: {
        ".ScheduledProcedureStepStartDate": "20260105-20260107",
        ".ScheduledProcedureStepStartTime": r.choice(["0900-1600", "080000-120000", "1200-0800"]),
    },
    "open interval": lambda r: {
        ".ScheduledProcedureStepStartDate": "20260105-",
        ".ScheduledProcedureStepStartTime": "1200-",
    },
    "usual query of a scanner": lambda r: {
        ".Modality": r.choice(MODALITIES),
        ".ScheduledStationAETitle": r.choice(["CT1", "MR1"]),
        ".ScheduledProcedureStepStartDate": _dates(r),
    },
    "name": lambda r: {"PatientName": _name(r)},
    "patient ID": lambda r: {"PatientID": r.choice(["PID0007", "PID0013", "NOSUCH", "pid0007"])},
    "accession number": lambda r: {"AccessionNumber": r.choice(["ACC0003", "ACC00*", "*7", "ACC?01?", "*"])},
    "requested procedure ID": lambda r: {"RequestedProcedureID": r.choice(["RP0001", "RP000?", "*1*"])},
    "birth date": lambda r: {"PatientBirthDate": r.choice(["16850331", "17000101-18000101", "-19000101"])},
    "sex": lambda r: {"PatientSex": r.choice("MF")},
    "physicians": lambda r: {
        r.choice(["ReferringPhysicianName", "RequestingPhysician", ".ScheduledPerformingPhysicianName"]): r.choice(
            ["Quantz*", "Telemann^Georg", "*^C*"]
        )
    },
    "admission": lambda r: {"AdmissionID": r.choice(["ADM3", "ADM*"]), "IssuerOfPatientID": r.choice(["CLINIC", ""])},
    "priority": lambda r: {"RequestedProcedurePriority": r.choice(["STAT", "ROUTINE"]), ".Modality": r.choice(["CT", ""])},
    "step ID": lambda r: {".ScheduledProcedureStepID": r.choice(["SPS0004", "SPS00?1"])},
    "protocol code": lambda r: {f"{CODE}.CodeValue": r.choice(["CT-HEAD", "MR-*"]), f"{CODE}.CodingSchemeDesignator": ""},
    "study": lambda r: {"StudyInstanceUID": r.choice(["2.25.1004", "2.25.1004\\2.25.1009"])},
    "name and day": lambda r: {"PatientName": _name(r), ".ScheduledProcedureStepStartDate": _dates(r)},
    "wild card": lambda r: r.choice(
        [{".Modality": "C?"}, {".ScheduledStationAETitle": "CT*"}, {"PatientID": "PID00*"}, {".Modality": "*"}]
    ),
    "several values": lambda r: {"AccessionNumber": "ACC0003\\ACC0010\\ACC0011"},
    "everything": lambda r: {},
}


# Further ones, for a server that matches on any attribute.
MORE_KINDS = {
    "second station": lambda r: {".ScheduledStationAETitle": r.choice(["CT2", "MR2", "?T2", "CT1\\MR1"])},
    "star": lambda r: {r.choice(["AccessionNumber", "PatientState", ".ScheduledStationName", "AdmissionID"]): "*"},
    "star for a date": lambda r: {".ScheduledProcedureStepStartDate": "*"},
    "name with an empty end": lambda r: {"PatientName": r.choice(["Bach^Johann^^", "Haydn^Joseph", "bach^johann^"])},
    "ideographic name": lambda r: {"PatientName": r.choice(["*瀧*", "瀧^廉太郎", "=瀧^廉太郎", "Taki^Rentaro"])},
    "letter case": lambda r: {r.choice(["PatientID", "AccessionNumber"]): r.choice(["pid00*", "acc00*"])},
    "number": lambda r: {"PatientWeight": r.choice(["80", "80.0", "62.50", "3.2"])},
    "pregnancy": lambda r: {"PregnancyStatus": r.choice([1, 2, 4])},
    "text": lambda r: {r.choice(["PatientComments", ".CommentsOnTheScheduledProcedureStep"]): r.choice(["*music", "bring*", "t*s*"])},
    "code sequence": lambda r: {"RequestedProcedureCodeSequence[0].CodeValue": r.choice(["CT-HEAD", "CT-*"])},
    "whole sequence": lambda r: {r.choice(["RequestedProcedureCodeSequence", ".ScheduledProtocolCodeSequence"]): ""},
    "physician in the step": lambda r: {".ScheduledPerformingPhysicianName": r.choice(["Quantz^Johann", "czern?^carl", "*^C*"])},
    "reference sequences": lambda r: {
        "ReferencedStudySequence[0].ReferencedSOPClassUID": "",
        "ReferencedStudySequence[0].ReferencedSOPInstanceUID": "",
    },
    "uid": lambda r: {"StudyInstanceUID": r.choice(["2.25.1004", "2.25.1000.0\\2.25.1001.0", "2.25.*"])},
    "no step": lambda r: {"PatientSex": r.choice("MF"), ".ScheduledProcedureStepID": None},
    "all of the step": lambda r: {".ScheduledProcedureStepID": None, "ScheduledProcedureStepSequence": ""},
    "old date": lambda r: {".ScheduledProcedureStepStartDate": r.choice(["2026.01.06", "2026.01.01-2026.01.31"])},
}


def queries(seed, count, kinds=KINDS):
    """[(kind, {key: value})]: the keys that restrict, some that only return, always the three that identify an entry."""
    chance = random.Random(seed)
    names = list(kinds)
    made = []
    for number in range(count):
        kind = names[number % len(names)]
        keys = {name: "" for name in chance.sample(RETURN, chance.randrange(2, 12))}
        keys.update({"AccessionNumber": "", "StudyInstanceUID": "", ".ScheduledProcedureStepID": ""})
        keys.update(kinds[kind](chance))
        if keys[".ScheduledProcedureStepID"] is None:  # nothing of the step
            keys = {name: value for name, value in keys.items() if not name.startswith(".")}
        made.append((kind, keys))
    return made


def identifier(keys, charset=None):
    """Such keys as the data set of a C-FIND-RQ."""
    query = worklists.Dataset()
    if charset:
        query.SpecificCharacterSet = charset
    for name, value in keys.items():
        level = query
        *path, last = name.replace("[0]", "").split(".")
        for part in path:
            part = part or "ScheduledProcedureStepSequence"
            if not level.get(part):
                setattr(level, part, [worklists.Dataset()])
            level = level[part].value[0]
        setattr(level, last, [] if last.endswith("Sequence") else value)
    return query
