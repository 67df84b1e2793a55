#!/usr/bin/env python3
"""Holds the rooms of src/ to the edges of tools/layers.txt.

Folders alone keep no layers: one convenient #include and a room knows what it must not know. So a test reads every
include, every external symbol and the length of every file. TAP on standard output, one test a room and rule.

    layers.py ROOT [BUILD]      BUILD is a meson build folder; without it symbols are not looked at
"""
import re
import subprocess
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.MULTILINE)
DESCRIPTORS = re.compile(r'^(sys/(socket|epoll|eventfd|inotify|select|un|uio|ioctl)|netinet/.*|arpa/.*|netdb|poll|'
                         r'unistd|fcntl|event2/.*|event|openssl/.*)\.h$')
MAX_LINES = 600


def read_rules(path):
    """{room: set of rooms}, and the rooms that see no descriptor; raises ValueError if the list is not ordered."""
    edges, sans_io = {}, set()
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.split('#')[0].strip()
        if not line:
            continue
        name, _, rest = line.partition(':')
        rooms = rest.split()
        unknown = [room for room in rooms if room not in edges]
        if unknown:
            raise ValueError('%s:%d: not listed above: %s' % (path, number, ' '.join(unknown)))
        if name == 'sans-io':
            sans_io.update(rooms)
        else:
            edges[name] = set(rooms)
    return edges, sans_io


def sources(folder):
    return sorted(path for path in folder.rglob('*') if path.suffix in ('.c', '.h', '.def'))


def bad_includes(src, room, allowed, sans_io):
    for path in sources(src / room):
        for kind, name in INCLUDE.findall(path.read_text()):
            first, slash, _ = name.partition('/')
            if kind == '"' and not slash:
                yield '%s includes "%s": name the room, "%s/%s"' % (path, name, room, name)
            elif kind == '"' and first not in allowed | {room}:
                yield '%s includes "%s", but %s may use only: %s' % (path, name, room, ' '.join(sorted(allowed)))
            elif kind == '<' and sans_io and DESCRIPTORS.match(name):
                yield '%s includes <%s>, but %s sees no file descriptor' % (path, name, room)


def long_files(src, room):
    for path in sources(src / room):
        lines = path.read_text().count('\n')
        if path.suffix != '.def' and lines > MAX_LINES:
            yield '%s has %d lines, more than %d: it is two files' % (path, lines, MAX_LINES)


def prefixes(src, room):
    """base/ has no name of its own: there each file is a prefix."""
    return {path.stem + '_' for path in (src / room).glob('*.h')} if room == 'base' else {room + '_'}


def exported(src, room):
    """What somebody else's program looks for by a name of its own choice."""
    exports = src / room / 'exports.map'
    return set(re.findall(r'^\s*(\w+);$', exports.read_text(), re.M)) if exports.exists() else set()


def bad_symbols(src, room, build):
    given = exported(src, room)
    allowed = tuple(prefixes(src, room))
    for library in sorted((build / 'src' / room).glob('*.a')):
        listing = subprocess.run(['nm', '--extern-only', '--defined-only', '--format=posix', library],
                                 check=True, capture_output=True, text=True).stdout
        for line in listing.splitlines():
            symbol = line.split(' ')[0]
            # "name.o:" begins an object; the sanitizers' own names begin with two underscores
            if line.endswith(':') or symbol.startswith('__') or (room == 'cli' and symbol == 'main'):
                continue
            if not symbol.startswith(allowed) and symbol not in given:
                yield '%s defines %s, which does not begin with %s' % (library.name, symbol, ' or '.join(allowed))


def checks(root, build):
    """(name, list of complaints) for each room and rule."""
    src = root / 'src'
    edges, sans_io = read_rules(root / 'tools' / 'layers.txt')
    rooms = sorted(path.name for path in src.iterdir() if path.is_dir())
    yield 'every room is listed', ['src/%s is not in tools/layers.txt' % room for room in rooms if room not in edges]
    for room in rooms:
        if room not in edges:
            continue
        yield room + ' includes what it may', list(bad_includes(src, room, edges[room], room in sans_io))
        yield room + ' has no long file', list(long_files(src, room))
        if build is not None:
            yield room + ' prefixes its symbols', list(bad_symbols(src, room, build))


def main(root, build=None):
    number = failed = 0
    for name, complaints in checks(Path(root), Path(build) if build else None):
        number += 1
        failed += bool(complaints)
        print('%s %d - %s' % ('not ok' if complaints else 'ok', number, name))
        for complaint in complaints:
            print('# ' + complaint)
    print('1..%d' % number)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
