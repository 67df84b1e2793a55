"""Text on its way through Orthanc, which converts every answer to its DefaultEncoding and leaves out what that lacks.

Whatever the files are written in, a name that comes out is the one that went in. One that would not is set aside, and the
log says what to write to have it: "DefaultEncoding" : "Utf8".
"""

import pytest

import hosts
import raw
import worklists
from test_plugin_answers import ask

REMEDY = '"DefaultEncoding" : "Utf8"'

NAMES = {
    "ascii": "Bach^Johann",
    "latin1": "Händel^Georg",
    "latin2": "Dvořák^Antonín",
    "latin3": "Ĉapek^Ĝan",
    "latin4": "Bērziņš^Jānis",
    "latin5": "Şimşek^İbrahim",
    "cyrillic": "Люксембург^Роза",
    "greek": "Παπαδόπουλος^Γιώργος",
    "arabic": "قباني^لنزار",
    "hebrew": "שרון^דבורה",
    "thai": "นามสกุล^ชื่อ",
    "kana": "ﾔﾏﾀﾞ^ﾀﾛｳ",
    "kanji": "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "hangul": "Hong^Gildong=洪^吉洞=홍^길동",
    "chinese": "Zhang^XiaoDong=张^小东",
}
# Each DefaultEncoding of Orthanc: how a reader decodes what it sends, and the names that it holds.
ENCODINGS = {
    "Ascii": ("ascii", {"ascii"}),
    "Utf8": ("utf-8", set(NAMES)),
    "Latin1": ("latin-1", {"ascii", "latin1"}),
    "Latin2": ("iso8859-2", {"ascii", "latin1", "latin2"}),
    "Latin3": ("iso8859-3", {"ascii", "latin1", "latin3", "latin5"}),
    "Latin4": ("iso8859-4", {"ascii", "latin1", "latin4"}),
    "Latin5": ("iso8859-9", {"ascii", "latin1", "latin5"}),
    "Cyrillic": ("iso8859-5", {"ascii", "cyrillic"}),
    "Windows1251": ("cp1251", {"ascii"}),  # Orthanc cannot name it, and refuses what is beyond ASCII
    "Arabic": ("iso8859-6", {"ascii", "arabic"}),
    "Greek": ("iso8859-7", {"ascii", "greek"}),
    "Hebrew": ("iso8859-8", {"ascii", "hebrew"}),
    "Thai": ("tis-620", {"ascii", "thai"}),
    "Japanese": ("shift_jis", {"ascii", "kana", "kanji", "cyrillic"}),  # it writes Shift-JIS under the name ISO_IR 13
    "Chinese": ("gb18030", set(NAMES)),
    "Korean": ("euc_kr", {"ascii", "hangul", "cyrillic"}),
    "JapaneseKanji": ("iso2022_jp", {"ascii", "kanji", "cyrillic"}),
    "SimplifiedChinese": ("gb2312", {"ascii", "chinese", "cyrillic", "kanji"}),
}


def warned(orthanc, name):
    return [line for line in orthanc.lines("W") if name in line and REMEDY in line]


def name_bytes(answer):
    """{Patient ID: the bytes of Patient's Name} of an answer in Implicit VR, as they were sent."""
    found = {}
    for got, data in zip(answer.datasets, answer.identifiers):
        at = data.index(b"\x10\x00\x10\x00")
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        found[got.PatientID] = data[at + 8 : at + 8 + length].rstrip(b" ")
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_each_encoding_of_the_host(host, folder, encoding):
    """What comes out is what went in; what the set holds does come out, and the rest is set aside with the remedy."""
    codec, held = ENCODINGS[encoding]
    for key, name in NAMES.items():
        worklists.write(folder, f"{key}.wl", PatientName=name, PatientID=key, SpecificCharacterSet="ISO_IR 192")
    orthanc = host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding=encoding)
    answer = ask(orthanc, {"Modality": "CT"}, PatientName="", PatientID="")
    assert answer.status == raw.SUCCESS
    served = name_bytes(answer)
    assert {key: data.decode(codec) for key, data in served.items()} == {key: NAMES[key] for key in held}
    for key in NAMES.keys() - held:
        assert len(warned(orthanc, f"{key}.wl set aside")) == 1, key


def test_patient_id_that_would_change(host, folder):
    worklists.write(folder, "a.wl", PatientID="ИД7", AccessionNumber="A", SpecificCharacterSet="ISO_IR 192")
    worklists.write(folder, "b.wl", PatientID="ID8", AccessionNumber="B")
    orthanc = host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding="Latin1")
    assert ask(orthanc, {"Modality": "CT"}, AccessionNumber="").values("AccessionNumber") == ["B"]
    assert warned(orthanc, "a.wl set aside")
    utf8 = host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding="Utf8")
    assert sorted(ask(utf8, {"Modality": "CT"}, PatientID="").values("PatientID")) == ["ID8", "ИД7"]


def test_other_losses_are_told_once(host, folder):
    """A physician's name: the entry is served as the host makes it, with one warning however often it is asked for."""
    worklists.write(folder, "doctor.wl", ReferringPhysicianName="Боткин^Сергей", SpecificCharacterSet="ISO_IR 192")
    orthanc = host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding="Latin1")
    for _ in range(3):
        (got,) = ask(orthanc, {"Modality": "CT"}, PatientName="", ReferringPhysicianName="").datasets
        assert (str(got.PatientName), str(got.ReferringPhysicianName)) == ("Bach^Johann", "^")
    (line,) = warned(orthanc, "doctor.wl")
    assert "ReferringPhysicianName" in line


def test_warned_at_load(host, folder):
    """Debian's DefaultEncoding is Latin1: that names may be lost is said before one is."""
    assert any(REMEDY in line for line in host([hosts.PLUGIN], hosts.section(folder)).lines("W"))
    assert not any(REMEDY in line for line in host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding="Utf8").lines("W"))


CHARSETS = {
    "latin1": ("ISO_IR 100", "latin-1"),
    "latin2": ("ISO_IR 101", "iso8859-2"),
    "cyrillic": ("ISO_IR 144", "iso8859-5"),
    "greek": ("ISO_IR 126", "iso8859-7"),
    "arabic": ("ISO_IR 127", "iso8859-6"),
    "hebrew": ("ISO_IR 138", "iso8859-8"),
    "thai": ("ISO_IR 166", "tis-620"),
    "chinese": ("GB18030", "gb18030"),
}


@pytest.mark.parametrize("key", CHARSETS)
def test_file_and_query_in_other_sets(host, folder, key):
    """A file in one set, a query in another, an answer in the host's: the characters are the same."""
    charset, codec = CHARSETS[key]
    step = {"ScheduledPerformingPhysicianName": NAMES[key] + "^^"}
    worklists.write(folder, "a.wl", step, PatientName=NAMES[key], SpecificCharacterSet=charset)
    orthanc = host([hosts.PLUGIN], hosts.section(folder), DefaultEncoding="Utf8")
    for asked in (charset, "ISO_IR 192"):
        for physician in (NAMES[key], NAMES[key][:2] + "*", ""):
            answer = ask(
                orthanc,
                {"ScheduledPerformingPhysicianName": physician},
                SpecificCharacterSet=asked,
                PatientName=NAMES[key][:3] + "*",
            )
            assert [str(name) for name in answer.values("PatientName")] == [NAMES[key]], (asked, physician)
