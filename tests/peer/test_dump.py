"""mwl dump beside dcmdump, and mwl create behind it."""

import json
import subprocess
from pathlib import Path

import pydicom
import pytest
from pydicom.datadict import dictionary_has_tag
from pydicom.dataset import Dataset

import corpus
import peers
import raw
import worklists


SAMPLES = sorted((Path(__file__).resolve().parents[2] / "samples" / "worklists").glob("*.wl"))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return corpus.write(tmp_path_factory.mktemp("corpus"))


def mwl_dump(*arguments):
    done = subprocess.run([peers.BINARY, "dump", *arguments], capture_output=True, timeout=peers.patience(60), env=peers.environment())
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    return done.stdout


def dcmdump(*arguments):
    done = subprocess.run(["dcmdump", *arguments], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


NEWER = b" Unknown Tag & Data"


def assert_same(mine, theirs):
    """Byte for byte; but a keyword that is newer than DCMTK's dictionary is one that it does not know."""
    mine, theirs = mine.split(b"\n"), theirs.split(b"\n")
    assert len(mine) == len(theirs)
    for a, b in zip(mine, theirs):
        if b.lstrip().startswith(b"("):
            tag = b.lstrip()[1:5] + b.lstrip()[6:10]  # a value may go on for several lines
        if a != b:
            assert b.endswith(NEWER), (a, b)
            assert int(tag, 16) in corpus.unknown_to_dcmtk(), (a, b)
            assert a.startswith(b[: -len(NEWER)]), (a, b)


@pytest.mark.smoke
@pytest.mark.parametrize("mine, theirs", [(["--raw"], ["+L"]), (["--raw", "--short"], [])])
def test_the_corpus_looks_as_in_dcmdump(files, mine, theirs):
    assert len(files) >= 500
    assert_same(mwl_dump(*mine, *files), dcmdump("-q", *theirs, *files))


@pytest.mark.parametrize("syntax", [raw.IMPLICIT, raw.EXPLICIT, raw.BIG_ENDIAN, raw.DEFLATED])
def test_every_transfer_syntax(tmp_path, syntax):
    path = tmp_path / "a.wl"
    path.write_bytes(worklists.encode(syntax=syntax, SpecificCharacterSet="ISO_IR 100", PatientName="Müller", PregnancyStatus=4))
    assert_same(mwl_dump("--raw", path), dcmdump("+L", path))


def test_a_file_without_meta_information(tmp_path):
    path = tmp_path / "a.wl"
    path.write_bytes(raw.encode(worklists.dataset(), raw.EXPLICIT))
    assert_same(mwl_dump("--raw", path), dcmdump("-q", "+L", path))


def data_set(text):
    return text[text.index(b"# Dicom-Data-Set") :]


@pytest.mark.parametrize("option", [[], ["--raw"]])
def test_what_is_dumped_is_created_again(files, tmp_path, option):
    """dump, create, dump: the same, whatever is in it; group lengths and the meta information aside, which are not kept."""
    texts, made = tmp_path / "texts", tmp_path / "made"
    texts.mkdir()
    made.mkdir()
    dumps = {path: mwl_dump(*option, path) for path in files}
    for path, text in dumps.items():
        (texts / f"{path.stem}.txt").write_bytes(text)
    code, out, error = peers.run_mwl("create", *option, *sorted(texts.iterdir()), "-o", made, seconds=60)
    assert (code, out, error) == (0, "", "")
    for path, text in dumps.items():
        again = mwl_dump(*option, made / f"{path.stem}.wl")
        assert again.split(b"\n")[0] == text.split(b"\n")[0], path.stem  # whether there are line breaks
        assert data_set(again) == data_set(text), path.stem


def test_what_is_printed_for_people(tmp_path):
    path = tmp_path / "a.wl"
    worklists.write(tmp_path, "a.wl", PatientName="Müller^Eva", PatientComments="C:\\new\nline", SpecificCharacterSet="ISO_IR 100")
    text = mwl_dump(path).decode("utf-8")
    assert "(0010,0010) PN [Müller^Eva]                             #  10, 1 PatientName\n" in text
    assert text.startswith("# In LT, ST, UR and UT: ")
    assert "(0010,4000) LT [C:\\\\new\\nline]" in text


def test_what_cannot_be_read(tmp_path):
    """It is named with its reason, and the others are printed."""
    worklists.put(tmp_path, "bad.wl", worklists.BAD["cut.wl"])
    worklists.put(tmp_path, "good.wl", worklists.GOOD)
    bad, good, none = (tmp_path / name for name in ("bad.wl", "good.wl", "none.wl"))
    code, out, error = peers.run_mwl("dump", bad, none, good)
    assert code == 1
    assert out.startswith(f"# {good}\n") and out.count("# Dicom-Data-Set") == 1
    assert f"mwl dump: {bad}: " in error and "(byte " in error
    assert f"{none}: No such file" in error or f"{none}: cannot" in error
    assert peers.run_mwl("dump")[0] == 2


def test_pydicom_reads_the_same_out_of_json(files):
    """The DICOM JSON Model (PS3.18 Annex F): an equal data set, whatever is in it."""
    found = json.loads(mwl_dump("--json", *files))
    assert len(found) == len(files)
    for path, model in zip(files, found):
        stored, read = pydicom.dcmread(path), Dataset.from_json(model)
        for dataset in stored, read:
            comparable(dataset)
        assert read == stored, path.stem


def comparable(dataset):
    """Makes alike what pydicom keeps in two ways: bytes of O* and UN, and text that ends with spaces; and takes away what
    is newer than its dictionary."""
    for tag in [element.tag for element in dataset if not element.tag.is_private and not dictionary_has_tag(element.tag)]:
        del dataset[tag]
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                comparable(item)
        elif element.VR in ("OB", "OW", "UN", "OF", "OD", "OL", "OV"):
            element.value = bytes(element.value or b"")
        elif element.VR in ("LT", "ST", "UT", "UR"):
            element.value = (element.value or "").rstrip(" ")


@pytest.mark.parametrize("form", ["--json", "--simple"])
def test_json_is_created_again(tmp_path, form):
    for sample in SAMPLES:
        text, made = tmp_path / "a.json", tmp_path / "a.wl"
        text.write_bytes(mwl_dump(form, sample))
        assert peers.run_mwl("create", text, "-o", made, "--force") == (0, "", "")
        assert pydicom.dcmread(made) == pydicom.dcmread(sample)


def test_simple_json_is_what_orthanc_prints(tmp_path):
    (entry,) = [json.loads(mwl_dump("--simple", SAMPLES[0]))]
    assert entry["PatientName"] == "Bach^Johann Sebastian"
    assert entry["ScheduledProcedureStepSequence"][0]["Modality"] == "CT"
    assert entry["PregnancyStatus"] == ""


def test_options_that_exclude_each_other():
    for options in (["--json", "--simple"], ["--json", "--raw"], ["--simple", "--short"]):
        code, out, error = peers.run_mwl("dump", *options, SAMPLES[0])
        assert (code, out) == (2, "") and "one of --json, --simple" in error
