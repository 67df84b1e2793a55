"""Every command of README.md, run as it stands there, with the output that stands there.

A ```sh block is run, its lines together, and the ```text block right after it is what it must print: `...` alone on a line is any
number of lines, inside a line any text. Ports and the times in log lines are not compared. A block that serves goes on running for the blocks after it.
The commands run in a folder that looks like the checkout, so that the README may add and remove files.
"""
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

import peers

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / 'README.md').read_text(encoding='utf-8')
BLOCK = re.compile(r'^ *```sh\n(.*?)^ *```$(?:\n^ *```text\n(.*?)^ *```$)?', re.MULTILINE | re.DOTALL)

# ./dev test runs this very test; the two commands at the top are shown again, one by one, below.
NOT_HERE = './dev serve\n./dev test\n'


def blocks():
    """(commands, expected output or None) in the order of the page."""
    unindent = re.compile(r'^   ', re.MULTILINE)
    for commands, expected in BLOCK.findall(README):
        if commands.startswith('   '):
            commands = unindent.sub('', commands)
        if commands != NOT_HERE:
            yield commands, expected


def plain(text):
    """Without what differs from run to run: times of the log, spaces at the ends of lines."""
    text = re.sub(r'^([EWIT])\d{4} \d\d:\d\d:\d\d\.\d{6}', r'\1', text, flags=re.MULTILINE)
    return '\n'.join(line.rstrip() for line in text.splitlines())


def pattern(expected):
    """The regular expression of an expected output."""
    lines = []
    for line in plain(expected).splitlines():
        if line == '...':
            lines.append(r'(?:.*\n)*?')
        else:
            lines.append('.*?'.join(re.escape(part) for part in line.split('...')) + '\n')
    return ''.join(lines)


class Page:
    """Runs the blocks of the page, one after the other."""

    def __init__(self, folder):
        self.folder, self.port, self.server = folder, str(peers.free_port()), None
        self.log = folder / 'server.log'

    def ends(self):
        if self.server is not None:
            self.server.send_signal(signal.SIGTERM)
            assert self.server.wait(peers.patience(30)) == 0, self.log.read_text()
            self.server = None

    def serves(self, command, expected):
        """Starts a server in place of the one before it, on a port that is free."""
        self.ends()
        words = command.split()
        if words[0] == './dev':
            words += ['--listen', '127.0.0.1:' + self.port]
        with open(self.log, 'w') as log:
            self.server = subprocess.Popen(words, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + peers.patience(300)  # it may build first
        while 'is ready' not in self.log.read_text():
            assert self.server.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        self.compare(self.log.read_text(), expected)

    def runs(self, commands, expected):
        done = subprocess.run(['bash', '-e', '-c', commands.replace('4242', self.port)], cwd=self.folder,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=peers.patience(60))
        output = done.stdout.decode('utf-8', 'replace')
        assert done.returncode == 0, commands + output
        if expected:
            self.compare(output, expected)

    def compare(self, output, expected):
        output = plain(output).replace(self.port, '4242')
        assert re.search(r'(?:\A|\n)' + pattern(expected), output + '\n'), (
            '--- the README shows:\n%s\n--- it was:\n%s' % (expected, output))


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / 'mwl'
    folder.mkdir()
    for name in ('dev', 'samples', 'tools'):
        source = ROOT / name
        shutil.copytree(source, folder / name) if source.is_dir() else shutil.copy(source, folder / name)
    (folder / 'build').symlink_to(Path(peers.BINARY).parent)
    page = Page(folder)
    configuration = folder / 'samples/worklist.json'
    configuration.write_text(configuration.read_text().replace('4242', page.port))
    yield page
    if page.server is not None:
        page.server.kill()
        page.server.wait()


def test_every_command(page):
    ran = 0
    for commands, expected in blocks():
        if re.match(r'(./dev|build/mwl) serve\b', commands):
            page.serves(commands, expected)
        else:
            page.runs(commands, expected)
        ran += 1
    page.ends()
    assert ran >= 7


def test_the_configuration_shown_is_the_one_in_samples():
    shown = re.search(r'```json\n(.*?)```', README, re.DOTALL).group(1)
    assert shown == (ROOT / 'samples/worklist.json').read_text()


def test_links_lead_somewhere():
    for page in [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]:
        for target in re.findall(r'\]\(([^)#:]+)\)', page.read_text(encoding='utf-8')):
            assert (page.parent / target).exists(), '%s links to %s' % (page.name, target)


def test_the_comparison_can_fail():
    """... stands for anything, and nothing else does."""
    assert re.search(pattern('a\n...\nc ... e\n'), 'a\nb\nb\nc d e\n')
    assert re.search(pattern('a\n...\nc\n'), 'a\nc\n')
    assert not re.search(pattern('a\n...\nc\n'), 'a\nb\n')
    assert not re.search(pattern('(a)\n'), 'a\n')
