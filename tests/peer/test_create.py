"""mwl create beside dcmdump, dump2dcm and pydicom, and what is left of it when it is killed."""

import csv
import json
import random
import re
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pydicom
import pytest
from pydicom.datadict import DicomDictionary, keyword_for_tag
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

import peers

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "samples/worklists").glob("*.wl"))
CORPUS = 500

SETS = {
    None: ["Bach^Johann", "O'Neill [Eliza]", "a ] # b", "x]"],
    "ISO_IR 100": ["Händel^Georg", "Strauß^Richard^^Dr"],
    "ISO_IR 192": ["Dvořák^Antonín", "山田^太郎", "😀"],
    "ISO_IR 144": ["Люкceмбypг"],
    "GB18030": ["王^小东"],
    ("", "ISO 2022 IR 87"): ["Yamada^Tarou=山田^太郎=やまだ^たろう"],
}
TEXT = ("LO", "SH", "PN", "LT", "ST", "UT", "UC")
VALUES = {
    "AE": lambda r: r.choice(["CT1", "MR-Room_4", "A B"]),
    "AS": lambda r: r.choice(["018Y", "003W"]),
    "CS": lambda r: r.choice(["CT", "HFS", "A_1"]),
    "DA": lambda r: r.choice(["20260104", "18330507", "20240229"]),
    "DS": lambda r: r.choice(["80", "62.5", "-1.5E-3", "1234567890.12345"]),
    "DT": lambda r: r.choice(["2026", "20260104093000.123456+0100"]),
    "IS": lambda r: str(r.randrange(-(2**31), 2**31)),
    "TM": lambda r: r.choice(["0930", "093000.5", "23"]),
    "UI": lambda r: r.choice(["1.2.840.10008.5.1.4.31", f"2.25.{r.randrange(2**128)}", "1.2.840.10008.1.2.1"]),
    "UR": lambda r: r.choice(["https://example.org/a?b=c#d", "urn:oid:1.2"]),
    "US": lambda r: r.randrange(2**16),
    "SS": lambda r: r.randrange(-(2**15), 2**15),
    "UL": lambda r: r.randrange(2**32),
    "SL": lambda r: r.randrange(-(2**31), 2**31),
    "UV": lambda r: r.randrange(2**64),
    "SV": lambda r: r.randrange(-(2**63), 2**63),
    "FL": lambda r: r.randrange(-1000, 1000) / 8,
    "FD": lambda r: r.choice([0.5, 1e300, 1 / 3, -7.25]),
    "AT": lambda r: r.choice([0x00100010, 0x00400100]),
    "OB": lambda r: r.randbytes(2 * r.randrange(1, 9)),
    "UN": lambda r: r.randbytes(2 * r.randrange(1, 9)),
    "OW": lambda r: r.randbytes(2 * r.randrange(1, 9)),
}
SINGLE = ("LT", "ST", "UT", "UR", "OB", "OW", "UN")
TAGS = {
    vr: [
        tag
        for tag, row in DicomDictionary.items()
        if row[0] == vr and 0x0008FFFF < tag < 0x50000000 and tag % 65536 and not row[3] and keyword_for_tag(tag)
    ][:60]
    for vr in (*TEXT, *VALUES, "SQ")
}


def fill(chance, dataset, texts, depth):
    for _ in range(chance.randrange(3, 12)):
        vr = chance.choice([vr for vr in TAGS if TAGS[vr]])
        tag = chance.choice(TAGS[vr])
        if vr == "SQ":
            items = [fill(chance, Dataset(), texts, depth + 1) for _ in range(chance.randrange(3) if depth < 3 else 0)]
            for item in items:
                item.is_undefined_length_sequence_item = chance.random() < 0.3
            dataset.add_new(tag, vr, Sequence(items))
            dataset[tag].is_undefined_length = chance.random() < 0.3
            continue
        one = (lambda: chance.choice(texts)[:16]) if vr in TEXT else lambda: VALUES[vr](chance)
        count = chance.choice([0, 1, 1, 1, 1 if vr in SINGLE else 3])
        values = [one() for _ in range(count)]
        dataset.add_new(tag, vr, values if count > 1 else values[0] if count else None)
    if chance.random() < 0.3:
        dataset.add_new(0x00990010, "LO", "MAKER")
        dataset.add_new(0x00991001, chance.choice(["LO", "SH"]), chance.choice(texts)[:16])
        dataset.add_new(0x00991002, "US", 7)
        dataset.add_new(0x00991003, "UN", b"\1\2")
    return dataset


def corpus():
    """(number, file, data set): every VR that a worklist can hold, in the sets and syntaxes that people use."""
    for number in range(CORPUS):
        chance = random.Random(number)
        names = chance.choice(list(SETS))
        dataset = Dataset()
        if names:
            dataset.SpecificCharacterSet = list(names) if isinstance(names, tuple) else names
        fill(chance, dataset, SETS[names], 0)
        implicit = chance.random() < 0.3
        dataset.is_little_endian, dataset.is_implicit_VR = True, implicit
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.31"
        dataset.file_meta.MediaStorageSOPInstanceUID = "2.25.1"
        dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
        yield number, dataset


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    for number, dataset in corpus():
        dataset.save_as(folder / f"{number:03d}.dcm", write_like_original=False)
    return sorted(folder.iterdir())


def dump(path):
    """dcmdump +L without the meta header."""
    done = subprocess.run(["dcmdump", "+L", path], capture_output=True)
    assert done.returncode == 0, done.stderr
    return done.stdout[done.stdout.index(b"# Dicom-Data-Set") :]


def create(*arguments):
    code, out, error = peers.run_mwl("create", *arguments)
    assert (code, out, error) == (0, "", ""), error


@pytest.mark.smoke
def test_dumps_of_the_corpus_come_back(files, tmp_path):
    texts, made = tmp_path / "texts", tmp_path / "made"
    texts.mkdir()
    made.mkdir()
    for path in files:
        (texts / f"{path.stem}.txt").write_bytes(subprocess.run(["dcmdump", "+L", path], capture_output=True).stdout)
    create(*sorted(texts.iterdir()), "-o", made)
    for path in files:
        assert dump(made / f"{path.stem}.wl") == dump(path), path


def test_text_that_is_two_things_is_taken_as_told(tmp_path):
    """The bytes of this name are UTF-8, of another letter; in GB18030 that happens to whole short names."""
    dataset, path, text, made = Dataset(), tmp_path / "a.dcm", tmp_path / "a.txt", tmp_path / "a.wl"
    dataset.SpecificCharacterSet, dataset.PatientName = "GB18030", "模"
    dataset.is_little_endian, dataset.is_implicit_VR = True, False
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path)
    text.write_bytes(subprocess.run(["dcmdump", "+L", path], capture_output=True).stdout)
    for options, name in (((), "ģ"), (("--raw",), "模"), (("--raw", "--charset", "ISO_IR 192"), "模")):
        create(text, "-o", made, "--force", *options)
        assert pydicom.dcmread(made).PatientName == name


def test_where_dump2dcm_is_the_identity_so_is_create(files, tmp_path):
    """In the syntax and with the lengths that dump2dcm writes, whatever the text had."""
    same = 0
    for path in files[:100]:
        text, theirs, ours = tmp_path / "a.txt", tmp_path / "a.dcm", tmp_path / "a.wl"
        text.write_bytes(subprocess.run(["dcmdump", "+L", path], capture_output=True).stdout)
        if peers.run("dump2dcm", "+te", text, theirs).code or dump(theirs) != dump(path):
            continue
        create(text, "-o", ours, "--force")
        assert dump(ours) == dump(path)
        same += 1
    assert same > 20


def test_samples_come_back_from_dcmdump_and_from_pydicom(tmp_path):
    for path in SAMPLES:
        text, made = tmp_path / "a.txt", tmp_path / "a.wl"
        text.write_bytes(subprocess.run(["dcmdump", path], capture_output=True).stdout)
        create(text, "-o", made, "--force")
        assert dump(made) == dump(path)
        text.write_text(pydicom.dcmread(path).to_json())
        create(text, "-o", made, "--force")
        assert pydicom.dcmread(made) == pydicom.dcmread(path)


def test_dicom_json_of_pydicom(files, tmp_path):
    texts, made = tmp_path / "texts", tmp_path / "made"
    texts.mkdir()
    made.mkdir()
    for path in files:
        (texts / f"{path.stem}.json").write_text(pydicom.dcmread(path).to_json(), encoding="utf-8")
    create(*sorted(texts.iterdir()), "-o", made)
    for path in files:
        assert pydicom.dcmread(made / f"{path.stem}.wl") == pydicom.dcmread(path), path


def test_simple_json(tmp_path):
    text, made = tmp_path / "a.json", tmp_path / "a.wl"
    text.write_text(
        json.dumps(
            {
                "PatientName": "山田^太郎",
                "PatientID": "",
                "PatientWeight": 70.5,
                "PregnancyStatus": 4,
                "MedicalAlerts": ["a", "b"],
                "ScheduledProcedureStepSequence": [{"Modality": "CT", "ScheduledStationAETitle": "CT1"}],
            }
        )
    )
    create(text, "-o", made)
    entry = pydicom.dcmread(made)
    assert entry.PatientName == "山田^太郎" and entry.SpecificCharacterSet == "ISO_IR 192"
    assert entry.PatientWeight == 70.5 and entry.PregnancyStatus == 4 and list(entry.MedicalAlerts) == ["a", "b"]
    assert entry.PatientID == "" and entry.ScheduledProcedureStepSequence[0].Modality == "CT"


def test_keys_alone_are_served(mwl, folder):
    create(
        *("-k", "PatientName=VIVALDI^ANTONIO"),
        *("-k", "ScheduledProcedureStepSequence[0].Modality=CT"),
        *("-o", folder / "a.wl"),
    )
    server = mwl(folder)
    found = peers.findscu(server.port, "PatientName", "ScheduledProcedureStepSequence[0].Modality=CT")
    assert found.values("PatientName") == ["VIVALDI^ANTONIO"]


def required():
    """(inside the step?, keyword, return type) of what PS3.4 Table K.6-1 returns as type 1 or 2."""
    with open(ROOT / "data/mwl_attributes.csv", newline="") as table:
        for row in csv.DictReader(table):
            tags = row["path"].split(">")
            if row["return"] in ("1", "2") and (len(tags) == 1 or (len(tags) == 2 and tags[0] == "00400100")):
                yield len(tags) == 2, row["keyword"], row["return"]


def test_the_template_is_complete_and_dump2dcm_reads_it_too(tmp_path):
    code, template, _ = peers.run_mwl("create", "--template")
    assert code == 0
    text, ours, theirs = tmp_path / "a.txt", tmp_path / "a.wl", tmp_path / "a.dcm"
    text.write_text(template)
    create(text, "-o", ours)
    assert peers.run("dump2dcm", "+te", text, theirs).code == 0
    assert dump(ours) == dump(theirs)
    create(text, "-o", ours, "--force", "--derive")
    entry = pydicom.dcmread(ours)
    for in_step, keyword, kind in required():
        level = entry.ScheduledProcedureStepSequence[0] if in_step else entry
        assert keyword in level and (kind == "2" or level[keyword].value), keyword


def test_derived_uids_are_those_of_uuid5(tmp_path):
    space = uuid.UUID(int=74142783372425439318776665146508796898)
    made = tmp_path / "a.wl"
    for number in range(30):
        keys = ["-k", f"AccessionNumber=A-{number}", "-k", "ScheduledProcedureStepSequence[1].Modality=CT"]
        issuer = "RIS" if number % 2 else ""
        if issuer:
            keys += ["-k", f"IssuerOfAccessionNumberSequence[0].LocalNamespaceEntityID={issuer}"]
        create(*keys, "--derive", "-o", made, "--force")
        entry = pydicom.dcmread(made)
        assert entry.StudyInstanceUID == "2.25.%d" % uuid.uuid5(space, f"{issuer}\nA-{number}").int
        assert entry.RequestedProcedureID == f"A-{number}"
        steps = [step.ScheduledProcedureStepID for step in entry.ScheduledProcedureStepSequence]
        assert steps == [f"A-{number}-1", f"A-{number}-2"]


BAD = """# an order

(0010,0010) PN [Bach^Johann]
  (0010,0030) DA [1678-03-04]
"""


@pytest.mark.parametrize(
    "text, says",
    [
        (BAD, 'order.txt:4:19: PatientBirthDate (0010,0030) DA: "1678-03-04" is not YYYYMMDD\n'),
        ('{"PatientSex": "male"}', 'order.txt:1:17: PatientSex (0010,0040) CS: "male" has other characters than .*\n'),
        ("(0010,0010) PN [Bach\n", "order.txt:1:17: PatientName (0010,0010) PN: the dump does not show .*\n"),
        ("Dear Sirs", "order.txt:1:1: a line begins with a tag.*\n"),
        (" \n\n", "order.txt:1:1: there is nothing in it\n"),
    ],
)
def test_bad_text_makes_no_file(tmp_path, text, says):
    (tmp_path / "order.txt").write_text(text)
    code, out, error = peers.run_mwl("create", "order.txt", "-o", "a.wl", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert re.fullmatch(says.replace("(", r"\(").replace(")", r"\)"), error)
    assert [path.name for path in tmp_path.iterdir()] == ["order.txt"]


def test_one_bad_text_among_many_makes_none(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    (tmp_path / "good.txt").write_text("(0010,0010) PN [Bach]\n")
    (tmp_path / "bad.txt").write_text(BAD)
    code, _, error = peers.run_mwl("create", "good.txt", "bad.txt", "-o", "made", cwd=tmp_path)
    assert code == 2 and error.startswith("bad.txt:4:19:") and not list(made.iterdir())
    code, _, error = peers.run_mwl("create", "good.txt", "./good.txt", "-o", "made", cwd=tmp_path)
    assert code == 2 and "would both make made/good.wl" in error and not list(made.iterdir())


def test_a_file_is_kept_without_force(tmp_path):
    path = tmp_path / "a.wl"
    create("-k", "PatientID=1", "-o", path)
    before = path.read_bytes()
    code, _, error = peers.run_mwl("create", "-k", "PatientID=2", "-o", path)
    assert code == 1 and "the file exists, and is kept without --force" in error and path.read_bytes() == before
    create("-k", "PatientID=2", "-o", path, "--force")
    assert path.read_bytes() == before.replace(b"1 ", b"2 ")
    (tmp_path / "folder.wl").mkdir()
    (tmp_path / "link.wl").symlink_to("a.wl")
    for name in ("link.wl", "/dev/null", "nowhere/a.wl"):
        code, _, error = peers.run_mwl("create", "-k", "PatientID=2", "-o", tmp_path / name, "--force")
        assert code == 1 and error.startswith("mwl create: ")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wl", "folder.wl", "link.wl"]


def test_killed_at_any_moment_it_leaves_no_part_of_a_file(tmp_path):
    """Kills at moments spread over its whole run; the last runs are not killed, so some moments are after the end."""
    inputs = []
    for number in range(20):
        inputs.append(tmp_path / f"{number:02d}.txt")
        inputs[-1].write_text(f"(0010,0020) LO [{number:02d}]\n(0010,4000) LT [{'x' * 9000}]\n")
    whole = tmp_path / "whole"
    whole.mkdir()
    start = time.monotonic()
    create(*inputs, "-o", whole)
    takes = time.monotonic() - start
    expected = {path.name: path.read_bytes() for path in whole.iterdir()}
    assert len(expected) == len(inputs)
    chance = random.Random(6)
    for _ in range(300):
        folder = tmp_path / "killed"
        folder.mkdir()
        process = subprocess.Popen([peers.BINARY, "create", *inputs, "-o", folder])
        time.sleep(chance.random() * takes)
        process.send_signal(signal.SIGKILL)
        process.wait()
        made = [path for path in folder.iterdir() if path.suffix == ".wl"]
        for path in made:
            assert path.read_bytes() == expected[path.name]
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
