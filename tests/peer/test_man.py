"""The manual pages as people see them: mandoc finds nothing wrong, and all that --help says is there."""
import re
import subprocess
from pathlib import Path

import pytest

import peers

PAGES = sorted((Path(peers.BINARY).parent / 'src' / 'cli').glob('*.1'))
WORDS = re.compile(r'[^\s`]+')


def mwl(*arguments):
    return subprocess.run([peers.BINARY, *arguments], capture_output=True, text=True, check=True, timeout=10).stdout


def words(text):
    return [word.rstrip('.') for word in WORDS.findall(text)]


def commands(of):
    """Those that a help lists."""
    return re.findall(r'^  (\w+) ', of.partition('Commands:\n')[2].partition('\n\n')[0], re.MULTILINE)


def test_each_command_has_a_page():
    assert sorted(page.stem for page in PAGES) == sorted(['mwl', *(f'mwl-{name}' for name in commands(mwl('--help')))])


@pytest.mark.parametrize('page', PAGES, ids=lambda page: page.stem)
def test_mandoc_is_content(page):
    """A page has no date, so that two builds of one version are the same; mandoc warns of that alone."""
    said = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', page], capture_output=True, text=True, timeout=10)
    assert [line for line in (said.stdout + said.stderr).splitlines() if 'missing date' not in line] == []


@pytest.mark.parametrize('page', [page for page in PAGES if page.stem != 'mwl'], ids=lambda page: page.stem)
def test_what_the_help_says_is_in_the_page(page):
    shown = subprocess.run(['mandoc', '-T', 'utf8', '-O', 'width=200', page], capture_output=True, text=True, check=True, timeout=10).stdout
    shown = words(re.sub('.\x08', '', shown))
    name = page.stem.removeprefix('mwl-')
    helps = [mwl(name, '--help')]
    helps += [mwl(name, part, '--help') for part in commands(helps[0])]
    for text in helps:
        for line in text.splitlines():
            if line.startswith(('Usage:', 'Options:', 'Commands:', 'Exit status:')) or line.endswith('says more of one.') or 'Print this.' in line:
                continue
            line = words(line)
            assert any(shown[i:i + len(line)] == line for i in range(len(shown) - len(line) + 1)), ' '.join(line)
