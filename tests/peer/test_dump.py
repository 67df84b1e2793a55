"""mwl dump beside dcmdump, and mwl create behind it."""

import subprocess

import pytest

import corpus
import peers
import raw
import worklists


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
