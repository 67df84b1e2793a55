#!/usr/bin/env python3
"""Writes the hand-made inputs of the fuzz targets into corpus/, each named by what is hard about it.

The files are kept beside this script, so that replaying them needs nothing; run it again after adding a case. Inputs
that a fuzzer found are added to the folders as they are.
"""
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent / 'corpus'
UNDEFINED = 0xFFFFFFFF
EXPLICIT, IMPLICIT, DEFLATED, BIG = range(4)  # the first byte of fuzz_dataset.c, as in syntax.def
LATIN1, UTF8 = 1 << 2, 2 << 2                 # or'ed to it: the character set of text that names none
LONG = (b'OB', b'OD', b'OF', b'OL', b'OV', b'OW', b'SQ', b'SV', b'UC', b'UN', b'UR', b'UT', b'UV', b'ZZ')

NAME, ID, MODALITY, CHARSET, SPS = 0x00100010, 0x00100020, 0x00080060, 0x00080005, 0x00400100
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD


def element(syntax, tag, vr, value=b'', length=None):
    order = '>' if syntax == BIG else '<'
    length = len(value) if length is None else length
    head = struct.pack(order + 'HH', tag >> 16, tag & 0xFFFF)
    if syntax == IMPLICIT or tag >> 16 == 0xFFFE:
        return head + struct.pack(order + 'I', length) + value
    if vr in LONG:
        return head + vr + b'\0\0' + struct.pack(order + 'I', length) + value
    return head + vr + struct.pack(order + 'H', length) + value


def item(syntax, content=b'', undefined=False):
    if undefined:
        return element(syntax, ITEM, b'', content, UNDEFINED) + element(syntax, ITEM_END, b'')
    return element(syntax, ITEM, b'', content)


def sequence(syntax, tag, items, undefined=False, vr=b'SQ', inside=None):
    if undefined:
        return (element(syntax, tag, vr, items, UNDEFINED)
                + element(syntax if inside is None else inside, SEQUENCE_END, b''))
    return element(syntax, tag, vr, items)


def worklist(syntax, undefined=False, group_lengths=False):
    """An entry as a RIS writes it."""
    def group(number):
        return element(syntax, number << 16, b'UL', b'\1\2\3\4') if group_lengths else b''

    step = (group(0x0008) + element(syntax, MODALITY, b'CS', b'CT')
            + group(0x0040) + element(syntax, 0x00400001, b'AE', b'AA32\\AA33 ')
            + element(syntax, 0x00400002, b'DA', b'20250101') + element(syntax, 0x00400003, b'TM', b'0930'))
    return (group(0x0008) + element(syntax, CHARSET, b'CS', b'ISO_IR 100')
            + element(syntax, 0x00080050, b'SH', b'A1') + group(0x0010)
            + element(syntax, NAME, b'PN', b'M\xfcller^J ') + element(syntax, ID, b'LO', b'ID\0')
            + element(syntax, 0x001021C0, b'US', b'\0\4' if syntax == BIG else b'\4\0')
            + element(syntax, 0x0020000D, b'UI', b'1.2.3\0') + group(0x0040)
            + sequence(syntax, SPS, item(syntax, step, undefined), undefined))


def deflate(data, pad=True):
    packer = zlib.compressobj(wbits=-15)
    out = packer.compress(data) + packer.flush()
    return out + b'\0' * (pad and len(out) % 2)


def dataset():
    for name, syntax in (('explicit', EXPLICIT), ('implicit', IMPLICIT), ('big', BIG)):
        yield f'worklist-{name}', syntax, worklist(syntax)
        yield f'worklist-{name}-undefined-lengths', syntax, worklist(syntax, True)
        yield f'worklist-{name}-group-lengths-everywhere', syntax, worklist(syntax, False, True)
    yield 'worklist-deflated', DEFLATED, deflate(worklist(EXPLICIT))
    yield 'empty', EXPLICIT, b''

    inner = item(IMPLICIT, element(IMPLICIT, MODALITY, b'', b'MR'), True)
    for name, syntax in (('explicit', EXPLICIT), ('big', BIG)):
        yield f'un-holds-sequence-{name}', syntax, sequence(syntax, SPS, inner, False, b'UN')
        yield f'un-holds-sequence-undefined-{name}', syntax, sequence(syntax, SPS, inner, True, b'UN', IMPLICIT)
        yield f'un-private-undefined-{name}', syntax, sequence(syntax, 0x00091001, inner, True, b'UN', IMPLICIT)
    twice = sequence(IMPLICIT, 0x00091002, item(IMPLICIT, sequence(IMPLICIT, SPS, inner), True), True)
    yield 'un-in-un', EXPLICIT, sequence(EXPLICIT, 0x00091001, item(IMPLICIT, twice), True, b'UN', IMPLICIT)
    yield 'un-number-big', BIG, element(BIG, 0x001021C0, b'UN', b'\4\0')
    yield 'private-sequence-implicit', IMPLICIT, sequence(IMPLICIT, 0x00091001, item(IMPLICIT), True)

    opening = element(IMPLICIT, SPS, b'', b'', UNDEFINED) + element(IMPLICIT, ITEM, b'', b'', UNDEFINED)
    yield 'nested-10000', IMPLICIT, opening * 10000
    yield 'nested-16', IMPLICIT, opening * 16
    yield 'nested-17', IMPLICIT, opening * 17
    yield 'items-4000', IMPLICIT, sequence(IMPLICIT, SPS, item(IMPLICIT) * 4000)
    descending = b''.join(element(IMPLICIT, 0x00090000 + i, b'') for i in range(4000, 255, -1))
    yield 'descending-3700', IMPLICIT, descending

    yield 'odd-lengths', EXPLICIT, element(EXPLICIT, NAME, b'PN', b'Abc') + element(EXPLICIT, ID, b'LO', b'X')
    yield 'odd-charset', EXPLICIT, element(EXPLICIT, CHARSET, b'CS', b'iso-ir 100 ') + element(
        EXPLICIT, NAME, b'PN', b'\xfc')
    yield 'undecodable-utf8', EXPLICIT | UTF8, element(EXPLICIT, NAME, b'PN', b'M\xc3')
    yield 'latin1-by-default', EXPLICIT | LATIN1, element(EXPLICIT, NAME, b'PN', b'\xfc!')
    charset_last = element(EXPLICIT, NAME, b'PN', b'\xc3\xbc') + element(EXPLICIT, CHARSET, b'CS', b'ISO_IR 192')
    yield 'charset-comes-last', EXPLICIT, sequence(EXPLICIT, SPS, item(EXPLICIT, charset_last) + item(
        EXPLICIT, element(EXPLICIT, NAME, b'PN', b'\xfc ')), True)
    yield 'escape', EXPLICIT, element(EXPLICIT, CHARSET, b'CS', b'\\ISO 2022 IR 87') + element(
        EXPLICIT, NAME, b'PN', b'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B ')

    yield 'vr-differs', EXPLICIT, element(EXPLICIT, MODALITY, b'LO', b'CT') + element(EXPLICIT, NAME, b'UN', b'Ab')
    yield 'vr-differs-in-size-big', BIG, element(BIG, 0x001021C0, b'UL', b'\1\2\3\4') + element(
        BIG, 0x0040A161, b'US', b'\1\2\3\4\5\6')
    yield 'vr-unknown', EXPLICIT, element(EXPLICIT, 0x00091001, b'ZZ', b'xy')
    yield 'vr-choice', EXPLICIT, element(EXPLICIT, 0x00280106, b'SS', b'\xfe\xff')
    yield 'sequence-sent-as-text', EXPLICIT, element(EXPLICIT, SPS, b'LO', b'xy')
    yield 'text-sent-as-sequence', EXPLICIT, sequence(EXPLICIT, NAME, item(EXPLICIT))
    yield 'low-group-sequence', EXPLICIT, sequence(EXPLICIT, 0x00041220, item(EXPLICIT, worklist(EXPLICIT)), True)
    yield 'padding', EXPLICIT, worklist(EXPLICIT) + element(EXPLICIT, 0xFFFCFFFC, b'OB', bytes(200))

    name = element(EXPLICIT, NAME, b'PN', b'Ab')
    yield 'double', EXPLICIT, name + element(EXPLICIT, ID, b'LO') + name
    yield 'double-in-order', EXPLICIT, name + name
    for n in range(1, 12):
        yield f'truncated-header-{n:02}', EXPLICIT, name + element(EXPLICIT, 0x0040A160, b'UT')[:n]
    yield 'length-beyond-end', EXPLICIT, element(EXPLICIT, NAME, b'PN', b'Ab', 65535)
    yield 'length-beyond-item', IMPLICIT, sequence(
        IMPLICIT, SPS, item(IMPLICIT, element(IMPLICIT, NAME, b'', b'Ab', 4)) + item(IMPLICIT))
    yield 'length-beyond-32-bits', IMPLICIT, element(IMPLICIT, NAME, b'', b'Ab', 0xFFFFFFFE)
    yield 'length-undefined-in-text', IMPLICIT, element(IMPLICIT, NAME, b'', b'', UNDEFINED)
    yield 'delimiter-in-data-set', IMPLICIT, element(IMPLICIT, ITEM_END, b'')
    yield 'delimiter-in-defined-sequence', IMPLICIT, sequence(IMPLICIT, SPS, element(IMPLICIT, SEQUENCE_END, b''))
    yield 'delimiter-missing', IMPLICIT, opening + element(IMPLICIT, MODALITY, b'', b'CT')

    yield 'deflate-bomb', DEFLATED, deflate(element(EXPLICIT, 0x00420011, b'OB', bytes(8 << 20)))
    yield 'deflate-no-pad', DEFLATED, deflate(worklist(EXPLICIT), False)
    yield 'deflate-trailer', DEFLATED, deflate(worklist(EXPLICIT), False) + b'\n'
    yield 'deflate-truncated', DEFLATED, deflate(worklist(EXPLICIT))[:-9]
    yield 'deflate-none', DEFLATED, worklist(EXPLICIT)


def part10(uid, data, preamble=bytes(128), prefix=b'DICM'):
    uid += b'\0' * (len(uid) % 2)
    meta = (element(EXPLICIT, 0x00020001, b'OB', b'\0\1') + element(EXPLICIT, 0x00020010, b'UI', uid)
            if uid else b'')
    if uid:
        meta = element(EXPLICIT, 0x00020000, b'UL', struct.pack('<I', len(meta))) + meta
    return preamble + prefix + meta + data


def file():
    root = b'1.2.840.10008.1.2'
    whole = part10(root + b'.1', worklist(EXPLICIT))
    yield 'explicit', whole
    yield 'implicit', part10(root, worklist(IMPLICIT))
    yield 'big', part10(root + b'.2', worklist(BIG))
    yield 'deflated', part10(root + b'.1.99', deflate(worklist(EXPLICIT)))
    yield 'deflate-bomb', part10(root + b'.1.99', deflate(element(EXPLICIT, 0x00420011, b'OB', bytes(8 << 20))))
    yield 'no-preamble', part10(root + b'.1', worklist(EXPLICIT), b'')
    yield 'no-preamble-no-prefix', part10(root + b'.2', worklist(BIG), b'', b'')
    yield 'no-meta-implicit', part10(b'', worklist(IMPLICIT))
    for name, syntax in (('explicit', EXPLICIT), ('implicit', IMPLICIT), ('big', BIG)):
        yield f'bare-{name}', worklist(syntax)
    yield 'bare-group-length', worklist(IMPLICIT, True, True)
    yield 'meta-implicit', bytes(128) + b'DICM' + element(IMPLICIT, 0x00020010, b'', root + b'\0') + worklist(IMPLICIT)
    yield 'meta-length-beyond-end', bytes(128) + b'DICM' + element(EXPLICIT, 0x00020010, b'UI', root, 60)
    yield 'meta-undefined-length', bytes(128) + b'DICM' + element(EXPLICIT, 0x00020001, b'OB', b'', UNDEFINED)
    yield 'jpeg', part10(root + b'.4.50', worklist(EXPLICIT))
    yield 'wrong-syntax', part10(root + b'.1', worklist(IMPLICIT))
    yield 'uid-junk', part10(b'1.\n\xff%s', worklist(EXPLICIT))
    for n in (0, 1, 7, 8, 127, 128, 131, 132, 133, 140, 160, 180, 220, len(whole) - 1):
        yield f'truncated-{n:03}', whole[:n]
    yield 'text', b'Patient\'s Name: Johann Sebastian Bach\n'
    yield 'zeros', bytes(200)
    yield 'png', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\2\0\0\0'


def pdu(kind, body=b'', length=None):
    return struct.pack('>BBI', kind, 0, len(body) if length is None else length) + body


def sub(kind, value=b'', length=None):
    return struct.pack('>BBH', kind, 0, len(value) if length is None else length) + value


def context(number, abstract, *transfer, kind=0x20, result=0):
    syntaxes = b''.join(sub(0x40, t) for t in transfer)
    return sub(kind, bytes([number, 0, result, 0]) + (sub(0x30, abstract) if kind == 0x20 else b'') + syntaxes)


def associate(kind, items, version=1, called=b'MWL', calling=b'CT1'):
    return pdu(kind, struct.pack('>HH', version, 0) + called.ljust(16) + calling.ljust(16) + bytes(32) + items)


def pdv(fragment, control=3, number=1, length=None):
    return struct.pack('>IBB', len(fragment) + 2 if length is None else length, number, control) + fragment


def conversations():
    """The first byte, as in fuzz_pdu.c: how it begins, and the size of the pieces less one."""
    acceptor, acceptor_open, requestor, requestor_open = range(4)
    one, seven = 0, 6 << 2
    mwl, implicit, explicit = b'1.2.840.10008.5.1.4.31', b'1.2.840.10008.1.2', b'1.2.840.10008.1.2.1'
    application = sub(0x10, b'1.2.840.10008.3.1.1.1')
    largest = sub(0x51, struct.pack('>I', 16384))
    user = sub(0x50, largest + sub(0x52, b'1.9'))
    wanted = context(1, mwl, explicit, implicit)
    request = associate(1, application + wanted + user)
    answer = associate(2, application + context(1, b'', implicit, kind=0x21) + context(3, b'', kind=0x21, result=3) + user)
    release_rq, release_rp, abort = pdu(5, bytes(4)), pdu(6, bytes(4)), pdu(7, bytes((0, 0, 2, 1)))
    every_item = sub(0x50, sub(0x55, b'VERSION') + sub(0x58, b'\1\0\0\1u\0\0') + sub(0x53, bytes(4)) + sub(0x5E)
                     + sub(0x56, struct.pack('>H', len(mwl)) + mwl + b'\1\1\1') + sub(0x54, b'\0\3' b'1.2\1\0')
                     + sub(0x52, b'1.9') + largest)
    rqs = {
        'associate': request,
        'associate-every-item': associate(1, sub(0x5F, b'?') + application + wanted + every_item),
        'associate-128-contexts': associate(1, application
                                            + b''.join(context(n, mwl, implicit) for n in range(1, 256, 2)) + user),
        'associate-even-id': associate(1, application + context(2, mwl, implicit) + user),
        'associate-twice-the-same-id': associate(1, application + wanted + wanted + user),
        'associate-65-syntaxes': associate(1, application + context(1, mwl, *[implicit] * 65) + user),
        'associate-513-user-items': associate(1, application + wanted + sub(0x50, largest + sub(0xE0) * 513)),
        'associate-two-abstract-syntaxes': associate(1, application + sub(0x20, bytes((1, 0, 0, 0)) + sub(0x30, mwl) * 2
                                                                          + sub(0x40, implicit)) + user),
        'associate-item-beyond-end': associate(1, application + wanted + sub(0x50, largest, 9)),
        'associate-no-items': associate(1, b''),
        'associate-largest-length-7': associate(1, application + wanted + sub(0x50, sub(0x51, bytes((0, 0, 0, 7))))),
        'associate-padded': associate(1, sub(0x10, b'1.2.840.10008.3.1.1.1\0') + context(1, mwl + b' ', implicit + b'\0')
                                      + sub(0x50), called=b'MWL\0', calling=b'CT1\0\0'),
        'associate-no-title': associate(1, application + wanted + user, called=b''),
        'associate-version-2': associate(1, b'junk', version=2),
        'associate-version-3': associate(1, application + wanted + user, version=3),
        'associate-4-gib': pdu(1, b'', 0xFFFFFFFF) + bytes(100),
        'http': b'GET / HTTP/1.1\r\nHost: mwl\r\n\r\n',
        'tls': b'\x16\3\1\2\0\1\0\1\xfc\3\3',
        'data-first': pdu(4, pdv(b'hi')),
    }
    for name, data in rqs.items():
        for size in (one, seven):
            yield f'{name}-{(size >> 2) + 1}', acceptor | size, data
    yield 'life', acceptor | seven, request + pdu(4, pdv(b'ab', 1) + pdv(b'', 3) + pdv(b'c', 2)) + release_rq
    opened = {
        'several-pdvs': pdu(4, pdv(b'ab', 1) + pdv(b'', 3)) + pdu(4, pdv(b'c', 0) + pdv(b'd', 2)),
        'pdv-short': pdu(4, pdv(b'ab') + pdv(b'', length=1)),
        'pdv-beyond-end': pdu(4, pdv(b'ab') + pdv(b'c', length=0xFFFFFFFF)),
        'pdv-refused-context': pdu(4, pdv(b'ab', number=3)),
        'pdv-context-0': pdu(4, pdv(b'ab', number=0)),
        'pdv-none': pdu(4),
        'pdv-65-empty': pdu(4, pdv(b'', 0) * 65),
        'data-largest': pdu(4, pdv(bytes(65530))),
        'data-too-large': pdu(4, b'', 65537) + bytes(65537) + abort,
        'release-then-data': release_rq + pdu(4, pdv(b'ab')),
        'collision': pdu(4, pdv(b'R')) + release_rq + release_rp + release_rq,
        'released-by-us': pdu(4, pdv(b'R')) + pdu(4, pdv(b'late')) + release_rp + abort,
        'abort': abort + request,
        'abort-of-5': pdu(7, bytes(5)) + abort,
        'request-again': request + request + request,
        'unknown': pdu(8, b'xyz') * 20,
    }
    for name, data in opened.items():
        yield f'acceptor-{name}', acceptor_open | seven, data
        yield f'requestor-{name}', requestor_open | one, data
    yield 'answer', requestor | seven, answer + pdu(4, pdv(b'ab')) + release_rq
    yield 'answer-not-proposed', requestor, associate(2, application + context(5, b'', implicit, kind=0x21) + user)
    yield 'answer-other-syntax', requestor, associate(2, application + context(1, b'', implicit + b'.2', kind=0x21) + user)
    yield 'answer-two-syntaxes', requestor, associate(2, application + context(1, b'', implicit, explicit, kind=0x21) + user)
    yield 'answer-rejected', requestor, pdu(3, bytes((0, 1, 1, 7)))
    yield 'answer-4-gib', requestor, pdu(2, b'', 0xFFFFFFFF)


def charset():
    """The first byte, as in fuzz_charset.c: the set, and the VR."""
    ascii_, latin1, utf8, gb18030, gbk, katakana, kanji, jis, korean, chinese, several, wrong = range(12)
    pn, lo, lt = 0, 1 << 6, 2 << 6
    names = {
        'annex-h-1': kanji, 'annex-h-2': jis, 'annex-i': korean, 'annex-j-utf-8': utf8, 'annex-j-gb18030': gb18030,
        'annex-k': chinese}
    texts = [b'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
             b'\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J',
             b'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
             b'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1=', b'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=',
             b'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab= ']
    for (name, charset), text in zip(names.items(), texts):
        yield name, charset | pn, text
    yield 'halves-like-delimiters', kanji | pn, b'=\x1b$B5\\K\\8^==??7*\x1b(B'
    yield 'halves-of-gbk', gbk | lo, b'\x81\x5c\x81\x5e\\\x81\x7c\x81'
    yield 'no-way-back', kanji | pn, b'A=\x1b$B;3ED=\x1b$B$d^'
    yield 'odd-half', kanji | lo, b'\x1b$B;3E'
    yield 'no-way-in', korean | pn, b'Hong=\xfb\xf3^\xd1\xce'
    yield 'two-ways-in', several | lo, b'\xfb\xf3\x1b$)C\xfb\xf3\\\x1b$)A\xd5\xc5\\\xd5\xc5'
    yield 'not-announced', ascii_ | lt, b'\x1b-L\xd0\r\n\x1b$(D0!\x1b)I\xb1\x1b(J~\\'
    yield 'unknown-escape', latin1 | pn, b'A\x1b$(QB\\C^\x1b(BD\x1b'
    yield 'escape-cut-short', several | lo, b'\x1b$)'
    yield 'yen-is-no-delimiter', katakana | lt, b'\\100~'
    yield 'controls', several | lt, b'\x1b$B;3\t;3\x1b-F\xe1\f\xe1\x85'
    yield 'superset', korean | lo, b'\x1b$)C\x8c\x63\xc6\xa1\xfe\xa1'
    yield 'four-bytes', gb18030 | lo, b'\x95\x32\x82\x36\x81\x30\x81\x30\xe3\x32\x9a\x35\xff'
    yield 'overlong', utf8 | lo, b'\xc0\xaf\xed\xa0\x80\xf4\x8f\xbf\xbf\xf5\x80'
    yield 'text-to-say', several | pn, 'Müller=Ж^Ω山홍\\é=ｱ'.encode()
    yield 'terms', wrong | lo, b'iso-ir 100 \\\\ISO 2022 58\\GBK\\ISO 2022 IR 159'


def steps(how, *rows):
    """As in fuzz_association.c: a byte of set-up, then operations with their length and bytes."""
    return bytes([how]) + b''.join(struct.pack('<BH', operation, len(data)) + data for operation, data in rows)


def association():
    say, say_pdu, say_pdv, find, echo, cancel, ask, take, pass_, change = range(10)
    mwl, verification, storage = range(3)
    implicit, explicit, big, deflated = (n << 4 | n for n in range(4))
    own, limited, while_loading, latin1, called, small, all_taken, broken = (1 << n for n in range(8))

    # the transfer syntax is picked by the same byte as the abstract syntax: modulo 3, 5, and a sixteenth modulo 5
    def proposes(abstract, *wanted):
        for byte in range(256):
            names = [byte % 5, byte // 16 % 5][:1 + (byte >> 7)]
            if byte % 3 == abstract and names == list(wanted):
                return byte
        raise ValueError(wanted)

    def request(titles=0, extended=0, *contexts):
        return ask, bytes([titles, extended]) + b''.join(bytes(c) for c in contexts)

    plain = request(0, 0, (1, proposes(mwl, 1)), (3, proposes(verification, 0)))
    release = say_pdu, b'\5' + bytes(4)
    key = element(EXPLICIT, MODALITY, b'CS', b'CT')

    def identifier(syntax, *keys):
        return (element(syntax, NAME, b'PN', b'*') + element(syntax, ID, b'LO')
                + sequence(syntax, SPS, item(syntax, b''.join(element(syntax, t, v, k) for t, v, k in keys))))

    every = find, bytes([1, 7, 255]) + identifier(EXPLICIT, (MODALITY, b'CS', b'CT'), (0x00400001, b'AE', b''))
    nothing = find, bytes([1, 8, 255]) + identifier(EXPLICIT, (MODALITY, b'CS', b'XX'))
    yield 'find', steps(all_taken, plain, every, release)
    yield 'find-nothing', steps(all_taken, plain, nothing, release)
    yield 'find-own', steps(all_taken | own | latin1, plain, every, release)
    yield 'find-limited', steps(all_taken | limited, plain, every, release)
    yield 'find-small-pdus', steps(all_taken | small, request(0x80, 1, (1, proposes(mwl, 1))), every, release)
    for name, syntax, number in (('implicit', IMPLICIT, 0), ('big', BIG, 2)):
        yield f'find-{name}', steps(all_taken, request(0, 1, (1, proposes(mwl, number))),
                                    (find, bytes([1, 7, 30]) + identifier(syntax, (MODALITY, b'CS', b'C*'))), release)
    yield 'find-deflated', steps(all_taken, request(0, 0, (1, proposes(mwl, 3))),
                                 (find, bytes([1, 7, 9]) + deflate(identifier(EXPLICIT, (MODALITY, b'CS', b'CT')))))
    yield 'find-bad-identifier', steps(all_taken, plain, (find, bytes([1, 7, 9]) + b'no identifier at all'), every)
    yield 'find-unknown-attribute', steps(all_taken, plain, (find, bytes([1, 7, 255]) + element(EXPLICIT, 0x00080260, b'CS')))
    yield 'find-backward-range', steps(all_taken, plain, (find, bytes([1, 7, 99]) + identifier(
        EXPLICIT, (0x00400002, b'DA', b'20260102-20260101 '))))
    yield 'find-then-find', steps(all_taken, plain, every, every, nothing, nothing, release)
    yield 'find-pipelined', steps(all_taken, plain, (take, b'\0\0'), every, nothing, (echo, b'\3\1'), (echo, b'\3\2'),
                                  (take, b'\xff\0'), (take, b''), release)
    yield 'find-slow-reader', steps(0, plain, every, *[(take, b'\x40\0')] * 6, (pass_, b'\xff\xff'))
    yield 'find-cancelled', steps(all_taken, plain, (change, b'\1'), every, (cancel, b'\1\7'), (cancel, b'\1\7'), release)
    yield 'find-cancelled-waiting', steps(all_taken, plain, (change, b'\1'), every, nothing, (cancel, b'\1\x08'),
                                          (change, b'\0'))
    yield 'find-parked', steps(all_taken, plain, (change, b'\1'), every, (change, b'\0'), release)
    yield 'find-parked-for-ever', steps(all_taken, plain, (change, b'\1'), every, (pass_, b'\xff\xff'))
    yield 'find-parked-and-gone', steps(0, plain, (change, b'\1'), every)
    yield 'find-loading', steps(all_taken, plain, (change, b'\2'), every)
    yield 'find-while-loading', steps(all_taken | while_loading, plain, (change, b'\2'), every)
    yield 'find-released-under-way', steps(all_taken, plain, (take, b'\0\0'), every, release)
    yield 'find-aborted-under-way', steps(all_taken, plain, (take, b'\0\0'), every, (say_pdu, b'\7\0\0\0\0'))
    yield 'find-broken', steps(broken, plain, (take, b'\0\0'), every)
    yield 'find-as-storage', steps(all_taken, request(0, 0, (1, proposes(storage, 1))), every)
    yield 'find-wrong-context', steps(all_taken, plain, (find, bytes([3, 7, 255]) + key), (echo, b'\1\1'))
    yield 'find-128-times', steps(all_taken, plain, (take, b'\0\0'), *[(find, bytes([1, n, 255]) + key) for n in range(99)])
    yield 'command-unknown', steps(all_taken, plain, (say_pdv, b'\1\1' + element(
        IMPLICIT, 0x00000002, b'', b'1.2\0') + element(IMPLICIT, 0x00000100, b'', b'\x21\0') + element(
            IMPLICIT, 0x00000110, b'', b'\1\0') + element(IMPLICIT, 0x00000800, b'', b'\1\1')))
    yield 'command-response', steps(all_taken, plain, (say_pdv, b'\1\1' + element(
        IMPLICIT, 0x00000100, b'', b'\x20\x80') + element(IMPLICIT, 0x00000120, b'', b'\1\0') + element(
            IMPLICIT, 0x00000800, b'', b'\1\1')))
    yield 'command-empty', steps(all_taken, plain, (say_pdv, b'\1\1'))
    yield 'command-incomplete', steps(all_taken, plain, (say_pdv, b'\1\3' + element(
        IMPLICIT, 0x00000100, b'', b'\x20\0') + element(IMPLICIT, 0x00000110, b'', b'\1\0')))
    yield 'data-before-command', steps(all_taken, plain, (say_pdv, b'\1\0data'))
    yield 'echo', steps(all_taken, plain, (echo, b'\3\1'), (echo, b'\3\1'), release)
    yield 'called-nobody', steps(all_taken, request(1, 0, (1, proposes(mwl, 1))))
    yield 'called-other', steps(all_taken | called, request(2, 0, (1, proposes(mwl, 1))))
    yield 'over-limit', steps(all_taken | broken, plain)
    yield 'eight-contexts', steps(all_taken, request(0x84, 1, *[(2 * n + 1, 17 * n) for n in range(8)]), every)
    yield 'silence', steps(all_taken, (pass_, b'\x2c\1'), plain)
    yield 'idle', steps(all_taken, plain, (pass_, b'\xff\xff'))
    yield 'half-a-pdu', steps(all_taken, plain, (say, b'\4\0\0\0\0\x20\0'), (pass_, b'\xff\xff'))
    yield 'http', steps(all_taken, (say, b'GET / HTTP/1.1\r\n\r\n'))
    yield 'hang-up', steps(0, plain, every)


def config():
    yield 'empty', b'{}'
    yield 'list', b'[]'
    yield 'debian', b'\xef\xbb\xbf{\n  /**\n   * a comment\n   **/\n  "Name" : "Orthanc", // one\n  "DicomAet" : "RIS",}'
    yield 'variables', b'{ "DicomAet" : "${NOT_SET:-RIS}", "DicomPort" : ${NOT_SET_EITHER:-104} }'
    yield 'variable-not-set', b'{ "DicomAet" : "${NOT_SET}" }'
    yield 'comment-without-end', b'{ /* '
    yield 'dollar', b'{ "DicomAet" : "$$ {x} ", "Worklists" : { "Database" : "/a$b/\\u00e9" } }'
    yield 'modalities', (b'{ "DicomCheckModalityHost" : true, "DicomModalities" : { "a" : [ "CT1", "192.0.2.7", 104 ], '
                         b'"b" : { "AET" : " CT2", "Host" : "::1", "Port" : "104", "AllowEcho" : false }, '
                         b'"c" : [ "C", "nowhere", 1, "Philips" ] } }')
    yield 'modality-misspelt', b'{ "DicomModalities" : { "a" : { "AET" : "A", "Host" : "b", "Port" : 1, "AllowEchos" : 1 } } }'
    yield 'worklists', (b'{ "LuaScripts" : [ "a.lua", "/b.lua" ], "Worklists" : { "Enable" : true, "Directory" : "wl", '
                        b'"FilterIssuerAet" : true, "LimitAnswers" : 10, "SetStudyInstanceUidIfMissing" : true } }')
    yield 'misspelt', b'{ "Worklists" : { "Enabel" : true } }'
    yield 'misnamed', b'{ "ModalityWorklists" : { }, "DicomAte" : "x" }'
    yield 'wrong-kinds', b'{ "DicomPort" : "104", "DicomAet" : 5 }'
    yield 'too-large', b'{ "DicomPort" : 99999999999999999999 }'
    yield 'too-deep', b'{ "Worklists" : ' + b'[' * 3000
    yield 'profiles', (b'{ "Worklists" : { "Profiles" : [ { "CallingAet" : "CT1", "OmitEmptyAttributes" : true, '
                       b'"StationAliases" : [ "X", "Y" ], "DaysBeforeToday" : 3, "DaysAfterToday" : 0, '
                       b'"MaximumLengths" : { "PatientAddress" : 64 }, "AnswerCharacterSet" : "ISO_IR 100", '
                       b'"Transliterate" : true }, { "Address" : "10.1.0.0/16", "LimitIsSuccess" : true }, '
                       b'{ "Address" : "192.0.2.7", "ImplementationVersion" : "AC*" } ] } }')
    yield 'profile-missing', b'{ "Worklists" : { "Profiles" : [ { "CallingAet" : "CT*", "File" : "no/such.json" } ] } }'
    of_file = b'{ "Worklists" : { "Profiles" : [ { "CallingAet" : "CT1", "File" : "/proc/self/fd/100" } ] } }\0'
    yield 'profile-file', of_file + (
        b'{ "Name" : "A", "Source" : "its manual", "serve" : { "OmitEmptyCodeItems" : true, "StationAliases" : [ "X" ] }, '
        b'"play" : { "CallingAet" : "CT1", "ImplementationClassUid" : "1.2.3", "ImplementationVersion" : "ACME", '
        b'"MaximumPduLength" : 16384, "PresentationContexts" : [ { "AbstractSyntax" : "1.2.840.10008.5.1.4.31", '
        b'"TransferSyntaxes" : [ "1.2.840.10008.1.2" ] } ], "Keys" : { "PatientName" : "*", "00100020" : "", '
        b'"ScheduledProcedureStepSequence" : [ { "Modality" : "CT" } ] } } }')
    yield 'profile-file-wrong', of_file + b'{ "serve" : { "CallingAet" : "X" } }'
    yield 'profile-query', of_file + (b'{ "play" : { "PresentationContexts" : [ { "AbstractSyntax" : "1.2.840.10008.5.1.4.31", '
                                      b'"TransferSyntaxes" : [ "1.2.840.10008.1.2" ] } ], "Query" : "a.dcm" } }')
    yield 'encodings', b'{ "DefaultEncoding" : "utf8", "CaseSensitivePN" : true, "DicomTlsEnabled" : true }'


def hook():
    """The first byte, as in fuzz_hook.c: a data set (0) or choices (1), and the transfer syntax."""
    for name, syntax in (('explicit', EXPLICIT), ('implicit', IMPLICIT), ('big', BIG)):
        yield f'worklist-{name}', bytes([syntax << 1]) + worklist(syntax)
    numbers = (element(EXPLICIT, 0x00280010, b'US', b'\1\0\2\0') + element(EXPLICIT, 0x00720026, b'AT', b'\x10\0\x20\0')
               + element(EXPLICIT, 0x00720074, b'FD', struct.pack('<2d', 0.1, -1e300))
               + element(EXPLICIT, 0x00720076, b'FL', struct.pack('<3f', 0.1, 3e38, float('inf'))))
    yield 'numbers', bytes([EXPLICIT << 1]) + numbers
    yield 'bytes', bytes([EXPLICIT << 1]) + element(EXPLICIT, 0x00420011, b'OB', b'\0\1\xff')
    yield 'private', bytes([EXPLICIT << 1]) + (element(EXPLICIT, 0x00090010, b'LO', b'ACME')
                                               + element(EXPLICIT, 0x00091001, b'SH', b'\xe9 '))
    yield 'nested', bytes([IMPLICIT << 1]) + nest(16)
    for seed in range(12):
        yield f'table-{seed:02}', bytes([seed << 1 & 6 | 1]) + noise(seed, 60 + 10 * seed)


def nest(depth):
    data = b''
    for _ in range(depth):
        data = sequence(IMPLICIT, SPS, item(IMPLICIT, data))
    return data


def noise(seed, n):
    """Bytes that are always the same (xorshift32)."""
    state, out = seed * 2654435761 & 0xFFFFFFFF | 1, bytearray()
    for _ in range(n):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        out.append(state & 0xFF)
    return bytes(out)


def query():
    """Choices: what comes of them cannot be seen in them."""
    for seed in range(24):
        yield f'choices-{seed:02}', noise(seed + 100, 100 + 40 * seed)


def write(folder, cases):
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in cases:
        (folder / name).write_bytes(data)


write(HERE / 'dataset', ((name, bytes([first]) + data) for name, first, data in dataset()))
write(HERE / 'file', file())
write(HERE / 'charset', ((name, bytes([first]) + data) for name, first, data in charset()))
write(HERE / 'pdu', ((name, bytes([first]) + data) for name, first, data in conversations()))
write(HERE / 'association', association())
write(HERE / 'config', config())
write(HERE / 'hook', hook())
write(HERE / 'query', query())
