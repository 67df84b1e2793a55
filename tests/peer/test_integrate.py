"""docs/INTEGRATE.md: each example is run as it stands there, and leaves the same entry in the folder."""

import re
import subprocess
import sys
from pathlib import Path

import pydicom
import pytest

import peers

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "INTEGRATE.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sh|python)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FEEDING = BLOCKS[:-1]


def run(language, text, folder):
    """A shell finds mwl in its PATH, as where it is installed."""
    (folder / "bin").mkdir(exist_ok=True)
    link = folder / "bin" / "mwl"
    if not link.exists():
        link.symlink_to(peers.BINARY)
    environment = {**peers.environment(), "PATH": f"{folder / 'bin'}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    command = ["sh", "-e"] if language == "sh" else [sys.executable, "-"]
    done = subprocess.run(command, input=text, cwd=folder, env=environment, capture_output=True, text=True, timeout=peers.patience(60))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(len(FEEDING)))
def test_each_example_makes_the_entry(tmp_path, number):
    folder = tmp_path / "worklists"
    folder.mkdir()
    run(*FEEDING[number], tmp_path)
    assert [path.name for path in folder.iterdir()] == ["A4711.wl"]
    code, out, error = peers.run_mwl("check", "--quiet", folder)
    assert (code, out, error) == (0, "1 files: 0 errors, 0 warnings, 0 hints\n", "")
    entry = pydicom.dcmread(folder / "A4711.wl")
    step = entry.ScheduledProcedureStepSequence[0]
    assert (str(entry.PatientName), entry.AccessionNumber, entry.PatientBirthDate) == ("Händel^Georg", "A4711", "16850223")
    assert (step.Modality, step.ScheduledStationAETitle, step.ScheduledProcedureStepID) == ("CT", "CT1", "A4711-1")
    assert entry.RequestedProcedureID == "A4711" and entry.StudyInstanceUID


def test_the_last_takes_it_away(tmp_path):
    folder = tmp_path / "worklists"
    folder.mkdir()
    (folder / "A4711.wl").write_bytes(b"x")
    run(*BLOCKS[-1], tmp_path)
    assert list(folder.iterdir()) == []


def test_there_are_as_many_as_the_page_promises():
    assert [language for language, _ in FEEDING] == ["sh", "sh", "python", "python"]
