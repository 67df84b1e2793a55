#!/usr/bin/env python3
"""Keeps docs/CONFORMANCE.md true: its tables are made from the rows that the program itself is made from.

    conformance.py ROOT [PAGE]            writes the tables into the page
    conformance.py --check ROOT [PAGE]    says what is out of date; TAP, one test a table, and one for the tests it names

A table stands between two lines of the page, and what is between them is not for people to edit:

    <!-- table NAME -->
    <!-- end NAME -->

What has no rows in the program is prose, and people write it. Where the page names a test, as `ROOM/FILE.c: NAME` or
`test_FILE.py: NAME`, there has to be one.
"""
import csv
import re
import sys
from pathlib import Path


class Facts:
    """The rows of the program, read from its source."""

    def __init__(self, root):
        self.root = root

    def text(self, path):
        return (self.root / path).read_text(encoding='utf-8')

    def csv(self, path):
        return list(csv.DictReader(self.text(path).splitlines()))

    def rows(self, path, name):
        """The arguments of each NAME(...) in a .def file: strings without their quotes, all else as it is written."""
        source = re.sub(r'/\*.*?\*/', '', self.text(path), flags=re.S)
        found = []
        for row in re.findall(r'^%s\((.*?)\)\s*$' % name, source, re.S | re.M):
            arguments = re.findall(r'\s*((?:"(?:[^"\\]|\\.)*"\s*)+|[^,"]+)', row)
            found.append([''.join(re.findall(r'"((?:[^"\\]|\\.)*)"', a)).replace('\\"', '"') if '"' in a else a.strip()
                          for a in arguments if a.strip()])
        return found

    def keywords(self, path, array):
        """The TAG_Keyword in an array of a .c file."""
        body = re.search(r'\b%s\[\] = \{(.*?)\};' % array, self.text(path), re.S).group(1)
        return set(re.findall(r'TAG_(\w+)', body))


def table(head, rows):
    lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
    return '\n'.join(lines + ['| ' + ' | '.join(str(c).replace('|', '\\|') for c in row) + ' |' for row in rows])


# ---- the tables ----


def transfer_syntaxes(facts):
    names = {row['uid']: row['name'] for row in facts.csv('data/uids.csv')}
    rows = [(names[uid], uid) for _, uid, *_ in facts.rows('src/dicom/syntax.def', 'SYNTAX')]
    return table(['transfer syntax', 'UID'], rows)


def sop_classes(facts):
    """Of the services that admission.c offers."""
    names = {row['keyword']: row for row in facts.csv('data/uids.csv')}
    offers = re.search(r'offers\[\] = \{(.*?)\};', facts.text('src/server/admission.c'), re.S).group(1)
    rows = [(names[keyword]['name'], names[keyword]['uid'], 'no', 'yes') for keyword in re.findall(r'UID_(\w+)', offers)]
    return table(['SOP class', 'UID', 'user (SCU)', 'provider (SCP)'], rows)


def association(facts):
    """What every association is told of us."""
    identity = dict(re.findall(r'#define IDENTITY_(\w+) (.*)', facts.text('src/base/identity.h')))
    version = re.search(r"version: '([\d.]+)'", facts.text('meson.build')).group(1)
    limits = limit_values(facts)
    return table(['parameter', 'value'], [
        ('Application Context Name', '1.2.840.10008.3.1.1.1'),
        ('Implementation Class UID', identity['CLASS_UID'].strip('"')),
        ('Implementation Version Name', identity['VERSION_NAME'].replace('"', '').replace(' MWL_VERSION', version)),
        ('Maximum PDU length received', '{:,} bytes, or `MaximumPduLength`'.format(limits['pdu_bytes'])),
        ('Associations at a time', '{:,}, of which {:,} from one address'.format(limits['associations'],
                                                                                 limits['associations_per_peer'])),
        ('Operations at a time', '1; up to {:,} requests may wait behind it'.format(limits['pipelined'])),
    ])


def statuses(facts):
    rows = [('%04X' % int(code, 16), text, when) for _, code, text, when in facts.rows('src/dimse/status.def', 'STATUS')]
    return table(['status', 'meaning', 'sent when'], rows)


def rejections(facts):
    return table(['result', 'source', 'reason', 'meaning'],
                 [row[1:] for row in facts.rows('src/ul/reject.def', 'REJECT')])


def tolerances(facts):
    rows = [(text, 'file' if text.startswith(('a file', 'a File')) else found_in)
            for room, found_in in (('ul', 'association'), ('dicom', 'query, file'), ('match', 'query'))
            for _, text in facts.rows('src/%s/tolerance.def' % room, 'TOLERANCE')]
    return table(['what is forgiven', 'in'], rows)


UNITS = {'bytes': 'bytes', 'ms': 'ms', 'us': 'µs'}


def number(text):
    """The value of a constant like `64u << 10` or `10 * 1000`."""
    left, _, shift = re.sub(r'(?<=\d)u', '', text).partition('<<')
    value = 1
    for factor in left.split('*'):
        value *= int(factor)
    return value << int(shift or 0)


def limit_values(facts):
    return {name: number(value) for name, value in re.findall(r'\.(\w+) = ([^,]+),', facts.text('src/base/limits.c'))}


def bounds(facts):
    """struct limits and its defaults."""
    comments = dict(re.findall(r'uint32_t (\w+);\s*/\* (.*?) \*/', facts.text('src/base/limits.h'), re.S))
    rows = [(re.sub(r'\s+', ' ', comments[name]), '{:,}'.format(value), UNITS.get(name.split('_')[-1], ''))
            for name, value in limit_values(facts).items()]
    return table(['bound', 'at most', 'unit'], rows)


KINDS = {
    'text': 'character by character',
    'name': 'group by group, in any case of letters; see Names',
    'moment': 'as a moment in time',
    'number': 'as a number',
    'bytes': 'byte by byte',
}


def vrs(facts):
    """How values of each VR are compared: by vr.def and the table at the top of match/key.c."""
    kinds = dict(re.findall(r'\[VR_(\w\w)\] = &match_kind_(\w+)', facts.text('src/match/key.c')))
    rows = []
    for code, _, _, flags in facts.rows('src/dicom/vr.def', 'VR'):
        if code == 'SQ':
            continue
        string = 'VR_STRING' in flags
        spaces = '' if not string else 'all around' if 'VR_LEAD' in flags else 'at the end'
        many = 'VR_MULTI' in flags or kinds[code] == 'number'
        rows.append((code, KINDS[kinds[code]], spaces, 'yes' if many else '',
                     'yes' if 'VR_WILD' in flags else '', 'yes' if 'VR_RANGE' in flags else ''))
    return table(['VR', 'compared', 'spaces that mean nothing', 'several values', 'wild cards', 'ranges'], rows)


def attributes(facts):
    """Table K.6-1, with what is done for each attribute."""
    flags = {row[0]: row[3] for row in facts.rows('src/dicom/vr.def', 'VR')}
    never = facts.keywords('src/match/plan.c', 'never_keys')
    listed = facts.csv('data/mwl_attributes.csv')
    keyword_of = {row['path'].split('>')[-1]: row['keyword'] for row in listed}
    names = {row['keyword']: row['name'] for row in facts.csv('data/dictionary.csv')}
    rows = []
    for row in listed:
        path, vr = row['path'].split('>'), row['vr']
        if row['keyword'] == 'SpecificCharacterSet':
            continue # describes the data set; see Character sets
        if any(keyword_of[tag] in never for tag in path):
            types = 'U'
        elif vr == 'SQ':
            types = 'Q U'
        else:
            types = 'S U' + (' W' if 'VR_WILD' in flags[vr] else '') + (' R' if 'VR_RANGE' in flags[vr] else '') \
                + (' L' if vr == 'UI' else '')
        rows.append(('> ' * (len(path) - 1) + names[row['keyword']], row['tag'], vr, row['matching'], types, row['return']))
    return table(['attribute', 'tag', 'VR', 'matching key', 'types of matching', 'return key type'], rows)


def charsets(facts):
    """The defined terms, and the escape sequences that bring the two halves of the code table."""
    def escape(row, half):
        sequence = row['esc_' + half].split(' = ')[0]
        return '%s: %s' % (half.upper(), sequence) if sequence and row['code_extensions'] == 'yes' else ''

    return table(['defined term', 'character set', 'escape sequences'],
                 [('none' if row['defined_term'] == '(absent)' else row['defined_term'], row['description'],
                   ', '.join(filter(None, (escape(row, 'g0'), escape(row, 'g1')))))
                  for row in facts.csv('data/charsets.csv') if row['table'].startswith('C.12-')])


TABLES = {
    'sop-classes': sop_classes, 'association': association, 'transfer-syntaxes': transfer_syntaxes,
    'rejections': rejections, 'statuses': statuses, 'bounds': bounds, 'tolerances': tolerances, 'vrs': vrs, 'attributes': attributes,
    'charsets': charsets,
}


# ---- the page ----


def pattern(name):
    return re.compile(r'(?<=<!-- table %s -->\n).*?(?=<!-- end %s -->\n)' % (name, name), re.S)


def made(facts, name):
    return '\n' + TABLES[name](facts) + '\n\n'


def missing_tests(root, page):
    """The tests that the page names and that are not there."""
    for path, name in re.findall(r'`([\w/]+\.(?:c|py)): (\w+)`', page):
        file = root / ('tests/unit' if path.endswith('.c') else 'tests/peer') / path
        if not file.exists() or not re.search(r'\b%s\(' % name, file.read_text(encoding='utf-8')):
            yield '%s: %s' % (path, name)


def check(root, page):
    facts, problems = Facts(root), []
    for number, name in enumerate(TABLES, 1):
        shown = pattern(name).search(page)
        if not shown:
            problem = 'the page has no table %s' % name
        elif shown.group() != made(facts, name):
            problem = 'the table %s is out of date: run ./dev docs' % name
        else:
            problem = ''
        problems += [problem] if problem else []
        print('%s %d - table %s' % ('not ok' if problem else 'ok', number, name))
        if problem:
            print('# ' + problem)
    lost = list(missing_tests(root, page))
    print('%s %d - the tests that are named' % ('not ok' if lost else 'ok', len(TABLES) + 1))
    for test in lost:
        print('# there is no ' + test)
    print('1..%d' % (len(TABLES) + 1))
    return 1 if problems or lost else 0


def main(arguments):
    checking = arguments[:1] == ['--check']
    root = Path(arguments[checking])
    path = Path(arguments[checking + 1]) if len(arguments) > checking + 1 else root / 'docs/CONFORMANCE.md'
    page = path.read_text(encoding='utf-8')
    if checking:
        return check(root, page)
    for name in TABLES:
        page = pattern(name).sub(lambda _, name=name: made(Facts(root), name), page)
    path.write_text(page, encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
