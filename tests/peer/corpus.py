"""Data sets by the hundred for the tools around a worklist: every VR that an entry can hold, empty, single and several
values, private blocks, nesting, lengths defined and undefined, the little endian encodings, text in many character sets.

A data set is made by its number alone, so that a failure can be looked at again: `python3 corpus.py FOLDER` writes all.
"""

import csv
import functools
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import raw

COUNT = 520
ROOT = Path(__file__).resolve().parents[2]
LONG = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
# What belongs in no worklist entry, or has a meaning of its own for whoever prints it.
NOT_HERE = {0x00080001, 0x00080005, 0x00080006, 0x00081190}


def dictionary():
    """{VR: [tag, ...]} of the standard's attributes."""
    found = {}
    with open(ROOT / "data" / "dictionary.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            tag = row["tag"].replace("(", "").replace(")", "").replace(",", "")
            if "x" in tag or not 0x0008 <= int(tag[:4], 16) < 0x5000 or int(tag, 16) in NOT_HERE or row["retired"]:
                continue
            found.setdefault(row["vr"], []).append(int(tag, 16))
    return found


TAGS = dictionary()


@functools.cache
def unknown_to_dcmtk():
    """Attributes that are newer than DCMTK's dictionary: in an implicit encoding it cannot know what they hold."""
    maker = Maker(1)
    maker.explicit = True
    tags = sorted((tag, vr) for vr, tags in TAGS.items() for tag in tags if len(vr) == 2)
    body = b"".join(maker.element(tag, vr, b"") for tag, vr in tags)
    with tempfile.NamedTemporaryFile() as file:
        file.write(maker.meta(raw.EXPLICIT) + body)
        file.flush()
        said = subprocess.run(["dcmdump", "-q", file.name], capture_output=True, text=True, check=True).stdout
    lines = [line for line in said.splitlines() if line.endswith("Unknown Tag & Data")]
    return {int(line[1:5] + line[6:10], 16) for line in lines}


TEXTS = {
    None: ["PLAIN", "two words", "x" * 64, "a [b] #c", "\\".join("abc")],
    "ISO_IR 100": ["Müller", "Ångström", "façade"],
    "ISO_IR 144": ["Жуков"],
    "ISO_IR 126": ["Διονυσιος"],
    "ISO_IR 192": ["山田", "Ünïcödé", "김희중", "ไทย"],
    "GB18030": ["王小东"],
}
CODECS = {None: "ascii", "ISO_IR 100": "latin-1", "ISO_IR 144": "iso8859-5", "ISO_IR 126": "iso8859-7", "ISO_IR 192": "utf-8", "GB18030": "gb18030"}
NUMBERS = {"US": "<H", "SS": "<h", "UL": "<I", "SL": "<i", "FL": "<f", "FD": "<d", "SV": "<q", "UV": "<Q", "OF": "<f", "OD": "<d", "OL": "<I", "OV": "<Q", "OW": "<H"}


class Maker:
    def __init__(self, number):
        self.random = random.Random(number)
        self.charset = self.random.choice([None, None, *list(TEXTS)[1:]])
        self.explicit = number % 3 != 0
        self.undefined = self.random.choice([0, 0, 1, 0.5])  # how likely a length is

    def number(self, vr):
        r = self.random
        if vr in ("FL", "OF"):
            return r.choice([0.0, 1.5, -2.25, 1e10, 1 / 3, r.uniform(-1e6, 1e6)])
        if vr in ("FD", "OD"):
            return r.choice([0.0, -0.5, 1e100, 1 / 3, 123456789.123456789, r.uniform(-1e9, 1e9)])
        bits = {"US": 16, "SS": 16, "OW": 16, "UL": 32, "SL": 32, "OL": 32, "SV": 64, "UV": 64, "OV": 64}[vr]
        value = r.choice([0, 1, r.getrandbits(bits - 1), (1 << (bits - 1)) - 1])
        return -value if vr in ("SS", "SL", "SV") and r.random() < 0.4 else value

    def one(self, vr):
        r = self.random
        text = {
            "AE": lambda: r.choice(["CT1", "ECHO SCP", "A"]),
            "AS": lambda: r.choice(["018M", "042Y"]),
            "CS": lambda: r.choice(["CT", "ROUTINE", "A_B 1"]),
            "DA": lambda: r.choice(["20261124", "19000101"]),
            "DS": lambda: r.choice(["1", "-1.5", "1e10", "70.5"]),
            "DT": lambda: r.choice(["2026", "20261124101500.123456+0100"]),
            "IS": lambda: r.choice(["0", "-12", "2147483647"]),
            "TM": lambda: r.choice(["10", "101500", "101500.123"]),
            "UI": lambda: r.choice(["1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.31", "1.2.3", "2.25.99", "1.2.840.10008.1.1"]),
            "UR": lambda: r.choice(["http://example.org/a?b=c", "urn:x"]),
        }
        if vr in text:
            return text[vr]()
        words = TEXTS[self.charset] if r.random() < 0.5 else TEXTS[None]
        word = r.choice(words)
        if vr == "PN":
            word = word.replace("\\", " ")[:48] + r.choice(["", "^Eva", "^^^Dr."])
        if vr in ("UC", "UT", "LT", "ST") and r.random() < 0.2:
            word = word * 15
        if vr in ("UT", "LT", "ST") and "]" not in word and r.random() < 0.2:  # else dcmdump's text could be read in two ways
            word += r.choice(["\r\nsecond line\n", "\\n is no line feed\n", "\ttab\x0c"])
        return word[:16] if vr == "SH" and "\\" not in word else word

    def value(self, vr):
        """The bytes of a value, of even length."""
        r = self.random
        kind = r.random()
        if kind < 0.15:
            return b""
        if vr in NUMBERS:
            return b"".join(struct.pack(NUMBERS[vr], self.number(vr)) for _ in range(1 if kind < 0.7 else r.randint(2, 30)))
        if vr == "AT":
            return b"".join(struct.pack("<HH", 0x0010, r.choice([0x0010, 0x0020])) for _ in range(1 if kind < 0.7 else 3))
        if vr in ("OB", "UN"):
            return r.randbytes(2 * r.randint(1, 40))
        multiple = vr not in ("LT", "ST", "UT", "UR") and kind > 0.75
        text = "\\".join(self.one(vr) for _ in range(r.randint(2, 5) if multiple else 1))
        data = text.encode(CODECS[self.charset] if vr in ("LO", "SH", "PN", "LT", "ST", "UC", "UT") else "ascii")
        return data + (b"\0" if vr == "UI" else b" ") * (len(data) % 2)

    def element(self, tag, vr, value, length=None):
        length = len(value) if length is None else length
        head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
        if not self.explicit:
            return head + struct.pack("<I", length) + value
        if vr in LONG:
            return head + vr.encode() + b"\0\0" + struct.pack("<I", length) + value
        return head + vr.encode() + struct.pack("<H", length) + value

    def sequence(self, tag, depth):
        content = b""
        for _ in range(self.random.randint(0, 3)):
            item = self.level(depth + 1)
            if self.random.random() < self.undefined:
                content += struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF) + item + struct.pack("<HHI", 0xFFFE, 0xE00D, 0)
            else:
                content += struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item
        if self.random.random() < self.undefined:
            return self.element(tag, "SQ", content + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0), 0xFFFFFFFF)
        return self.element(tag, "SQ", content)

    def level(self, depth=0):
        """A data set, or an item."""
        r = self.random
        wanted = {}
        for _ in range(r.randint(0, 8 if depth else 16)):
            vr = r.choice([v for v in TAGS if len(v) == 2 and v != "SQ"])
            if vr in ("OB", "OW", "UN") and not self.explicit:
                continue
            tag = r.choice(TAGS[vr])
            if self.explicit or tag not in unknown_to_dcmtk():
                wanted[tag] = vr
        for _ in range(r.randint(0, 2) if depth < 4 else 0):
            tag = r.choice(TAGS["SQ"])
            if self.explicit or tag not in unknown_to_dcmtk():
                wanted[tag] = "SQ"
        parts = {tag: self.sequence(tag, depth) if vr == "SQ" else self.element(tag, vr, self.value(vr)) for tag, vr in wanted.items()}
        if depth == 0 and self.charset:
            term = self.charset.encode()
            parts[0x00080005] = self.element(0x00080005, "CS", term + b" " * (len(term) % 2))
        if r.random() < 0.3:
            group = r.choice([0x0009, 0x0041, 0x0029])
            parts[group << 16 | 0x10] = self.element(group << 16 | 0x10, "LO", b"NOBODY'S BLOCK")
            for number in range(r.randint(1, 3)):
                tag = group << 16 | 0x1000 | number
                vr = r.choice(["LO", "US", "DS", "UN"])
                parts[tag] = self.element(tag, vr, self.value(vr))
        return b"".join(parts[tag] for tag in sorted(parts))

    def meta(self, syntax):
        """What stands before the data set, which is explicit whatever that is."""
        explicit, self.explicit = self.explicit, True
        uids = {0x00020002: raw.WORKLIST, 0x00020003: "2.25.99", 0x00020010: syntax, 0x00020012: "2.25.98"}
        body = self.element(0x00020001, "OB", b"\0\1") + b"".join(
            self.element(tag, "UI", uid.encode() + b"\0" * (len(uid) % 2)) for tag, uid in uids.items()
        )
        self.explicit = explicit
        return bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(body)) + body

    def file(self):
        syntax = raw.EXPLICIT if self.explicit else raw.IMPLICIT
        return self.meta(syntax) + self.level()


def data_set(number):
    return Maker(number).file()


def write(folder, count=COUNT):
    """All of them as files; their paths."""
    paths = []
    for number in range(count):
        paths.append(Path(folder) / f"{number:03}.dcm")
        paths[-1].write_bytes(data_set(number))
    return paths


if __name__ == "__main__":
    write(sys.argv[1])
