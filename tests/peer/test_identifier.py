"""Identifiers as devices should not send them, and as they do (PS3.4 K.4.1.1.3, C.2.2.2; PS3.5 chapter 7).

A fault of the identifier ends one query with A900, a limit with A700, each with an Error Comment; the association goes on.
"""

import struct
import zlib

import pytest
from pydicom.dataset import Dataset
from pydicom.datadict import tag_for_keyword

import raw
import worklists

STEP_SEQUENCE = (0x0040, 0x0100)


@pytest.fixture
def server(mwl, folder):
    worklists.write(folder)
    worklists.write(folder, "b.wl", {"Modality": "MR"}, AccessionNumber="ACC0002", PatientID="PID0002")
    return mwl(folder)


def sequence(*items):
    """The step sequence as bytes, Implicit VR, explicit lengths; items as bytes."""
    return raw.element(*STEP_SEQUENCE, b"".join(raw.element(0xFFFE, 0xE000, i) for i in items))


def nested(depth):
    """Sequences within sequences of undefined length, never closed."""
    level = struct.pack("<HHI", *STEP_SEQUENCE, 0xFFFFFFFF) + struct.pack("<HHI", 0xFFFE, 0xE000, 0xFFFFFFFF)
    return level * depth


def closed(depth):
    ends = struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)
    return nested(depth) + ends * depth


ACCESSION = raw.element(0x0008, 0x0050, b"")
BROKEN = {
    # name: (bytes in Implicit VR Little Endian, statuses allowed)
    "value beyond the end": (raw.element(0x0008, 0x0050, b"AB", 200), [0xA900]),
    "half an element header": (ACCESSION + b"\x10\x00\x10", [0xA900]),
    "length near 4 GiB": (raw.element(0x0010, 0x0010, b"A ", 0xFFFFFFF0), [0xA900]),
    "text of undefined length": (raw.element(0x0010, 0x0010, b"A ", 0xFFFFFFFF), [0xA900]),
    "value beyond its item": (sequence(raw.element(0x0008, 0x0060, b"CT", 40)), [0xA900]),
    "item beyond its sequence": (raw.element(*STEP_SEQUENCE, raw.element(0xFFFE, 0xE000, b"", 400)), [0xA900]),
    "no item where one belongs": (raw.element(*STEP_SEQUENCE, raw.element(0x0008, 0x0060, b"CT")), [0xA900]),
    "delimiter out of nowhere": (ACCESSION + raw.element(0xFFFE, 0xE0DD, b""), [0xA900]),
    "the same attribute twice": (ACCESSION + raw.element(0x0008, 0x0050, b"X1"), [0xA900]),
    "nesting 10,000 deep, never closed": (nested(10000), [0xA700]),
    "nesting 10,000 deep": (closed(10000), [0xA700]),
    "5,000 attributes": (b"".join(raw.element(0x0010, 0x1000 + n, b"") for n in range(5000)), [0xA700]),
    "a value of 100 KiB": (raw.element(0x0010, 0x0010, b"A" * (100 << 10)), [0xA700, 0xA900]),
    "more than a megabyte": (raw.element(0x0010, 0x0010, b"A" * (2 << 20)), [0xA700]),
    "nothing": (b"", [0xA900]),
}


@pytest.mark.smoke
@pytest.mark.parametrize("name", BROKEN)
def test_broken_identifier(server, name):
    data, allowed = BROKEN[name]
    with server.connect() as client:
        answer = client.find(data)
        assert answer.status in allowed and not answer.datasets
        assert answer.comment and len(answer.comment) <= 64
        assert client.echo(context=3) == raw.SUCCESS  # the association goes on
        assert len(client.find(raw.keys(AccessionNumber="")).datasets) == 2
        client.release()


def test_query_without_a_data_set(server):
    """(0000,0800) says that none follows: no identifier, A900."""
    with server.connect() as client:
        client.send_message(raw.find_rq(9, has_data=0x0101))
        answer = client.answers(9)
        assert answer.status == raw.NOT_SOP_CLASS and answer.comment
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


@pytest.mark.parametrize("flag", [0x0000, 0x0001, 0x0102, 0xFFFF])
def test_any_other_data_set_type_means_that_one_follows(server, flag):
    with server.connect() as client:
        client.send_message(raw.find_rq(9, has_data=flag), raw.encode(raw.keys(AccessionNumber="")))
        assert len(client.answers(9).datasets) == 2
        client.release()


def offending(keyword):
    tag = tag_for_keyword(keyword)
    return (tag >> 16, tag & 0xFFFF)


REFUSED = {
    "date that is none": ({"ScheduledProcedureStepStartDate": "2026-13-45"}, "ScheduledProcedureStepStartDate"),
    "thirteenth month": ({"ScheduledProcedureStepStartDate": "20261301"}, "ScheduledProcedureStepStartDate"),
    "range of no dates": ({"ScheduledProcedureStepStartDate": "-"}, "ScheduledProcedureStepStartDate"),
    "range from late to early": ({"ScheduledProcedureStepStartDate": "20260105-20260104"}, "ScheduledProcedureStepStartDate"),
    "time that is none": ({"ScheduledProcedureStepStartTime": "2560"}, "ScheduledProcedureStepStartTime"),
    "wild card within a date": ({"ScheduledProcedureStepStartDate": "202601*"}, "ScheduledProcedureStepStartDate"),
    "endless wild card": ({"ScheduledStationAETitle": "*" + "a*" * 1000}, "ScheduledStationAETitle"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_key_that_means_nothing(server, name):
    """A900 with the Offending Element and a comment (PS3.4 K.4.1.1.4)."""
    step, keyword = REFUSED[name]
    with server.connect() as client:
        answer = client.find(raw.keys(step))
        assert answer.status == raw.NOT_SOP_CLASS
        assert offending(keyword) in answer.offending
        assert answer.comment and len(answer.comment) <= 64
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_two_items_in_the_step_sequence(server):
    with server.connect() as client:
        answer = client.find(sequence(raw.element(0x0008, 0x0060, b"CT"), raw.element(0x0008, 0x0060, b"MR")))
        assert answer.status == raw.NOT_SOP_CLASS and STEP_SEQUENCE in answer.offending and answer.comment
        client.release()


def test_vr_that_is_not_the_dictionary_s(server):
    """Parsed by the wire, matched by the dictionary: a Patient ID sent as SH, a name as LO."""
    data = b"\x10\x00\x10\x00LO" + struct.pack("<H", 12) + b"bach^johann " + b"\x10\x00\x20\x00SH" + struct.pack("<H", 8) + b"PID0001 "
    with server.connect(contexts=[(1, raw.WORKLIST, [raw.EXPLICIT])]) as client:
        answer = client.find(data)
        assert answer.status == raw.SUCCESS and answer.values("PatientID") == ["PID0001"]
        client.release()


@pytest.mark.parametrize(
    "data",
    [
        b"\x40\x00\x00\x01LO" + struct.pack("<H", 2) + b"CT",  # the step sequence as text
        b"\x10\x00\x10\x00SQ\0\0" + struct.pack("<I", 8) + struct.pack("<HHI", 0xFFFE, 0xE000, 0),  # a name as sequence
    ],
)
def test_vr_that_makes_a_sequence_of_text_or_the_reverse(server, data):
    with server.connect(contexts=[(1, raw.WORKLIST, [raw.EXPLICIT])]) as client:
        answer = client.find(data)
        assert answer.status == raw.NOT_SOP_CLASS and answer.comment
        assert client.find(raw.keys(AccessionNumber="")).status == raw.SUCCESS
        client.release()


def test_unknown_vr_in_an_explicit_identifier(server):
    """UN of defined length for the step sequence: its content is Implicit VR Little Endian (PS3.5 6.2.2)."""
    content = raw.element(0xFFFE, 0xE000, raw.element(0x0008, 0x0060, b"MR"))
    data = b"\x08\x00\x50\x00SH\0\0" + b"\x40\x00\x00\x01UN\0\0" + struct.pack("<I", len(content)) + content
    with server.connect(contexts=[(1, raw.WORKLIST, [raw.EXPLICIT])]) as client:
        assert client.find(data).values("AccessionNumber") == ["ACC0002"]
        client.release()


@pytest.mark.smoke
@pytest.mark.parametrize(
    "step, top",
    [
        ({"ScheduledProcedureStepStartDate": "*"}, {}),
        ({"ScheduledProcedureStepStartTime": "*"}, {}),
        ({"ScheduledProcedureStepStartDate": "*", "ScheduledProcedureStepStartTime": "*"}, {}),
        ({"Modality": "*"}, {}),
        (None, {"StudyInstanceUID": "*"}),
        (None, {"PatientBirthDate": "*"}),
        (None, {"PatientName": "*"}),
        (None, {"PatientName": "* "}),
        (None, {"PatientID": "**"}),
        (None, {"PatientComments": "*"}),  # an attribute that no entry holds
    ],
)
def test_lone_star_is_universal_in_any_vr(server, step, top):
    with server.connect() as client:
        answer = client.find(raw.keys(step, AccessionNumber="", **top))
        assert answer.status == raw.SUCCESS and sorted(answer.values("AccessionNumber")) == ["ACC0001", "ACC0002"]
        client.release()


def test_what_is_neither_matched_nor_returned(server):
    """Group lengths, groups below 0008, Query/Retrieve Level, Specific Character Set, private attributes not stored."""
    data = (
        raw.element(0x0002, 0x0010, b"1.2.3\0")
        + raw.element(0x0004, 0x1130, b"X ")
        + raw.element(0x0008, 0x0000, struct.pack("<I", 38))
        + raw.element(0x0008, 0x0005, b"ISO_IR 100")
        + raw.element(0x0008, 0x0050, b"")
        + raw.element(0x0008, 0x0052, b"STUDY ")
        + raw.element(0x0009, 0x0010, b"NOBODY HERE ")
        + raw.element(0x0009, 0x1001, b"")
        + raw.element(0x0010, 0x0000, struct.pack("<I", 8))
        + raw.element(0x0010, 0x0020, b"")
        + sequence(raw.element(0x0008, 0x0000, struct.pack("<I", 10)) + raw.element(0x0008, 0x0060, b"CT"))
    )
    with server.connect() as client:
        answer = client.find(data)
        assert answer.status == raw.SUCCESS
        (found,) = answer.datasets
        assert [e.tag for e in found] == [0x00080050, 0x00100020, 0x00400100]
        assert [e.tag for e in found.ScheduledProcedureStepSequence[0]] == [0x00080060]
        client.release()


@pytest.mark.parametrize("nobody_knows", [raw.element(0x0009, 0x1001, b"X "), raw.element(0x0010, 0xF777, b"")])
def test_attributes_that_are_not_supported(server, nobody_knows):
    """Neither matched nor returned, and every answer says so: FF01 (PS3.4 K.2.2.1.1.2, Table K.4-1)."""
    with server.connect() as client:
        answer = client.find(ACCESSION + nobody_knows)
        assert answer.status == raw.SUCCESS and answer.pending == [0xFF01, 0xFF01]
        assert all([e.tag for e in found] == [0x00080050] for found in answer.datasets)
        client.release()


def test_private_attribute(mwl, folder):
    """Found by the string of its creator, which may hold another block in the file than in the query."""
    entry = worklists.dataset()
    block = entry.private_block(0x0009, "MWL TEST", create=True)
    block.add_new(0x01, "LO", "secret sauce")
    worklists.put(folder, "a.wl", worklists.part10(entry))
    assert (0x0009, 0x1001) in entry
    data = (
        ACCESSION
        + raw.element(0x0009, 0x0042, b"MWL TEST")
        + raw.element(0x0009, 0x4201, b"")
    )
    with mwl(folder).connect() as client:
        (found,) = client.find(data).datasets
        assert found[0x0009, 0x0042].value in ("MWL TEST", b"MWL TEST")
        value = found[0x0009, 0x4201].value
        assert (value if isinstance(value, str) else value.decode()).strip() == "secret sauce"
        client.release()


def test_padding_and_order_that_devices_send(server):
    """Trailing spaces and NULs, odd lengths, attributes out of order."""
    data = (
        raw.element(0x0010, 0x0020, b"PID0001\0")
        + raw.element(0x0008, 0x0050, b"ACC0001")
        + raw.element(0x0010, 0x0010, b"Bach* ")
    )
    with server.connect() as client:
        assert client.find(data).values("PatientID") == ["PID0001"]
        client.release()


def test_deflated_bomb(server):
    """A kilobyte that inflates to a megabyte and more: stopped at the limit."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflate.compress(b"\x10\x00\x10\x00UT\0\0" + struct.pack("<I", 64 << 20) + bytes(64 << 20)) + deflate.flush()
    with server.connect(contexts=[(1, raw.WORKLIST, [raw.DEFLATED]), (3, raw.VERIFICATION, [raw.IMPLICIT])]) as client:
        answer = client.find(bomb + b"\0" * (len(bomb) % 2))
        assert answer.status == raw.OUT_OF_RESOURCES and answer.comment
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_deflated_junk(server):
    with server.connect(contexts=[(1, raw.WORKLIST, [raw.DEFLATED]), (3, raw.VERIFICATION, [raw.IMPLICIT])]) as client:
        assert client.find(b"\xff" * 100).status == raw.NOT_SOP_CLASS
        assert client.find(raw.keys(AccessionNumber="")).status == raw.SUCCESS
        client.release()


# -- commands that are sound, but not for here (PS3.7 Annex C) ---------------------------------------------------------


def status_of(client, command_set, data=None, context=1):
    client.send_message(command_set, data, context)
    return client.message().status


def test_sop_class_that_is_not_the_context_s(server):
    with server.connect() as client:
        query = raw.encode(raw.keys(AccessionNumber=""))
        assert status_of(client, raw.find_rq(2, raw.STUDY_ROOT_FIND), query) == 0x0122
        assert status_of(client, raw.echo_rq(3, raw.CT_STORAGE), context=3) == 0x0122
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_operation_that_the_service_does_not_have(server):
    store = raw.command(
        {
            0x0002: raw.uid(raw.WORKLIST),
            0x0100: raw.us(raw.C_STORE_RQ),
            0x0110: raw.us(4),
            0x0700: raw.us(0),
            0x0800: raw.us(1),
            0x1000: raw.uid("2.25.5"),
        }
    )
    with server.connect() as client:
        assert status_of(client, store, raw.encode(raw.keys(AccessionNumber="A"))) == 0x0211
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_message_id_of_zero_and_used_again(server):
    with server.connect() as client:
        for _ in range(3):
            assert len(client.answers(client.ask(raw.keys(AccessionNumber=""), message_id=0)).datasets) == 2
        client.release()


@pytest.mark.parametrize("priority", [0, 1, 2, 3, 0xFFFF])
def test_any_priority_is_taken(server, priority):
    elements = raw.parse_command(raw.find_rq(5))
    del elements[0]
    elements[0x0700] = raw.us(priority)
    with server.connect() as client:
        client.send_message(raw.command(elements), raw.encode(raw.keys(AccessionNumber="")))
        assert len(client.answers(5).datasets) == 2
        client.release()
