"""The queries that modalities send, each with the rule by which the oracle knows what they find.

The rules are written from PS3.4 C.2.2.2 for these keys alone, not taken from the server. Every query asks for the accession
number, by which an answer is recognised; what else it wants back is compared too."""

import entries
import raw

# Keys that every query asks back at the step, but the one that asks for no step.
STEP = {"ScheduledProcedureStepID": "", "Modality": "", "ScheduledProcedureStepStartDate": ""}
TOP = {"AccessionNumber": "", "PatientID": "", "PatientName": "", "RequestedProcedureID": "", "PatientWeight": ""}
PREFIXES = ("Bach", "bach^", "Händel", "DVOŘÁK", "Глинка", "Yamada", "Nobody", "h", "")


class Query:
    cancelled = False  # whether a C-CANCEL was sent
    crowd = False  # whether it finds the entries of the storm, or the others

    def __init__(self, kind, matches, step=None, charset="ISO_IR 192", **top):
        self.kind, self.matches = kind, matches
        self.identifier = raw.keys(None if step is None else {**STEP, **step}, **{**TOP, **top})
        if charset:
            self.identifier.SpecificCharacterSet = charset

    def __repr__(self):
        return f"query {self.kind}: {' '.join(str(self.identifier).split())}"


def ours(top):
    return top["PatientID"][0] == "E"


def by_station(chance, _):
    """What a scanner asks for all day: its own station, its modality, a day or some."""
    modality, station = chance.choice(entries.STATIONS)
    days = sorted(chance.sample(entries.DAYS, 2))
    range_ = chance.choice((days[0], "-".join(days), f"{days[0]}-", f"-{days[1]}"))
    first, _, last = range_.partition("-")
    last = last or ("99999999" if "-" in range_ else first)

    def matches(_, step):
        same = step["Modality"] == modality and step["ScheduledStationAETitle"] == station
        return same and first <= step["ScheduledProcedureStepStartDate"] <= last

    return Query(
        "by station",
        matches,
        {"Modality": modality, "ScheduledStationAETitle": station, "ScheduledProcedureStepStartDate": range_},
        charset=chance.choice(("ISO_IR 100", "ISO_IR 192", None)),
        SpecialNeeds="",
    )


def by_patient(chance, some):
    name, _ = some(chance)
    return Query("by patient", lambda top, _: top["PatientID"] == name, {}, PatientID=name)


def by_accession(chance, some):
    """One version of one entry, which may just be replaced by another."""
    name, version = some(chance)
    accession = entries.facts(name, max(0, version - chance.choice((0, 0, 1))))[0]["AccessionNumber"]
    return Query("by accession", lambda top, _: top["AccessionNumber"] == accession, {}, AccessionNumber=accession)


def by_study(chance, some):
    """A list of UIDs (PS3.4 C.2.2.2.2)."""
    uids = [entries.facts(*some(chance))[0]["StudyInstanceUID"] for _ in range(3)]
    return Query("by study", lambda top, _: ours(top) and top["StudyInstanceUID"] in uids, {}, StudyInstanceUID=uids)


def by_name(chance, _):
    """A prefix in any case of letters (PS3.4 C.2.2.2.1.1, C.2.2.2.4), for our entries alone."""
    prefix = chance.choice(PREFIXES)

    def matches(top, _):
        return ours(top) and top["PatientName"].casefold().startswith(prefix.casefold())

    return Query("by name", matches, {}, PatientName=f"{prefix}*", PatientID="E*")


def by_step(chance, some):
    """An ID of a step: every entry of that version."""
    _, version = some(chance)
    wanted = f"V{version:06d}.{chance.randrange(3)}"
    return Query("by step", lambda _, step: step["ScheduledProcedureStepID"] == wanted, {"ScheduledProcedureStepID": wanted})


def everything(chance, _):
    """Universal keys; a step of zero length wants all of it back, codes included (PS3.4 C.2.2.2.6)."""
    query = Query("everything", lambda top, _: ours(top), {}, PatientID="E*", StudyInstanceUID="", MedicalAlerts="")
    if chance.randrange(2):
        query.identifier.ScheduledProcedureStepSequence = []
    return query


def with_codes(_, __):
    """A sequence in the sequence, of which two attributes are wanted."""
    query = Query("with codes", lambda top, _: ours(top), {"ScheduledProtocolCodeSequence": []}, PatientID="E*")
    query.identifier.ScheduledProcedureStepSequence[0].ScheduledProtocolCodeSequence = [raw.keys(CodeValue="", CodingSchemeDesignator="")]
    return query


def without_steps(_, __):
    return Query("without steps", lambda top, _: ours(top), None, PatientID="E*")


def by_digit(chance, _):
    """A wild card for single characters, whose answers follow no index."""
    digit = chance.randrange(10)
    return Query("by digit", lambda top, _: ours(top) and top["PatientID"][-1] == str(digit), {}, PatientID=f"E??????{digit}")


KINDS = (
    *[by_station] * 6,
    *[by_patient] * 4,
    *[by_accession] * 4,
    *[by_study] * 2,
    *[by_step] * 2,
    *[by_name] * 2,
    *[by_digit] * 2,
    everything,
    with_codes,
    without_steps,
)



def crowd():
    """All of the storm: little of each, there are many."""
    query = Query("crowd", lambda top, _: top["PatientID"][0] == "S", None, PatientID="S*")
    query.crowd = True
    for keyword in ("PatientName", "RequestedProcedureID", "PatientWeight"):
        delattr(query.identifier, keyword)
    return query


def one(chance, some):
    return chance.choice(KINDS)(chance, some)
