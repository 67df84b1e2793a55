"""What has brought other worklist servers down, once each, where no other file has it: SECURITY.md lists the classes."""

import re
import struct

import pytest

import cost
import peers
import raw
import worklists

QUERY = raw.keys(AccessionNumber="")


@pytest.mark.skipif(bool(peers.SLOW > 1), reason="a sanitizer's memory is not the server's")
def test_association_requests_leave_no_memory(mwl, folder, tmp_path):
    """Accepted, rejected, broken, given up: thousands of them, and the last thousand cost nothing any more. The journal,
    which keeps what was proposed, up to its own bound, is left out."""
    section = {"Enable": True, "Database": str(folder), "JournalSize": 0}
    server = mwl(peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True))

    def thousand():
        for number in range(1000):
            with server.client() as client:
                if number % 4 == 0:
                    client.associate(contexts=cost.LARGEST[:32])
                    client.release()
                elif number % 4 == 1:
                    client.associate(version=2)
                elif number % 4 == 2:
                    client.send(raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq())[:100])
                else:
                    client.associate()
                    client.send(raw.pdu(0x33, b""))

    thousand()
    thousand()
    server.well()
    before = cost.resident(server)
    thousand()
    server.well()
    grown = cost.resident(server) - before
    assert grown < 300 << 10  # had they been kept, it would be fifty times that


def meta(*elements):
    """A file whose meta information holds these, and a length that covers them."""
    body = b"".join(elements)
    group = struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(body))
    return b"\0" * 128 + b"DICM" + group + body


SYNTAX = struct.pack("<HH2sH", 2, 0x10, b"UI", 20) + b"1.2.840.10008.1.2.1\0"
HEADS = {
    "a length of 4 GiB": struct.pack("<HH2sHI", 2, 1, b"OB", 0, 0xFFFFFFF0),
    "a length without end": struct.pack("<HH2sHI", 2, 1, b"OB", 0, 0xFFFFFFFF),
    "a sequence without end": struct.pack("<HH2sHI", 2, 0x17, b"SQ", 0, 0xFFFFFFFF),
    "a VR that there is not": struct.pack("<HH2sHI", 2, 1, b"ZZ", 0, 0x7FFFFFFF),
    "a VR of no letters": struct.pack("<HH2sHI", 2, 1, b"\0\xff", 0, 0x7FFFFFFF),
    "text as numbers": struct.pack("<HH2sH", 2, 0x10, b"US", 2) + b"\1\2",
    "no transfer syntax": b"",
}


@pytest.mark.smoke
def test_odd_meta_information_is_set_aside(mwl, folder):
    """Whatever its file meta information promises, it costs no memory and is never served."""
    for number, (_, head) in enumerate(HEADS.items()):
        body = raw.encode(worklists.dataset(AccessionNumber="ODD"), raw.EXPLICIT)
        worklists.put(folder, f"{number}.wl", meta(head) + body[:100])
        worklists.put(folder, f"{number}-syntax.wl", meta(head, SYNTAX)[:-4])
    worklists.write(folder, "good.wl")
    server = mwl(folder)
    with server.connect() as client:
        assert client.find(QUERY).values("AccessionNumber") == ["ACC0001"]
        client.release()
    assert len(re.findall(r"\d(?:-syntax)?\.wl set aside: ", server.whole_log())) == 2 * len(HEADS)
    assert cost.resident(server) < (64 << 20) * peers.SLOW * 4


@pytest.mark.parametrize("value", ["../../outside", "/etc/passwd", "..\\..\\x", "%2e%2e/", "$(touch x)", "a\0b", "|sh"])
def test_values_are_never_paths(mwl, folder, tmp_path, value):
    """Of titles, keys and files: nothing is opened, made or named after them. What is there before is there after."""
    worklists.write(folder, AccessionNumber=value.replace("\0", ""), PatientID="../../outside")
    server = mwl(folder, "--control", tmp_path / "control")
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    with server.client() as client:
        client.associate(calling=value[:16], called=value[:16])
        answer = client.find(raw.keys(AccessionNumber=value, PatientID="", PatientName=value))
        assert answer.status in (raw.SUCCESS, raw.NOT_SOP_CLASS)
        client.release()
    record = peers.records("--socket", tmp_path / "control")[-1]
    made = peers.journal("export", record["number"], "--output", tmp_path / "q.dcm", "--socket", tmp_path / "control")
    assert "q.dcm" in made
    after = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    assert [path for path in after if not str(path).startswith("q.dcm")] == before


@pytest.mark.smoke
def test_a_file_that_goes_while_it_is_read_fails_no_query(mwl, folder):
    """Between the listing and the reading of it."""
    worklists.write(folder, "stays.wl")
    server = mwl(folder)
    with server.connect() as client:
        for number in range(50):
            path = folder / f"{number}.wl"
            worklists.write(folder, path.name, AccessionNumber="GOES")
            path.unlink()
            answer = client.find(QUERY)
            assert answer.status == raw.SUCCESS and answer.values("AccessionNumber") == ["ACC0001"]
        client.release()
