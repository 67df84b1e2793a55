"""mwl find: the same answers as findscu gets, from every server that people have; and what it says when there are none."""

import json
import subprocess

import pydicom
import pytest

import hosts
import peers
import raw
import worklists

KEYS = [
    [],
    ["-k", "PatientName=DOE*"],
    ["-k", "(0010,0020)=PAT2", "-k", "0010,0030"],
    ["-k", "ScheduledProcedureStepSequence[0].Modality=MR", "-k", "ScheduledProcedureStepSequence[0].ScheduledStationAETitle"],
    ["-k", "(0040,0100)[0].(0040,0002)=20260101-20260301"],
    ["-k", "PatientName=nobody"],
]
ALWAYS = ["-k", "AccessionNumber", "-k", "PatientName", "-k", "PatientID", "-k", "ScheduledProcedureStepSequence[0].ScheduledProcedureStepID"]


@pytest.fixture
def entries(folder):
    for number, (name, modality, date) in enumerate([("DOE^JOHN", "CT", "20260105"), ("DOE^JANE", "MR", "20260205"), ("ROE^RITA", "MR", "20260405")]):
        step = {"Modality": modality, "ScheduledProcedureStepStartDate": date, "ScheduledProcedureStepID": f"S{number}"}
        worklists.write(folder, f"{number}.wl", step, PatientName=name, PatientID=f"PAT{number}", AccessionNumber=f"ACC{number}", SpecificCharacterSet="ISO_IR 100")
    return folder


def saved(folder):
    """The answers that were saved as files, in an order of their own."""
    found = [pydicom.dcmread(path) for path in folder.iterdir()]
    return sorted(found, key=lambda d: (d.AccessionNumber, d.PatientID))


def same_as_findscu(tmp_path, port, called, keys):
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for path in (mine, theirs):
        path.mkdir(exist_ok=True)
        for old in path.iterdir():
            old.unlink()
    code, out, error = peers.run_mwl("find", "127.0.0.1", port, "-aec", called, *keys, "-X", mine)
    assert (code, error) == (0, ""), error
    done = subprocess.run(
        ["findscu", "-W", "-X", "-od", theirs, "-aec", called, *keys, "127.0.0.1", str(port)], capture_output=True, timeout=peers.patience(60)
    )
    assert done.returncode == 0, done.stderr
    mine, theirs = saved(mine), saved(theirs)
    assert [[str(element) for element in d] for d in mine] == [[str(element) for element in d] for d in theirs]
    return mine


def assert_same_answers(tmp_path, port, called="ANY-SCP"):
    counts = [len(same_as_findscu(tmp_path, port, called, [*ALWAYS, *keys])) for keys in KEYS]
    assert counts == [3, 2, 1, 2, 2, 0]


def test_as_findscu_at_mwl_serve(mwl, entries, tmp_path):
    assert_same_answers(tmp_path, mwl(entries).port)


def test_as_findscu_at_wlmscpfs(wlmscpfs, entries, tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "WL").symlink_to(entries)
    (entries / "lockfile").touch()
    assert_same_answers(tmp_path, wlmscpfs(root).port, "WL")


def test_as_findscu_at_orthanc_with_its_sample_plugin(host, entries, tmp_path):
    orthanc = host([hosts.SAMPLE], hosts.section(entries))
    assert_same_answers(tmp_path, orthanc.port)


@pytest.fixture
def server(mwl, entries):
    return mwl(entries)


def find(server, *arguments):
    return peers.run_mwl("find", "127.0.0.1", server.port, *arguments)


def test_a_table_without_any_key(server):
    code, out, error = find(server)
    assert (code, error) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["start", "mod.", "station", "patient", "ID", "accession", "what"]
    assert lines[1].split() == ["2026-01-05", "08:00", "CT", "CT1", "DOE^JOHN", "PAT0", "ACC0", "CT", "head", "plain"]
    assert len(lines) == 4


def test_json(server):
    code, out, error = find(server, "--json", "-k", "AccessionNumber", "-k", "PatientID=PAT1")
    assert [pydicom.dataset.Dataset.from_json(d).AccessionNumber for d in json.loads(out)] == ["ACC1"]
    assert json.loads(find(server, "--simple", "-k", "PatientID=PAT2")[1]) == [{"PatientID": "PAT2"}]
    assert json.loads(find(server, "--json", "-k", "PatientID=none")[1]) == []


@pytest.mark.parametrize("syntax", ["implicit", "explicit", "big-endian", "deflated"])
def test_transfer_syntaxes(server, syntax):
    code, out, error = find(server, "--syntax", syntax, "--simple", "-k", "AccessionNumber", "-k", "PatientName=DOE^JOHN")
    assert json.loads(out) == [{"AccessionNumber": "ACC0", "PatientName": "DOE^JOHN"}]


def test_query_out_of_a_file(server, tmp_path):
    text, dicom = tmp_path / "query.txt", tmp_path / "query.dcm"
    text.write_text("(0008,0050) SH\n(0010,0010) PN [DOE*]\n")
    dicom.write_bytes(worklists.part10(raw.keys(AccessionNumber="", PatientName="DOE*")))
    for query in (text, dicom):
        out = find(server, "--simple", "-q", query)[1]
        assert [d["AccessionNumber"] for d in json.loads(out)] == ["ACC0", "ACC1"]
    out = find(server, "--simple", "-q", text, "-k", "PatientName=ROE*")[1]  # a key goes before the file
    assert [d["AccessionNumber"] for d in json.loads(out)] == ["ACC2"]


def test_cancel(mwl, folder):
    worklists.crowd(folder, 40)
    server = mwl(folder)
    code, out, error = find(server, "--simple", "-k", "AccessionNumber", "--cancel", "5", "--pdu", "4096")
    assert (code, error) == (0, "")
    assert 5 <= len(json.loads(out)) <= 40 * 256


def test_why_there_is_no_association(mwl, entries, tmp_path):
    configuration = peers.configuration(tmp_path / "a.json", {"Enable": True, "Database": str(entries)}, DicomCheckCalledAet=True)
    code, out, error = find(mwl(configuration), "-k", "PatientID")
    assert (code, out) == (1, "") and "called AE title not recognised" in error


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["-k", "PatientNam"], "did you mean PatientName?"),
        (["-k", "PatientID=a", "--json", "--table"], "one of --table, --json and --simple"),
        (["--syntax", "jpeg"], "there is no --syntax jpeg"),
        (["--cancel", "x"], "--cancel wants a number"),
        (["-q", "/nowhere"], "/nowhere"),
        (["-k", "0010,00=CT"], '-k 0010,00=CT:1: "0010" is no keyword'),
        (["--as", "no-such-device"], "there is no such file, and no such profile in"),
    ],
)
def test_arguments_that_are_none(server, arguments, said):
    code, out, error = find(server, *arguments)
    assert code in (1, 2) and out == "" and said in error


def test_server_that_refuses_the_query(server):
    code, out, error = find(server, "-k", "PatientBirthDate=yesterday")
    assert (code, out) == (1, "") and "A900" in error
