"""Orthanc twice over the same files, once with the sample plugin that Debian ships and once with ours: the same answers.

Both must find the same entries, and return the same value wherever both return an attribute. Where they do not, a row of the
tables below explains it -- each narrow, each with its clause in the table of docs/DIFFERENCES.md -- or our plugin is at fault.

The sample plugin leaves matching to its host, which compares texts: the whole stored text with the whole key. So a row looks
at one key and what is stored for it, and holds only where comparing the texts gives the wrong result.
"""

import os

import pytest
from pydicom.datadict import dictionary_VR

import generate
import hosts
import peers
import raw
import worklists
from differences import documented, explained, pattern, plain, stored

SEED = int(os.environ.get("MWL_SEED", "20260105"))
ENTRIES, QUERIES = 100, 440


# -- a key and what is stored for it -----------------------------------------------------------------------------------


class Key:
    """A key that restricts, and the values that an entry's step has for it: None without the attribute, [] if it is empty."""

    def __init__(self, keys, name, entry, step):
        self.keys, self.name, self.text = keys, name, str(keys[name]).rstrip(" ")
        path = name.replace("[0]", "").lstrip(".").split(".")
        self.vr = dictionary_VR(path[-1])
        self.nested = len(path) > 1
        level = entry
        if name.startswith("."):
            steps = entry.get("ScheduledProcedureStepSequence")
            level = steps[step] if steps else {}
        if self.nested:
            items = level.get(path[0])
            self.values = [str(item.get(path[1], "")) for item in items] if items else None
        else:
            self.values = stored(level, path[0]) if path[0] in level else None

    @property
    def is_range(self):
        return self.vr in ("DA", "TM") and "-" in self.text

    def met_by_text(self):
        """The host's rules."""
        if self.values is None:
            return False
        if self.nested:
            return any(self.text_meets(value) for value in self.values)
        return self.text_meets("\\".join(self.values))

    def text_meets(self, text):
        key = self.text
        if self.vr == "PN":
            key, text = key.upper(), text.upper()
        if self.is_range:
            low, _, high = key.partition("-")
            return (not low or text >= low) and (not high or text <= high)
        if "\\" in key:
            return text in key.split("\\")
        return bool(pattern(key.encode().decode("latin-1")).match(text.encode().decode("latin-1")))

    def met_in_time(self):
        """A date or a time by its meaning."""
        low, dash, high = self.text.partition("-")
        high = high if dash else low
        return any(
            (not low or in_full(self.vr, value, LATEST) >= in_full(self.vr, low, EARLIEST))
            and (not high or in_full(self.vr, value, EARLIEST) <= in_full(self.vr, high, LATEST))
            for value in self.values or []
        )


EARLIEST, LATEST = "000000.000000", "235959.999999"


def in_full(vr, moment, rest):
    """YYYYMMDD, or HHMMSS.FFFFFF of a time of which perhaps only the hour was said."""
    if vr == "DA":
        return moment.replace(".", "")
    moment = moment.replace(":", "")
    return moment + rest[len(moment) :]


def without_end(name):
    """A name without the delimiters at its end, which say nothing (PS3.5 6.2.1)."""
    return name.rstrip("^= ").upper()


def same_name(key, stored_name):
    """A key without "=" is met by any group of a name, one with it group by group, an empty group by all."""
    if "=" not in key:
        return any(pattern(without_end(key)).match(without_end(part)) for part in [stored_name, *stored_name.split("=")])
    groups = zip(key.split("="), stored_name.split("=") + ["", ""])
    return all(not wanted or pattern(without_end(wanted)).match(without_end(group)) for wanted, group in groups)


# -- differences that are known ----------------------------------------------------------------------------------------


def in_an_interval(key):
    """A range of dates with a range of times is one interval here, and every day's hours there."""
    date, time = (key.keys.get(f".ScheduledProcedureStepStart{part}", "") for part in ("Date", "Time"))
    return key.is_range and "-" in date and "-" in time


# Of a key that the text of an entry does not meet, why our plugin finds the entry.
ONLY_OURS = {
    "Several values": lambda key: len(key.values or []) > 1 and any(key.text_meets(value) for value in key.values),
    "Dates and times": lambda key: key.vr in ("DA", "TM") and (key.met_in_time() or in_an_interval(key)),
    "Groups and ends of names": lambda key: key.vr == "PN" and any(same_name(key.text, value) for value in key.values or []),
    "Numbers": lambda key: key.vr in ("DS", "IS") and any(float(value) == float(key.text) for value in key.values or []),
    "A star alone": lambda key: set(key.text) == {"*"} and not key.values,
    "A question mark": lambda key: "?" in key.text and any(pattern(key.text).match(value) for value in key.values or []),
}
# Why our plugin does not find an entry that the sample plugin finds.
ONLY_SAMPLE = {
    "A sequence that is missing": lambda key: key.nested and key.values is None,
    "Empty values": lambda key: key.values == [] and key.is_range,
    "Dates and times": lambda key: key.vr in ("DA", "TM") and (not key.met_in_time() or in_an_interval(key)),
    "A question mark": lambda key: "?" in key.text and not any(pattern(key.text).match(value) for value in key.values or []),
}


def why_found(keys, entry, step, by_ours):
    """The exception by which an entry's step was found by one plugin alone; None if there is none."""
    if not by_ours and not entry.get("ScheduledProcedureStepSequence"):
        return "An entry without a step"
    restricting = [Key(keys, name, entry, step) for name, value in keys.items() if value not in ("", [])]
    if by_ours:
        found = [explained(ONLY_OURS, key) for key in restricting if not key.met_by_text()]
    else:
        found = [explained(ONLY_SAMPLE, key) for key in restricting]
    return next((name for name in found if name), None)


# -- the comparison ----------------------------------------------------------------------------------------------------


def rows(answer):
    """{(Study Instance UID, step ID): [(data set, step item)]}: what was answered, step by step; None where is no step."""
    found = {}
    for got in answer.datasets:
        for item in got.get("ScheduledProcedureStepSequence") or [None]:
            found.setdefault((got.StudyInstanceUID, item and item.ScheduledProcedureStepID), []).append((got, item))
    return found


def filled_in(value):
    """A plain value without what is empty in it, for sequences that one returns with all requested attributes."""
    if isinstance(value, list):
        return [{k: filled_in(v) for k, v in i.items() if v != ""} if isinstance(i, dict) else i for i in value]
    return value


class Comparison:
    """The two hosts, asked the same; what explains their differences, and those that nothing explains."""

    def __init__(self, ours, theirs, entries):
        self.ours, self.theirs, self.entries = ours, theirs, entries
        self.used, self.unexplained, self.compared = set(), [], 0

    def note(self, reason, what):
        self.used.add(reason)
        if reason is None:
            self.unexplained.append(what)

    def step(self, uid, step_id):
        entry = self.entries[uid]
        ids = [item.ScheduledProcedureStepID for item in entry.get("ScheduledProcedureStepSequence") or []]
        return entry, ids.index(step_id) if step_id in ids else 0

    def ask(self, kind, keys):
        text = "".join(str(value) for value in keys.values())
        query = generate.identifier(keys, None if text.isascii() else "ISO_IR 192")
        ours, theirs = self.ours.find(query), self.theirs.find(query)
        where = f"{kind} { {name: value for name, value in keys.items() if value != ''} }"
        if ours.status != theirs.status:
            self.note(None, f"{where}: final status {ours.status:04x}, the sample plugin {theirs.status:04x}")
        mine, other = rows(ours), rows(theirs)
        for uid, step_id in mine.keys() ^ other.keys():
            entry, step = self.step(uid, step_id)
            by_ours = (uid, step_id) in mine
            stored_values = {n: Key(keys, n, entry, step).values for n, v in keys.items() if v not in ("", [])}
            self.note(
                why_found(keys, entry, step, by_ours),
                f"{where}: {uid} {step_id} only by {'ours' if by_ours else 'the sample plugin'}: {stored_values}",
            )
        for found in mine.keys() & other.keys():
            if len(mine[found]) != len(other[found]):
                several = len(self.entries[found[0]].ScheduledProcedureStepSequence) > 1 and len(other[found]) == 1
                self.note("Several steps" if several else None, f"{where}: {found} {len(mine[found])} times")
            for level in (0, 1):
                if mine[found][0][level] is not None:
                    self.attributes(where, found, level, mine[found][0][level], other[found][0][level])
        steps = [len(d.get("ScheduledProcedureStepSequence") or []) for d in theirs.datasets]
        if any(count > 1 for count in steps):
            self.used.add("Several steps")
        self.compared += len(mine.keys() & other.keys())

    def attributes(self, where, found, level, ours, theirs):
        """One level of an answer to both: each attribute of the sample plugin's with its value, and what it leaves out empty."""
        entry, step = self.step(*found)
        source = entry.ScheduledProcedureStepSequence[step] if level else entry
        for element in theirs:
            name = element.keyword
            if element.tag.is_private and name not in ours:
                self.note("Private attributes", None)
                continue
            if name in ("SpecificCharacterSet", "ScheduledProcedureStepSequence"):
                continue
            if name not in ours:
                self.note(None, f"{where}: {found} without {name}")
                continue
            mine, other = filled_in(plain(ours.get(name))), filled_in(plain(element.value))
            if mine != other:
                self.note(None, f"{where}: {found} {name} {mine!r}, not {other!r}")
        for name in {e.keyword for e in ours} - {e.keyword for e in theirs}:
            absent = name not in source and plain(ours.get(name)) in ("", [])
            self.note("Attributes that an entry lacks" if absent else None, f"{where}: {found} has {name} {ours.get(name)!r}")


def test_same_answers(host, folder):
    files = {name: (raw.EXPLICIT, entry) for name, entry in generate.entries(SEED, ENTRIES).items()}
    files.update(generate.oddities(SEED + 1, 3))
    for name, (syntax, entry) in files.items():
        worklists.put(folder, name, worklists.part10(entry, syntax))
    for name in ("junk.wl", "five.wl", "empty.wl", "cut.wl", "cut-early.wl", "preamble.wl", "text.wl", "length.wl"):
        worklists.put(folder, name, worklists.BAD[name])
    entries = {entry.StudyInstanceUID: entry for _, entry in files.values()}
    ours = host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding="Utf8")
    sample = host([hosts.SAMPLE], hosts.section(folder), DefaultEncoding="Utf8")
    with ours.connect() as one, sample.connect() as other:
        comparison = Comparison(one, other, entries)
        for kind, keys in generate.queries(SEED + 2, QUERIES, {**generate.KINDS, **generate.MORE_KINDS}):
            comparison.ask(kind, keys)
        one.release()
        other.release()
    assert not comparison.unexplained, "\n".join(comparison.unexplained[:40])
    assert comparison.compared > 10 * QUERIES  # they agree about something
    # Every exception is needed, and told about.
    assert comparison.used - {None} == {*ONLY_OURS, *ONLY_SAMPLE, *OTHERS}
    assert comparison.used - {None} <= documented(), comparison.used - {None} - documented()


OTHERS = {"An entry without a step", "Several steps", "Attributes that an entry lacks", "Private attributes"}


# -- differences that are pinned one by one ----------------------------------------------------------------------------


@pytest.fixture
def both(host, folder):
    """Starts both hosts with the same options; returns a function that asks both: (ours, sample's)."""

    def start(section_options=None, **options):
        settings = hosts.section(folder, **(section_options or {}))
        pair = [host([plugin], settings, **options) for plugin in (hosts.PLUGIN, hosts.SAMPLE)]

        def ask(query, **named):
            answers = []
            for orthanc in pair:
                with orthanc.connect(**named) as client:
                    answers.append(client.find(query))
                    client.release()
            return answers

        return ask

    return start


def accessions(answer):
    return sorted(str(d.AccessionNumber) for d in answer.datasets)


def known(name):
    assert name in documented(), f"{name} is not in docs/DIFFERENCES.md"


def test_limit(both, folder):
    known("LimitAnswers")
    for number in range(5):
        worklists.write(folder, f"{number}.wl", AccessionNumber=f"A{number}")
    ours, sample = both({"LimitAnswers": 3})(raw.keys({"Modality": "CT"}, AccessionNumber=""))
    assert (ours.count, ours.status) == (3, raw.CANCELLED)
    assert (sample.count, sample.status) == (4, raw.CANCELLED)


def test_station_of_the_caller(both, folder):
    known("FilterIssuerAet")
    worklists.write(folder, "a.wl", {"ScheduledStationAETitle": "CT1"}, AccessionNumber="A")
    worklists.write(folder, "b.wl", {"ScheduledStationAETitle": "CT2"}, AccessionNumber="B")
    ask = both({"FilterIssuerAet": True})
    for station, mine, theirs in (("", ["A"], ["A"]), ("CT1", ["A"], ["A"]), ("CT2", [], ["A"]), ("NOSUCH", [], ["A"])):
        ours, sample = ask(raw.keys({"ScheduledStationAETitle": station}, AccessionNumber=""), calling="CT1")
        assert (accessions(ours), accessions(sample)) == (mine, theirs), station


def test_private_keys(both, folder):
    """The host refuses an answer with a private attribute, and the sample plugin ends the query then."""
    known("Private attributes")
    entry = worklists.dataset()
    entry.private_block(0x0011, "MAKER", create=True).add_new(1, "LO", "ONE")
    worklists.put(folder, "a.wl", worklists.part10(entry))
    query = raw.keys(AccessionNumber="")
    query.private_block(0x0011, "MAKER", create=True).add_new(1, "LO", "")
    ours, sample = both()(query)
    assert (ours.status, accessions(ours)) == (raw.SUCCESS, ["ACC0001"])
    assert (sample.status, sample.count) == (0xC000, 0)


def test_names_that_the_encoding_lacks(both, folder):
    known("DefaultEncoding")
    worklists.write(folder, "a.wl", PatientName="Люксембург^Роза", SpecificCharacterSet="ISO_IR 192", AccessionNumber="A")
    worklists.write(folder, "b.wl", PatientName="Händel^Georg", SpecificCharacterSet="ISO_IR 192", AccessionNumber="B")
    ours, sample = both(DefaultEncoding="Latin1")(raw.keys({"Modality": "CT"}, PatientName="", AccessionNumber=""))
    assert {d.AccessionNumber: str(d.PatientName) for d in ours.datasets} == {"B": "Händel^Georg"}
    assert {d.AccessionNumber: str(d.PatientName) for d in sample.datasets} == {"A": "^", "B": "Händel^Georg"}


@pytest.mark.filterwarnings("ignore:Found unknown escape sequence")  # in what the sample plugin answers
def test_code_extensions(both, folder):
    """A name in ISO 2022: the host takes the first character set for all of it, and leaves escape sequences in the text."""
    known("ISO 2022")
    names = {
        "jp": ("ISO 2022 IR 6\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B ", "Yamada^Tarou=山田^太郎"),
        "kr": ("\\ISO 2022 IR 149", b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7 ", "Hong^Gildong=洪^吉洞"),
    }
    for name, (charset, stored_bytes, _) in names.items():
        data = worklists.encode(SpecificCharacterSet=charset.split("\\"), PatientName="@@@@", AccessionNumber=name)
        stored_bytes += b" " * (len(stored_bytes) % 2)
        place = b"\x10\x00\x10\x00PN"
        assert place + b"\4\0@@@@" in data
        data = data.replace(place + b"\4\0@@@@", place + len(stored_bytes).to_bytes(2, "little") + stored_bytes)
        worklists.put(folder, f"{name}.wl", data)
    ours, sample = both(DefaultEncoding="Utf8")(raw.keys(PatientName="", AccessionNumber=""))
    assert {d.AccessionNumber: str(d.PatientName) for d in ours.datasets} == {k: v[2] for k, v in names.items()}
    for got in sample.datasets:
        assert "$" in str(got.PatientName), got.PatientName


def test_order(both, folder):
    known("Order of answers")
    days = ("20260107", "20260105", "20260106")
    for day in days:
        worklists.write(folder, f"{day}.wl", {"ScheduledProcedureStepStartDate": day}, AccessionNumber=day)
    ours, sample = both()(raw.keys({"Modality": "CT"}, AccessionNumber=""))
    assert ours.values("AccessionNumber") == sorted(days)
    assert accessions(sample) == sorted(days)  # as the directory has them


def test_file_that_cannot_be_read(both, folder):
    known("A file that cannot be read")
    worklists.write(folder, "a.wl", AccessionNumber="A")
    os.chmod(worklists.write(folder, "secret.wl"), 0)
    ours, sample = both(prefix=peers.UNPRIVILEGED)(raw.keys({"Modality": "CT"}, AccessionNumber=""))
    assert (ours.status, accessions(ours)) == (raw.SUCCESS, ["A"])
    assert sample.status == 0xC000
