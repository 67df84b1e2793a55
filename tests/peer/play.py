"""Plays the device of a profile: the half "play" of a file of profiles/, to the letter (docs/PROFILES.md)."""

import json
import struct
from pathlib import Path

from pydicom.datadict import dictionary_VR, tag_for_keyword

import raw

PROFILES = Path(__file__).resolve().parents[2] / "profiles"


def load(name):
    return json.loads((PROFILES / f"{name}.json").read_text(encoding="utf-8"))


def tag_of(name):
    tag = tag_for_keyword(name)
    return int(name, 16) if tag is None else tag


def value_of(tag, value):
    """The bytes of a key in Implicit VR Little Endian."""
    if isinstance(value, list):
        items = [encode(item) for item in value]
        return b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
    if isinstance(value, int):
        vr = "UL" if tag & 0xFFFF == 0 else dictionary_VR(tag)
        return struct.pack({"UL": "<I", "SL": "<i", "US": "<H", "SS": "<h"}[vr], value)
    data = value.encode("ascii")
    return data + b" " * (len(data) % 2)


def encode(keys):
    """Also what pydicom would not write: group lengths, right or wrong."""
    elements = sorted((tag_of(name), value) for name, value in keys.items())
    return b"".join(raw.element(tag >> 16, tag & 0xFFFF, value_of(tag, value)) for tag, value in elements)


def play(server, device, calling="DEVICE"):
    """The answer that a device gets to its query."""
    proposed = [
        (2 * i + 1, context["AbstractSyntax"], context["TransferSyntaxes"])
        for i, context in enumerate(device["PresentationContexts"])
    ]
    implementation = {"implementation": device["ImplementationClassUid"]} if "ImplementationClassUid" in device else {}
    with server.client() as client:
        client.associate(
            proposed,
            calling=device.get("CallingAet", calling),
            max_length=device.get("MaximumPduLength", 16384),
            implementation_version=device.get("ImplementationVersion", ""),
            **implementation,
        )
        context = next(number for number, abstract, _ in proposed if abstract == raw.WORKLIST)
        assert client.syntaxes[context] == raw.IMPLICIT
        found = client.find(encode(device["Keys"]), context=context)
        client.release()
        return found
