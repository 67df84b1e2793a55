"""samples/worklists: what is committed is what tools/samples.py writes, and other people's programs accept it."""
import csv
import subprocess
import sys
import warnings
from pathlib import Path

import pydicom
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / 'samples/worklists').iterdir())


def test_there_are_ten_and_nothing_else():
    assert len(FILES) == 10 and {path.suffix for path in FILES} == {'.wl'}


def test_script_writes_the_same_bytes(tmp_path):
    run = subprocess.run([sys.executable, '-W', 'error', ROOT / 'tools/samples.py', tmp_path], capture_output=True, text=True)
    assert run.returncode == 0 and run.stderr == ''
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {path.name: path.read_bytes() for path in FILES}


def required():
    """(inside the step?, keyword, return type) of what an entry must have, by PS3.4 Table K.6-1."""
    with open(ROOT / 'data/mwl_attributes.csv', newline='') as table:
        for row in csv.DictReader(table):
            tags = row['path'].split('>')
            if row['return'] in ('1', '2') and (len(tags) == 1 or (len(tags) == 2 and tags[0] == '00400100')):
                yield len(tags) == 2, row['keyword'], row['return']


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_type_1_and_2_are_complete(path):
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        entry = pydicom.dcmread(path)
        entry.decode()
    rows = list(required())
    assert len(rows) > 20
    for in_step, keyword, kind in rows:
        for item in entry.ScheduledProcedureStepSequence if in_step else [entry]:
            # type 2 may be empty, never absent
            assert keyword in item, keyword
            assert kind == '2' or item[keyword].value, keyword


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.stem)
def test_dcmdump_reads_it(path):
    run = subprocess.run(['dcmdump', '--quote-nonascii', path], capture_output=True, text=True)
    assert run.returncode == 0 and run.stderr == '', run.stderr
