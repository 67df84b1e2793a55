"""The same queries over the same files, asked by findscu of mwl and of DCMTK's wlmscpfs.

Both must give the same entries, and the same value wherever both return an attribute. Where they do not, either one of the
rows of EXCEPTIONS explains it -- each narrow, each with the clause of the standard that decides, each a section of
docs/DIFFERENCES.md -- or mwl is at fault.
"""

import os
import re

import generate
import peers
import worklists
from differences import documented, explained, pattern, plain, stored

ENTRIES, QUERIES = 120, 120
SEED = int(os.environ.get("MWL_SEED", "20260105"))

# What wlmscpfs can match, from its manual page; any other key it takes as a return key.
MATCHED_BY_WLMSCPFS = {
    "AccessionNumber",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "RequestingPhysician",
    "AdmissionID",
    "RequestedProcedureID",
    "RequestedProcedurePriority",
    ".Modality",
    ".ScheduledStationAETitle",
    ".ScheduledProcedureStepStartDate",
    ".ScheduledProcedureStepStartTime",
    ".ScheduledPerformingPhysicianName",
}


class Setting:
    """The two servers, and the entries by step ID."""

    def __init__(self, mwl, wlmscpfs, root, entries):
        area = root / "ANY-SCP"
        area.mkdir(parents=True)
        (area / "lockfile").touch()
        for name, entry in entries.items():
            worklists.put(area, name, worklists.part10(entry))
        self.entries = {e.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID: e for e in entries.values()}
        self.mwl, self.dcmtk = mwl(area), wlmscpfs(root, "-csk")

    def ask(self, server, keys, charset):
        arguments = [f"{name}={value}" if value else name for name, value in keys.items()]
        if charset:
            arguments.append(f"SpecificCharacterSet={charset}")
        encoding = "latin-1" if charset == "ISO_IR 100" else "utf-8"
        return peers.findscu(server.port, *[a.encode(encoding).decode("utf-8", "surrogateescape") for a in arguments])


# -- differences that are known ----------------------------------------------------------------------------------------
# Each takes the query's keys, the entry, and says whether that entry's being found by one alone is explained.


def only_mwl_name_in_other_case(keys, entry):
    """wlmscpfs compares names byte by byte; here upper and lower case are one unless CaseSensitivePN."""
    return any(
        name.endswith(("Name", "Physician"))
        and value
        and any(pattern(value, re.I).match(v) and not pattern(value).match(v) for v in stored(entry, name))
        for name, value in keys.items()
    )


def only_mwl_name_in_other_character_set(keys, entry):
    """wlmscpfs compares the bytes of the file with the bytes of the query; here both are characters."""
    return any(
        value and "Name" in name and any(not v.isascii() and pattern(value, re.I).match(v) for v in stored(entry, name))
        for name, value in keys.items()
    )


def only_wlmscpfs_key_not_matched(keys, entry):
    """A key outside wlmscpfs's list restricts nothing there; here every attribute is matched."""
    for name, value in keys.items():
        if not value or name in MATCHED_BY_WLMSCPFS:
            continue
        if "CodeSequence" in name:
            sequence = entry.ScheduledProcedureStepSequence[0].get("ScheduledProtocolCodeSequence") or []
            if not any(pattern(value).match(item.CodeValue) for item in sequence):
                return True
        elif not any(pattern(one).match(v) for one in value.split("\\") for v in stored(entry, name)):
            return True
    return False


def only_wlmscpfs_byte_for_character(keys, entry):
    """One ? stands for one byte there and for one character here."""
    return any(
        value and "?" in value and any(not v.isascii() for v in stored(entry, name)) for name, value in keys.items()
    )


def only_mwl_wild_card(keys, entry):
    """Wild cards in keys for which Table K.6-1 has single value matching: taken as they stand by wlmscpfs."""
    return any(
        set(keys.get(name, "")) & set("*?") and any(pattern(keys[name]).match(v) for v in stored(entry, name))
        for name in (".Modality", ".ScheduledStationAETitle", "PatientID", "PatientSex")
    )


def only_mwl_end_of_range(keys, entry):
    """The end of a time range is filled up here and with zeros there: 120000.5 lies within -1200."""
    _, dash, end = keys.get(".ScheduledProcedureStepStartTime", "").partition("-")
    (time,) = stored(entry, ".ScheduledProcedureStepStartTime")
    return bool(dash and end) and len(time) > len(end) and time.startswith(end)


EXCEPTIONS_MWL = {
    "Less than full precision at the end of a range": only_mwl_end_of_range,
    "Wild cards in single value keys": only_mwl_wild_card,
    "Names in upper and lower case": only_mwl_name_in_other_case,
    "Character sets": only_mwl_name_in_other_character_set,
}
EXCEPTIONS_WLMSCPFS = {
    "Keys that restrict": only_wlmscpfs_key_not_matched,
    "Character sets": only_wlmscpfs_byte_for_character,
}
# Attributes whose value may differ where both return them: (heading, predicate on mwl's value, wlmscpfs's value).
EXCEPTIONS_VALUE = {
    "Pregnancy Status": lambda name, ours, theirs: name == "PregnancyStatus" and ours == "" and theirs == "4",
    "Code sequences": lambda name, ours, theirs: name.endswith("CodeSequence") and isinstance(theirs, list),
}
# Queries that wlmscpfs refuses with A900 and mwl answers.
EXCEPTIONS_REFUSED = {
    "Dates in their old form": lambda keys: "." in keys.get(".ScheduledProcedureStepStartDate", "")
    or ":" in keys.get(".ScheduledProcedureStepStartTime", ""),
}


def compare(setting, kind, keys, used):
    """The differences of one query that nothing explains."""
    text = "".join(keys.values())
    charset = None if text.isascii() else "ISO_IR 100"
    ours = setting.ask(setting.mwl, keys, charset)
    theirs = setting.ask(setting.dcmtk, keys, charset)
    where = f"{kind} {({k: v for k, v in keys.items() if v})}"
    if ours.status == 0 and theirs.status == 0xA900 and explained(EXCEPTIONS_REFUSED, keys):
        used.add(explained(EXCEPTIONS_REFUSED, keys))
        return []
    if ours.status != 0 or theirs.status != 0:
        return [f"{where}: final status {ours.status:04x} ({ours.comment}), wlmscpfs {theirs.status:04x} ({theirs.comment})"]
    found = []
    mine = dict(zip(ours.steps("ScheduledProcedureStepID"), ours.datasets))
    other = dict(zip(theirs.steps("ScheduledProcedureStepID"), theirs.datasets))
    assert len(mine) == len(ours.datasets), f"{where}: an entry twice"
    for step in sorted(mine.keys() ^ other.keys()):
        table = EXCEPTIONS_MWL if step in mine else EXCEPTIONS_WLMSCPFS
        heading = explained(table, keys, setting.entries[step])
        used.add(heading)
        if heading is None:
            values = {name: stored(setting.entries[step], name) for name in keys if keys[name]}
            found.append(f"{where}: {step} only by {'mwl' if step in mine else 'wlmscpfs'}: it has {values}")
    for step in sorted(mine.keys() & other.keys()):
        assert plain(mine[step].get("AccessionNumber")) == plain(other[step].get("AccessionNumber"))
        for level, (a, b) in {
            "": (mine[step], other[step]),
            ".": (mine[step].ScheduledProcedureStepSequence[0], other[step].ScheduledProcedureStepSequence[0]),
        }.items():
            for element in a:
                name = element.keyword
                if name in ("SpecificCharacterSet", "ScheduledProcedureStepSequence") or name not in b:
                    continue
                left, right = plain(element.value), plain(b.get(name))
                if left != right:
                    heading = explained(EXCEPTIONS_VALUE, name, left, right)
                    used.add(heading)
                    if heading is None:
                        found.append(f"{where}: {step} {level}{name}: {left!r}, wlmscpfs {right!r}")
    return found


def test_same_answers(mwl, wlmscpfs, tmp_path):
    setting = Setting(mwl, wlmscpfs, tmp_path / "root", generate.entries(SEED, ENTRIES))
    used, unexplained = set(), []
    for kind, keys in generate.queries(SEED + 1, QUERIES):
        unexplained += compare(setting, kind, keys, used)
    assert not unexplained, "\n".join(unexplained)
    assert used - {None} <= documented(), f"not in docs/DIFFERENCES.md: {used - documented()}"


def test_queries_tell_entries_apart():
    """The comparison means something: most kinds of queries name a value that some entries have and others have not."""
    entries = generate.entries(SEED, ENTRIES).values()
    telling = 0
    for _, keys in generate.queries(SEED + 1, QUERIES):
        for name, value in keys.items():
            if value and "-" not in value and "Sequence" not in name:
                hits = sum(any(pattern(value, re.I).match(v) for v in stored(e, name)) for e in entries)
                telling += 0 < hits < len(entries)
    assert telling > QUERIES // 3
