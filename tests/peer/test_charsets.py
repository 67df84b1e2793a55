"""Names in every character set of DICOM: stored in it, asked for in it and in UTF-8, answered in what was asked.

The bytes of the Japanese, Korean and Chinese names are those that PS3.5 Annexes H to K print. What comes back is compared
byte by byte where the standard prints it, and always as pydicom and dcmdump decode it.
"""

import csv
import os
import re
from collections import namedtuple

import peers
import pytest
import raw
import worklists

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")


def nema(text):
    """Bytes as PS3.5 prints them: column and row of the code table."""
    return bytes(int(column) * 16 + int(row) for column, row in re.findall(r"(\d+)/(\d+)", text))


# A set by the value of (0008,0005), a name in it, the same as text; and who else cannot read it.
Name = namedtuple("Name", "term bytes text pydicom dcmdump", defaults=(True, True))

H_3_1 = nema(
    "05/09 06/01 06/13 06/01 06/04 06/01 05/14 05/04 06/01 07/02 06/15 07/05 03/13 01/11 02/04 04/02 03/11 03/03 04/05 04/04 "
    "01/11 02/08 04/02 05/14 01/11 02/04 04/02 04/02 04/00 04/15 03/10 01/11 02/08 04/02 03/13 01/11 02/04 04/02 02/04 06/04 "
    "02/04 05/14 02/04 04/00 01/11 02/08 04/02 05/14 01/11 02/04 04/02 02/04 03/15 02/04 06/13 02/04 02/06 01/11 02/08 04/02"
)
H_3_2 = nema(
    "13/04 12/15 12/00 13/14 05/14 12/00 13/11 11/03 03/13 01/11 02/04 04/02 03/11 03/03 04/05 04/04 01/11 02/08 04/10 05/14 "
    "01/11 02/04 04/02 04/02 04/00 04/15 03/10 01/11 02/08 04/10 03/13 01/11 02/04 04/02 02/04 06/04 02/04 05/14 02/04 04/00 "
    "01/11 02/08 04/10 05/14 01/11 02/04 04/02 02/04 03/15 02/04 06/13 02/04 02/06 01/11 02/08 04/10"
)
I_2 = nema(
    "04/08 06/15 06/14 06/07 05/14 04/07 06/09 06/12 06/04 06/15 06/14 06/07 03/13 01/11 02/04 02/09 04/03 15/11 15/03 05/14 "
    "01/11 02/04 02/09 04/03 13/01 12/14 13/04 13/07 03/13 01/11 02/04 02/09 04/03 12/08 10/11 05/14 01/11 02/04 02/09 04/03 "
    "11/01 14/06 11/05 11/15"
)
J_1 = bytes.fromhex("57616e675e5869616f446f6e673d e78e8b 5e e5b08f e69db1 3d")
J_3 = bytes.fromhex("57616e675e5869616f446f6e673d cdf5 5e d0a1 b6ab 3d")
K_2 = bytes.fromhex("5A68616E675E5869616F446F6E673D 1B242941 D5C5 5E 1B242941 D0A1 B6AB 3D")

NAMES = {
    "ascii": Name("", b"Doe^John", "Doe^John"),
    "latin-1": Name("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
    "latin-2": Name("ISO_IR 101", b"Dvo\xf8\xe1k^Anton\xedn", "Dvořák^Antonín"),
    "latin-3": Name("ISO_IR 109", b"\xd5u\xbf\xe8^\xa1al", "Ġużè^Ħal"),
    "latin-4": Name("ISO_IR 110", b"B\xbarzi\xf1\xb9^K\xe0rlis", "Bērziņš^Kārlis"),
    "latin-5": Name("ISO_IR 148", b"\xc7avu\xfeo\xf0lu^\xdeule", "Çavuşoğlu^Şule"),
    "latin-9": Name("ISO_IR 203", b"L\xbduf^\xa6arka", "Lœuf^Šarka", pydicom=False, dcmdump=False),
    "cyrillic": Name("ISO_IR 144", b"\xbb\xee\xdace\xdc\xd1yp\xd3", "Люкceмбypг"),
    "arabic": Name("ISO_IR 127", b"\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1", "قباني^لنزار"),
    "greek": Name("ISO_IR 126", b"\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2", "Διονυσιος"),
    "hebrew": Name("ISO_IR 138", b"\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4", "שרון^דבורה"),
    "thai": Name("ISO_IR 166", b"\xb9\xd2\xc1\xca\xa1\xd8\xc5^\xaa\xd7\xe8\xcd", "นามสกุล^ชื่อ"),
    "katakana": Name("ISO_IR 13", b"\xc5\xb6\xd1\xd7^\xcf\xba\xc4", "ﾅｶﾑﾗ^ﾏｺﾄ", dcmdump=False),
    # with code extensions
    "H.3-1": Name("\\ISO 2022 IR 87", H_3_1, "Yamada^Tarou=山田^太郎=やまだ^たろう", dcmdump=False),
    "H.3-2": Name("ISO 2022 IR 13\\ISO 2022 IR 87", H_3_2, "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", dcmdump=False),
    "I.2": Name("\\ISO 2022 IR 149", I_2, "Hong^Gildong=洪^吉洞=홍^길동"),
    "J.1": Name("ISO_IR 192", J_1, "Wang^XiaoDong=王^小東="),
    "J.3": Name("GB18030", J_3, "Wang^XiaoDong=王^小东="),
    "J.3 in GBK": Name("GBK", J_3, "Wang^XiaoDong=王^小东="),
    "K.2": Name("\\ISO 2022 IR 58", K_2, "Zhang^XiaoDong=张^小东="),
    "jis x 0212": Name("\\ISO 2022 IR 159", b"Iku=\x1b$(D0!\x1b(B^\x1b$(D0#\x1b(B", "Iku=丂^丅", dcmdump=False),
    # characters whose second byte is \, ^, =, * or ?: pydicom splits values there
    "delimiters": Name(
        "\\ISO 2022 IR 87", b"Miya=\x1b$B5\\K\\\x1b(B^\x1b$B8^==??7*\x1b(B", "Miya=宮本^五十真栗", False, False
    ),
    "two bytes of gbk": Name("GBK", b"Luan=\x81\x5c^\x81\x5e\x81\x7c", "Luan=乗^乛亅", pydicom=False),
    "four bytes": Name("GB18030", b"Gu=\x95\x32\x82\x36^\xb9\xcb", "Gu=𠀀^顾"),
    "latin-1+2": Name("ISO 2022 IR 100\\ISO 2022 IR 101", b"J\xe9=Dvo\x1b-B\xf8\xe1k\x1b-A", "Jé=Dvořák"),
    "latin-3+4": Name("ISO 2022 IR 109\\ISO 2022 IR 110", b"\xd5u=K\x1b-D\xe0rl\x1b-C", "Ġu=Kārl"),
    "greek+cyrillic": Name("ISO 2022 IR 126\\ISO 2022 IR 144", b"\xc4\xe9=\x1b-L\xbb\xee\xda\x1b-F", "Δι=Люк"),
    "arabic+hebrew": Name("ISO 2022 IR 127\\ISO 2022 IR 138", b"\xe2\xc8=\x1b-H\xf9\xf8\x1b-G", "قب=שר"),
    "latin-5+thai": Name("ISO 2022 IR 148\\ISO 2022 IR 166", b"\xc7a=\x1b-T\xb9\xd2\xc1\x1b-M", "Ça=นาม"),
    "latin-9+ascii": Name("ISO 2022 IR 203\\ISO 2022 IR 6", b"L\xbdon", "Lœon", pydicom=False, dcmdump=False),
}
NON_ASCII = [name for name in NAMES if name != "ascii"]


def as_pydicom_has_it(text):
    return text.rstrip("=")


def by_pydicom(answer):
    """Patient's Name as pydicom reads it, which leaves the escape sequence of IR 58 where it stood (PS3.5 K.2)."""
    return str(answer.PatientName).replace("\x1b$)A", "")


def step():
    return worklists.dataset(SpecificCharacterSet=None).ScheduledProcedureStepSequence


def entry(term, name, accession):
    """A worklist file with the bytes of a name, in Implicit VR Little Endian, made by hand."""

    def value(text):
        return text + b" " * (len(text) % 2)

    rest = raw.keys(PatientID=accession, StudyInstanceUID="2.25.1", RequestedProcedureID="RP")
    rest.ScheduledProcedureStepSequence = step()
    charset = raw.element(0x0008, 0x0005, value(term.encode())) if term else b""
    accession = raw.element(0x0008, 0x0050, value(accession.encode()))
    return part10(charset + accession + raw.element(0x0010, 0x0010, value(name)) + raw.encode(rest))


def part10(data):
    head = worklists.part10(raw.keys(), raw.IMPLICIT)
    return head + data


def identifier(term, name, *others):
    """Keys as bytes: a character set, a name, and what else comes back."""
    rest = raw.keys(AccessionNumber="")
    charset = raw.element(0x0008, 0x0005, term.encode() + b" " * (len(term) % 2)) if term else b""
    return charset + raw.encode(rest) + raw.element(0x0010, 0x0010, name + b" " * (len(name) % 2)) + b"".join(others)


class Found(dict):
    """The answers of a query by accession number: the data set as pydicom reads it, with its bytes as `raw_bytes`."""

    def __init__(self, answer):
        assert answer.status == raw.SUCCESS, answer.comment
        for data, dataset in zip(answer.identifiers, answer.datasets):
            dataset.raw_bytes = data
            self[dataset.AccessionNumber] = dataset
        assert len(self) == answer.count


def name_bytes(dataset):
    """The bytes of Patient's Name, without padding."""
    at = dataset.raw_bytes.index(b"\x10\x00\x10\x00")
    length = int.from_bytes(dataset.raw_bytes[at + 4 : at + 8], "little")
    return dataset.raw_bytes[at + 8 : at + 8 + length].rstrip(b" ")


def charset_bytes(dataset):
    """The value of (0008,0005) as it came; None if there is none. It must be the first element, and the only one."""
    assert dataset.raw_bytes.count(b"\x08\x00\x05\x00") <= 1
    if not dataset.raw_bytes.startswith(b"\x08\x00\x05\x00"):
        return None
    length = int.from_bytes(dataset.raw_bytes[4:8], "little")
    return dataset.raw_bytes[8 : 8 + length].decode("ascii").rstrip(" ")


def dcmdumped(dataset, path):
    """Patient's Name as `dcmdump +U8` prints it."""
    path.write_bytes(part10(dataset.raw_bytes))
    ran = peers.run("dcmdump", "+U8", "-q", "+P", "PatientName", path)
    found = re.search(r"\(0010,0010\) PN \[(.*)\]", ran.text)
    assert ran.code == 0 and found, ran.text
    return found.group(1).rstrip(" ")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Every name twice: in its own set, and ("u ...") in UTF-8."""
    folder = tmp_path_factory.mktemp("charsets")
    log = folder.parent / "charsets.log"
    for number, (key, name) in enumerate(NAMES.items()):
        (folder / f"{number}.wl").write_bytes(entry(name.term, name.bytes, key))
        (folder / f"u{number}.wl").write_bytes(entry("ISO_IR 192", name.text.encode(), "u " + key))
    running = peers.Server(folder, log=log)
    running.says(rf"{2 * len(NAMES)} files, {2 * len(NAMES)} entries, 0 set aside")
    assert not re.search("(?m)^W", running.log()), running.log()
    yield running
    running.stop()


def find(server, *arguments):
    with server.connect() as client:
        found = Found(client.find(identifier(*arguments)))
        client.release()
    return found


def same(key):
    """The entries with that name: the twins in UTF-8, and those of other sets that have the same one."""
    wanted = NAMES[key].text
    return {prefix + other for other, name in NAMES.items() if name.text == wanted for prefix in ("", "u ")}


def test_every_defined_term_has_a_name():
    with open(os.path.join(ROOT, "data", "charsets.csv"), newline="", encoding="utf-8") as file:
        terms = {row["defined_term"] for row in csv.DictReader(file) if row["table"].startswith("C.12-")}
    assert terms - {"(absent)"} == {term for name in NAMES.values() for term in name.term.split("\\")} - {""}


@pytest.mark.smoke
@pytest.mark.parametrize("key", NON_ASCII)
def test_asked_in_its_own_set(server, key, tmp_path):
    name = NAMES[key]
    found = find(server, name.term, name.bytes)
    assert set(found) == same(key)
    for accession, answer in found.items():
        # The twins too, which the server had to encode: byte for byte what the standard prints, or this file.
        assert charset_bytes(answer) == name.term, accession
        assert name_bytes(answer) == name.bytes, accession
    if name.pydicom:
        assert {by_pydicom(answer) for answer in found.values()} == {as_pydicom_has_it(name.text)}
    if name.dcmdump:
        assert {dcmdumped(answer, tmp_path / "answer.dcm") for answer in found.values()} == {name.text}


@pytest.mark.parametrize("key", list(NAMES))
def test_asked_in_utf_8(server, key, tmp_path):
    text = NAMES[key].text
    found = find(server, "ISO_IR 192", text.encode())
    assert set(found) == same(key)
    for answer in found.values():
        assert charset_bytes(answer) == (None if key == "ascii" else "ISO_IR 192")
        assert name_bytes(answer).decode() == text
        assert by_pydicom(answer) == as_pydicom_has_it(text)
        assert dcmdumped(answer, tmp_path / "answer.dcm") == text


@pytest.mark.parametrize("key", list(NAMES))
def test_by_wild_card_and_in_the_other_letter_case(server, key):
    text = NAMES[key].text
    for group in filter(None, text.split("=")):
        assert same(key) <= set(find(server, "ISO_IR 192", group.encode()))  # one group of three
        assert same(key) <= set(find(server, "ISO_IR 192", f"?{group[1:]}".encode()))  # ? is one character
        assert same(key) <= set(find(server, "ISO_IR 192", f"{group[:-1]}?".encode()))
        assert same(key).isdisjoint(find(server, "ISO_IR 192", f"??{group[1:]}".encode()))
        assert same(key) <= set(find(server, "ISO_IR 192", f"*{group[1:]}*".encode()))
        assert same(key) <= set(find(server, "ISO_IR 192", group.swapcase().encode()))
    assert same(key) <= set(find(server, "ISO_IR 192", text.swapcase().encode()))


@pytest.mark.parametrize("key", NON_ASCII)
def test_wild_cards_in_its_own_set(server, key):
    name = NAMES[key]
    first = name.bytes[: name.bytes.index(b"=")] if b"=" in name.bytes else name.bytes
    single = "GB" not in name.term and name.term != "ISO_IR 192"  # a byte is a character in the first group
    assert same(key) <= set(find(server, name.term, b"*" + first[1 if single else 0 :] + b"*"))
    if single:
        assert same(key) <= set(find(server, name.term, b"?" + first[1:] + b"*"))
    if b"\x1b" in name.bytes:  # the second group, of another set
        group = name.bytes.split(b"=", 1)[1].rstrip(b"=")
        assert same(key) <= set(find(server, name.term, b"*=" + group + b"*"))


def test_component_groups_are_compared_one_by_one(server):
    def asked(text):
        return {key for key in find(server, "ISO_IR 192", text.encode()) if not key.startswith("u ")}

    assert asked("=山田^太郎") == {"H.3-1", "H.3-2"}
    assert asked("==やまだ^*") == {"H.3-1", "H.3-2"}
    assert asked("yamada^tarou=山田^太郎") == {"H.3-1"}
    assert asked("Yamada^*=山田^*=やまだ^*") == {"H.3-1"}
    assert asked("=やまだ^たろう") == set()
    assert asked("==山田^太郎") == set()
    assert asked("山田^太郎") == {"H.3-1", "H.3-2"}  # any group


# -- the set of the answer ---------------------------------------------------------------------------------------------


def answered(server, term):
    """The sets of the answers to a query in this set for everything: {accession: value of (0008,0005)}."""
    return {key: charset_bytes(answer) for key, answer in find(server, term, b"").items()}


def test_another_set_if_the_own_cannot_say_it(server):
    for term, own in {
        "ISO_IR 100": {"latin-1"},
        "ISO_IR 144": {"cyrillic"},
        "\\ISO 2022 IR 87": {"H.3-1", "delimiters"},
        "ISO_IR 192": set(NON_ASCII),
        "GB18030": set(NON_ASCII),
        "ISO_IR 6": set(),
        "": set(),
        "klingon": set(),
    }.items():
        sets = answered(server, term)
        assert len(sets) == 2 * len(NAMES)
        for key, charset in sets.items():
            if key.removeprefix("u ") == "ascii":
                assert charset is None
            elif key.removeprefix("u ") in own:
                assert charset == term
            else:
                assert charset in ("ISO_IR 192", term), key
        assert own <= {key for key, charset in sets.items() if charset == term}


def test_default_encoding_if_it_was_configured(mwl, folder, tmp_path):
    for key in ("ascii", "latin-1", "latin-2", "greek", "cyrillic"):
        (folder / f"{key}.wl").write_bytes(entry(NAMES[key].term, NAMES[key].bytes, key))
    path = peers.configuration(
        tmp_path / "c.json",
        {"Enable": True, "Database": str(folder)},
        DefaultEncoding="Latin2",
        DicomAlwaysAllowFindWorklist=True,
    )
    server = mwl(path)
    default = {"ascii": None, "latin-1": "ISO_IR 101", "latin-2": "ISO_IR 101", "greek": "ISO_IR 192", "cyrillic": "ISO_IR 192"}
    assert answered(server, "") == default
    assert answered(server, "ISO_IR 126") == {**default, "greek": "ISO_IR 126"}
    assert answered(server, "ISO_IR 100") == {**default, "latin-1": "ISO_IR 100"}


def test_windows_1251_of_orthanc_is_read_and_never_sent(mwl, folder, tmp_path):
    (folder / "a.wl").write_bytes(entry("", "Пётр Ильич^Ђ".encode("cp1251"), "A"))
    path = peers.configuration(
        tmp_path / "c.json",
        {"Enable": True, "Database": str(folder)},
        DefaultEncoding="Windows1251",
        DicomAlwaysAllowFindWorklist=True,
    )
    server = mwl(path)
    found = find(server, "ISO_IR 192", "Пётр*".encode())
    assert str(found["A"].PatientName) == "Пётр Ильич^Ђ"
    assert answered(server, "") == {"A": "ISO_IR 192"}
    assert set(find(server, "", "П*".encode("cp1251"))) == {"A"}  # a query that names no set is read in it as well


# -- what devices make of it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong, term",
    [
        ("ISO-IR 100", "ISO_IR 100"),
        ("ISO_IR_100", "ISO_IR 100"),
        ("iso_ir 100", "ISO_IR 100"),
        ("ISO 2022 IR 100", "ISO_IR 100"),
        ("ISO 2022 IR 6\\ISO 2022 IR 100", "\\ISO 2022 IR 100"),
        ("ISO 2022 IR 87", "\\ISO 2022 IR 87"),
        ("ISO 2022 58", "\\ISO 2022 IR 58"),
        ("ISO 2022 GBK", "GBK"),
        ("\\ISO_IR 192", "ISO_IR 192"),
    ],
)
def test_misspelt_terms(mwl, folder, wrong, term):
    key, text = {"GBK": ("J.3 in GBK", "王*"), "\\ISO 2022 IR 87": ("H.3-1", "山*"), "\\ISO 2022 IR 58": ("K.2", "张*")}.get(
        term, ("latin-1", "*ÉR*")
    )
    name = NAMES[key].bytes
    if term == "ISO_IR 192":
        name = NAMES[key].text.encode()
    if term == "\\ISO 2022 IR 100":
        name = b"Buc^J\x1b-A\xe9r\xf4me"
    (folder / "a.wl").write_bytes(entry(wrong, name, "A"))
    server = mwl(folder)
    assert set(find(server, "ISO_IR 192", text.encode())) == {"A"}
    answer = find(server, wrong, b"")["A"]
    assert charset_bytes(answer) == term and name_bytes(answer) == name
    if wrong != "ISO 2022 IR 6\\ISO 2022 IR 100":  # which is no mistake: the first value may be empty or say so
        server.says("is forgiven a misspelt Specific Character Set")


@pytest.mark.parametrize("key", NON_ASCII)
def test_files_that_pydicom_writes(mwl, folder, key):
    """It writes IR 58 without escape sequences, for one."""
    name = NAMES[key]
    if not name.pydicom:
        pytest.skip("pydicom does not know this set, or splits its characters")
    terms = name.term.split("\\")
    dataset = worklists.dataset(SpecificCharacterSet=terms, PatientName=name.text, AccessionNumber="P")
    worklists.put(folder, "a.wl", worklists.part10(dataset))
    server = mwl(folder)
    found = find(server, "ISO_IR 192", name.text.encode())
    assert set(found) == {"P"} and str(found["P"].PatientName) == as_pydicom_has_it(name.text)


def test_text_that_cannot_be_read_is_sent_as_it_is_stored(mwl, folder):
    (folder / "a.wl").write_bytes(entry("ISO_IR 192", b"M\xfcller^J\xfcrgen", "A"))
    (folder / "b.wl").write_bytes(entry("ISO_IR 192", "Müller^Jürgen".encode(), "B"))
    server = mwl(folder)
    server.says(r"(?m)^W.*a\.wl.*bytes that its Specific Character Set does not have")
    assert set(find(server, "ISO_IR 100", b"M\xfcller^*")) == {"B"}  # no letter is like it
    found = find(server, "ISO_IR 100", b"M?ller^*")
    assert set(found) == {"A", "B"}
    assert charset_bytes(found["A"]) == "ISO_IR 192" and name_bytes(found["A"]) == b"M\xfcller^J\xfcrgen"
    assert charset_bytes(found["B"]) == "ISO_IR 100" and name_bytes(found["B"]) == b"M\xfcller^J\xfcrgen"
    # A device that names no set, and means the same bytes.
    assert set(find(server, "ISO_IR 192", b"M\xfcller^*")) == {"A"}


def test_a_set_that_nobody_knows(mwl, folder):
    (folder / "a.wl").write_bytes(entry("klingon", b"Worf^\xfc", "A"))
    server = mwl(folder)
    server.says("a Specific Character Set that PS3.3 C.12.1.1.2 does not have")
    found = find(server, "klingon", b"worf*")
    assert charset_bytes(found["A"]) == "klingon" and name_bytes(found["A"]) == b"Worf^\xfc"


def test_undeclared_and_missing_escape_sequences(mwl, folder):
    (folder / "a.wl").write_bytes(entry("", H_3_1, "A"))
    (folder / "b.wl").write_bytes(entry("\\ISO 2022 IR 87", H_3_1.replace(b"\x1b(B=", b"=").removesuffix(b"\x1b(B"), "B"))
    (folder / "c.wl").write_bytes(entry("\\ISO 2022 IR 149", I_2.replace(b"\x1b$)C", b""), "C"))
    server = mwl(folder)
    server.says("an escape sequence of a set that Specific Character Set does not name")
    server.says("text of a set without its escape sequence")
    assert set(find(server, "ISO_IR 192", "Yamada^Tarou=山田^太郎=やまだ^たろう".encode())) == {"A", "B"}
    assert set(find(server, "ISO_IR 192", "Hong^Gildong=洪^吉洞=홍^길동".encode())) == {"C"}
