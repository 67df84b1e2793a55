#!/usr/bin/env python3
"""Compiles each header of src/ alone: whoever includes one needs nothing before it. TAP, one test a header.

    headers.py SRC INCLUDES COMPILER [ARGUMENT...]      INCLUDES: folders, separated by ':'
"""
import subprocess
import sys
from pathlib import Path

FLAGS = ['-std=gnu17', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wno-unused-function', '-Werror', '-fsyntax-only',
         '-x', 'c', '-']


def main(src, includes, *compiler):
    src = Path(src)
    headers = sorted(src.rglob('*.h'))
    failed = 0
    for number, path in enumerate(headers, 1):
        name = path.relative_to(src)
        # twice, for a guard that is missing
        text = '#include "%s"\n#include "%s"\n' % (name, name)
        run = subprocess.run([*compiler, *('-I' + folder for folder in includes.split(':')), *FLAGS],
                             input=text, capture_output=True, text=True)
        failed += run.returncode != 0
        print('%s %d - %s' % ('ok' if run.returncode == 0 else 'not ok', number, name))
        for line in run.stderr.splitlines() if run.returncode else []:
            print('# ' + line)
    print('1..%d' % len(headers))
    return 1 if failed or not headers else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
