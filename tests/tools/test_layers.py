"""tools/layers.py on small trees with one fault each: a check that cannot fail checks nothing."""
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = 'base:\nul: base\nnet: base\ncli: net ul base\nsans-io: ul\n'


@pytest.fixture
def tree(tmp_path):
    """write(path, text) makes a file of a tree that is in order until then; check(build) gives (status, complaints)."""
    def write(path, text):
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def check(*build):
        run = subprocess.run([sys.executable, ROOT / 'tools/layers.py', tmp_path, *build], capture_output=True, text=True)
        return run.returncode, [line[2:] for line in run.stdout.splitlines() if line.startswith('# ')], run.stderr

    write('tools/layers.txt', RULES)
    write('src/base/span.h', '#include <stdint.h>\n')
    write('src/ul/pdu.c', '#include "ul/pdu.h"\n')
    write('src/ul/pdu.h', '#include "base/span.h"\n')
    write('src/net/loop.c', '#include "base/span.h"\n#include <sys/epoll.h>\n')
    write('src/cli/main.c', '#include "net/loop.h"\n#include "ul/pdu.h"\n')
    check.write, check.root = write, tmp_path
    return check


def test_tree_in_order(tree):
    assert tree() == (0, [], '')


@pytest.mark.parametrize('path, text, complaint', [
    ('src/ul/item.c', '  #  include "net/loop.h"\n', 'but ul may use only: base'),          # a sibling
    ('src/base/log.c', '#include "ul/pdu.h"\n', 'but base may use only: '),                 # upwards
    ('src/ul/item.h', '#include "pdu.h"\n', 'name the room, "ul/pdu.h"'),
    ('src/ul/rows.def', '#include "cli/main.h"\n', 'but ul may use only: base'),
    ('src/ul/deep/item.c', '#include "net/loop.h"\n', 'but ul may use only: base'),
    ('src/ul/item.c', '#include <sys/socket.h>\n', 'ul sees no file descriptor'),
    ('src/ul/item.c', 'int ul_x;\n' * 601, 'has 601 lines, more than 600'),
    ('src/web/page.c', 'int web_x;\n', 'src/web is not in tools/layers.txt'),
])
def test_fault_is_found(tree, path, text, complaint):
    tree.write(path, text)
    status, complaints, _ = tree()
    assert status == 1 and len(complaints) == 1 and complaint in complaints[0]


def test_rule_that_points_up_is_refused(tree):
    tree.write('tools/layers.txt', 'ul: base\nbase:\n')
    status, _, errors = tree()
    assert status != 0 and 'layers.txt:1: not listed above: base' in errors


@pytest.mark.skipif(not shutil.which('gcc'), reason='needs gcc')
@pytest.mark.parametrize('room, text, complaint', [
    ('ul', 'int ul_fine; int pdu_wrong;', 'pdu_wrong'),
    ('base', 'int span_fine; int spanner;', 'spanner'),
    ('ul', 'static int hidden; int *ul_at(void); int *ul_at(void) { return &hidden; }', None),
])
def test_symbols_carry_their_room(tree, room, text, complaint):
    folder = tree.root / 'build/src' / room
    folder.mkdir(parents=True)
    subprocess.run(['gcc', '-x', 'c', '-c', '-', '-o', folder / 'x.o'], input=text, text=True, check=True)
    subprocess.run(['ar', 'rcs', folder / ('lib%s.a' % room), folder / 'x.o'], check=True)
    status, complaints, _ = tree(tree.root / 'build')
    assert [complaint in line for line in complaints] == ([True] if complaint else [])
    assert status == (1 if complaint else 0)
