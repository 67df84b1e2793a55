"""tools/conformance.py on a page with one fault each: a check that cannot fail checks nothing."""
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / 'tools/conformance.py'


def run(*arguments):
    done = subprocess.run([sys.executable, TOOL, *arguments], capture_output=True, text=True)
    assert done.stderr == ''
    return done.returncode, [line[2:] for line in done.stdout.splitlines() if line.startswith('# ')]


@pytest.fixture
def page(tmp_path):
    copy = tmp_path / 'page.md'
    copy.write_text((ROOT / 'docs/CONFORMANCE.md').read_text())
    return copy


def test_the_page_is_current(page):
    assert run('--check', ROOT, page) == (0, [])


@pytest.mark.parametrize('before, after, complaint', [
    ('| A700 |', '| A701 |', 'the table statuses is out of date: run ./dev docs'),
    ('| Explicit VR Big Endian | 1.2.840.10008.1.2.2 |\n', '', 'the table transfer-syntaxes is out of date: run ./dev docs'),
    ('<!-- table vrs -->\n', '', 'the page has no table vrs'),
    ('`match/text.c: case_counts`', '`match/text.c: case_matters`', 'there is no match/text.c: case_matters'),
    ('`test_identifier.py: test_deflated_bomb`', '`test_gone.py: test_deflated_bomb`',
     'there is no test_gone.py: test_deflated_bomb'),
])
def test_a_fault_is_found_and_a_table_mended(page, before, after, complaint):
    text = page.read_text()
    assert text.count(before) == 1
    page.write_text(text.replace(before, after))
    assert run('--check', ROOT, page) == (1, [complaint])
    if 'out of date' in complaint:
        assert run(ROOT, page) == (0, [])
        assert page.read_text() == text
