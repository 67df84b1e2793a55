#!/usr/bin/env python3
"""coverage.py BUILD [--missing] [FILE...] -- lines of src that ran, per file and room, in a folder built with -Db_coverage=true.

Prints a table and what each of the files named lacks, or with --missing all of them. Fails if a room that reads bytes
of strangers is below its bound.
"""
import collections
import json
import pathlib
import subprocess
import sys

BOUND = {'ul': 90, 'dimse': 90, 'dicom': 90, 'match': 90}  # per cent


def counts(build, root):
    """For each file of src, how often each of its lines ran, over all objects that have it."""
    files = collections.defaultdict(collections.Counter)
    notes = sorted(str(path.relative_to(build)) for path in (build / 'src').rglob('*.gcno'))
    command = ['gcov', '--json-format', '--stdout', *notes]
    printed = subprocess.run(command, cwd=build, check=True, capture_output=True, text=True).stdout
    for document in printed.splitlines():
        for file in json.loads(document)['files']:
            path = (build / file['file']).resolve()
            if not path.is_relative_to(root / 'src'):
                continue
            for line in file['lines']:
                files[path.relative_to(root / 'src')][line['line_number']] += line['count']
    return files


def share(lines):
    ran = sum(1 for count in lines.values() if count)
    return ran, len(lines), 100 * ran / len(lines)


def row(name, lines):
    print(f'{name:<32} {lines[0]:>6} of {lines[1]:>6} {lines[2]:>6.1f} %')


def main():
    names = [name for name in sys.argv[2:] if name != '--missing']
    root = pathlib.Path(__file__).resolve().parent.parent
    files = counts(pathlib.Path(sys.argv[1]).resolve(), root)
    rooms = collections.defaultdict(collections.Counter)
    for path, lines in sorted(files.items()):
        row(f'src/{path}', share(lines))
        rooms[path.parts[0]].update({(path, number): count for number, count in lines.items()})
        if '--missing' in sys.argv or f'src/{path}' in names:
            source = (root / 'src' / path).read_text().splitlines()
            for number, count in sorted(lines.items()):
                if not count:
                    print(f'{number:>8}  {source[number - 1]}')
    print()
    low = []
    for room, lines in sorted(rooms.items()):
        row(f'src/{room}', share(lines))
        if share(lines)[2] < BOUND.get(room, 0):
            low.append(room)
    for room in low:
        print(f'src/{room} is below {BOUND[room]} %')
    return bool(low)


if __name__ == '__main__':
    sys.exit(main())
