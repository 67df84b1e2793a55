"""Peers that break PS3.8: each gets the abort that the standard names, and nobody else notices.

Sources and reasons: PS3.8 9.3.8; what is due in which state: Table 9-10, actions AA-1 (Sta2: source 0, service user) and
AA-8 (later: source 2, service provider).
"""

import struct

import pytest

import raw
import worklists

USER, PROVIDER = 0, 2
UNRECOGNIZED_PDU, UNEXPECTED_PDU, INVALID_VALUE = 1, 2, 6


@pytest.fixture
def server(mwl, folder):
    worklists.write(folder)
    return mwl(folder)


BEFORE = {
    "web browser": b"GET / HTTP/1.1\r\nHost: worklist\r\n\r\n",
    "TLS hello": bytes.fromhex("16030100c8010000c40303") + bytes(194),
    "unknown PDU": raw.pdu(0x08, b"x"),
    "P-DATA-TF": raw.p_data(raw.pdv(1, 3, raw.echo_rq(1))),
    "A-ASSOCIATE-AC": raw.pdu(raw.ASSOCIATE_AC, raw.associate_rq()),
    "A-ASSOCIATE-RJ": raw.pdu(raw.ASSOCIATE_RJ, b"\0\1\1\1"),
    "A-RELEASE-RQ": raw.pdu(raw.RELEASE_RQ, bytes(4)),
    "A-RELEASE-RP": raw.pdu(raw.RELEASE_RP, bytes(4)),
}


@pytest.mark.smoke
@pytest.mark.parametrize("name", BEFORE)
def test_before_the_association(server, name):
    """Sta2: AA-1, an A-ABORT of source 0 and reason 0."""
    with server.client() as client:
        client.send(BEFORE[name])
        assert client.expect_abort() == (USER, 0)
    server.well()


FIXED = raw.associate_rq()[:68]
CONTEXT = (1, raw.WORKLIST, [raw.IMPLICIT])
IMPOSSIBLE = {
    "two bytes": b"\0\1",
    "no items": FIXED,
    "item beyond the RQ": FIXED + raw.item(0x10, b"1.2", 5000),
    "sub-item beyond its item": FIXED + raw.item(0x20, b"\1\0\0\0" + raw.item(0x30, b"1.2", 500)),
    "even context ID": raw.associate_rq([(2, raw.WORKLIST, [raw.IMPLICIT])]),
    "one context ID twice": raw.associate_rq([CONTEXT, CONTEXT]),
    "context without an abstract syntax": raw.associate_rq([(1, "", [raw.IMPLICIT])]),
    "context without a transfer syntax": raw.associate_rq([(1, raw.WORKLIST, [])]),
    "no context": raw.associate_rq([]),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_request_that_cannot_be_read(server, name):
    """It is an A-ASSOCIATE-RQ, so Sta3 is reached; there what is wrong inside it is AA-8, with the reason."""
    with server.client() as client:
        client.send(raw.pdu(raw.ASSOCIATE_RQ, IMPOSSIBLE[name]))
        assert client.expect_abort() == (PROVIDER, INVALID_VALUE)
    server.well()


def test_abort_before_the_association(server):
    """Sta2 and A-ABORT: AA-2, the connection is closed without a word."""
    with server.client() as client:
        client.send(raw.pdu(raw.ABORT, bytes(4)))
        client.expect_closed()


def test_request_longer_than_anybody_needs(server):
    """Refused by its announced length, 2/3/2: nothing is kept for the 4 GiB that it promises."""
    with server.client() as client:
        client.send(raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq()[:68], length=0xFFFFFFF0))
        assert client.associated().triple == (2, 3, 2)
    server.well()


DURING = {
    "A-ASSOCIATE-RQ": (raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq()), UNEXPECTED_PDU),
    "A-ASSOCIATE-AC": (raw.pdu(raw.ASSOCIATE_AC, raw.associate_rq()), UNEXPECTED_PDU),
    "A-ASSOCIATE-RJ": (raw.pdu(raw.ASSOCIATE_RJ, b"\0\1\1\1"), UNEXPECTED_PDU),
    "A-RELEASE-RP": (raw.pdu(raw.RELEASE_RP, bytes(4)), UNEXPECTED_PDU),
    "unknown PDU": (raw.pdu(0x09, b"1234"), UNRECOGNIZED_PDU),
    "A-RELEASE-RQ of five bytes": (raw.pdu(raw.RELEASE_RQ, bytes(5)), INVALID_VALUE),
    "PDU-length beyond what we allow": (raw.pdu(raw.P_DATA, b"", length=0x7FFFFFFF), INVALID_VALUE),
    "PDV beyond its PDU": (raw.p_data(raw.pdv(1, 3, b"1234", length=100)), INVALID_VALUE),
    "PDV of one byte": (raw.pdu(raw.P_DATA, struct.pack(">IB", 1, 1)), INVALID_VALUE),
    "PDV of length zero": (raw.pdu(raw.P_DATA, struct.pack(">I", 0)), INVALID_VALUE),
    "half a PDV header": (raw.pdu(raw.P_DATA, b"\0\0\0"), INVALID_VALUE),
    "context never proposed": (raw.p_data(raw.pdv(99, 3, raw.echo_rq(1))), INVALID_VALUE),
    "context refused": (raw.p_data(raw.pdv(5, 3, raw.echo_rq(1))), INVALID_VALUE),
}
CONTEXTS = (
    (1, raw.WORKLIST, (raw.IMPLICIT,)),
    (3, raw.VERIFICATION, (raw.IMPLICIT,)),
    (5, raw.CT_STORAGE, (raw.IMPLICIT,)),
)


@pytest.mark.smoke
@pytest.mark.parametrize("name", DURING)
def test_during_the_association(server, name):
    """Sta6: AA-8, an A-ABORT of source 2 with the reason."""
    data, reason = DURING[name]
    with server.connect(contexts=CONTEXTS) as client, server.connect() as bystander:
        client.send(data)
        assert client.expect_abort() == (PROVIDER, reason)
        assert bystander.echo(context=3) == raw.SUCCESS
        bystander.release()


def test_what_follows_an_abort_is_ignored(server):
    """Sta13: more P-DATA is not answered (AA-6)."""
    with server.connect() as client:
        client.send(raw.pdu(0x09, b"") + raw.p_data(raw.pdv(3, 3, raw.echo_rq(1))) * 3)
        assert client.expect_abort() == (PROVIDER, UNRECOGNIZED_PDU)
        client.socket.shutdown(1)
        client.expect_closed()


MESSAGES = {
    "data set before its command": raw.pdv(1, 2, b"1234"),
    "command after an unfinished command's data": raw.pdv(1, 3, raw.find_rq(1)) + raw.pdv(1, 3, raw.find_rq(2)),
    "message on two contexts": raw.pdv(1, 3, raw.find_rq(1)) + raw.pdv(3, 2, b""),
    "command that is no command": raw.pdv(1, 3, b"\xff" * 40),
    "command cut off": raw.pdv(1, 3, raw.find_rq(1)[:-1]),
    "command without a command field": raw.pdv(1, 3, raw.command({0x0110: raw.us(1), 0x0800: raw.us(0x0101)})),
    "command of another group": raw.pdv(1, 3, raw.echo_rq(1) + raw.element(0x0008, 0x0050, b"A1")),
    "response nobody asked for": raw.pdv(
        3, 3, raw.command({0x0100: raw.us(raw.C_ECHO_RSP), 0x0120: raw.us(1), 0x0800: raw.us(0x0101), 0x0900: raw.us(0)})
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_that_are_none(server, name):
    """A broken message leaves no way to answer it: A-ABORT."""
    with server.connect() as client:
        client.send(raw.p_data(MESSAGES[name]))
        source, _ = client.expect_abort()
        assert source in (USER, PROVIDER)
    server.well()


def test_command_set_without_end(server):
    """Fragments of a command that never ends are kept only up to a limit."""
    with server.connect() as client:
        chunk = raw.p_data(raw.pdv(1, 1, raw.element(0, 0x5010, b"x" * 8000)))
        with pytest.raises((ConnectionError, AssertionError, raw.Aborted)):
            for _ in range(64):
                client.send(chunk)
            client.expect(raw.P_DATA)
    server.well()


def test_fragments_of_no_bytes_without_end(server):
    with server.connect() as client:
        client.send(raw.p_data(raw.pdv(1, 3, raw.find_rq(1))))
        client.send(raw.p_data(*[raw.pdv(1, 0, b"")] * 1000))
        assert client.expect_abort()[0] == PROVIDER
    server.well()


def test_empty_last_fragment(server):
    """A terminator without a byte is legal; some devices send it."""
    with server.connect() as client:
        identifier = raw.encode(raw.keys(AccessionNumber=""))
        client.send(
            raw.p_data(raw.pdv(1, 1, raw.find_rq(7)), raw.pdv(1, 3, b""))
            + raw.p_data(raw.pdv(1, 0, identifier), raw.pdv(1, 2, b""))
        )
        assert client.answers(7).values("AccessionNumber") == ["ACC0001"]
        client.release()


def test_command_and_data_in_one_pdu(server):
    with server.connect() as client:
        client.send(raw.p_data(raw.pdv(1, 3, raw.find_rq(7)), raw.pdv(1, 2, raw.encode(raw.keys(AccessionNumber="")))))
        assert client.answers(7).values("AccessionNumber") == ["ACC0001"]
        client.release()


@pytest.mark.parametrize("size", [1, 2, 3])
def test_fragments_of_few_bytes(server, size):
    """Odd ones too, against PS3.8 E.1: no reason to lose the query."""
    with server.connect() as client:
        data = raw.encode(raw.keys({"Modality": "CT"}, AccessionNumber=""))
        rq = raw.find_rq(7)
        for control, whole in ((1, rq), (0, data)):
            parts = [whole[at : at + size] for at in range(0, len(whole), size)]
            for part in parts[:-1]:
                client.send(raw.p_data(raw.pdv(1, control, part)))
            client.send(raw.p_data(raw.pdv(1, control | 2, parts[-1])))
        assert client.answers(7).values("AccessionNumber") == ["ACC0001"]
        client.release()


@pytest.mark.smoke
def test_one_byte_a_segment(server):
    """The whole life of an association, each byte sent by itself."""
    stream = (
        raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq(calling="SLOW"))
        + raw.p_data(raw.pdv(1, 3, raw.find_rq(7)))
        + raw.p_data(raw.pdv(1, 2, raw.encode(raw.keys(AccessionNumber=""))))
    )
    with server.client() as client:
        for byte in stream:
            client.send(bytes([byte]))
        assert isinstance(client.associated(), raw.Associate)
        assert client.answers(7).values("AccessionNumber") == ["ACC0001"]
        client.release()


def test_all_at_once(server):
    """Request, query, echo and release in one segment, without waiting for anything."""
    with server.client() as client:
        contexts = ((1, raw.WORKLIST, (raw.IMPLICIT,)), (3, raw.VERIFICATION, (raw.IMPLICIT,)))
        client.send(
            raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq(contexts))
            + raw.p_data(raw.pdv(3, 3, raw.echo_rq(5)))
            + raw.p_data(raw.pdv(1, 3, raw.find_rq(7)), raw.pdv(1, 2, raw.encode(raw.keys(AccessionNumber=""))))
        )
        assert isinstance(client.associated(), raw.Associate)
        assert client.message().responding_to == 5
        assert client.answers(7).values("AccessionNumber") == ["ACC0001"]
        client.release()


@pytest.mark.smoke
def test_closed_without_release(server):
    """As GE's Optima does: no error, nothing kept."""
    for _ in range(40):  # more than one address may have at once
        with server.connect() as client:
            client.find(raw.keys(AccessionNumber=""))
    server.well()
    assert "\nE" not in server.log()


def test_released_without_waiting_for_the_reply(server):
    with server.connect() as client:
        client.send(raw.pdu(raw.RELEASE_RQ, bytes(4)))
    server.well()
    assert "\nE" not in server.log()


@pytest.mark.smoke
def test_random_bytes_harm_nobody(server):
    import random

    chance = random.Random(20260105)
    with server.connect() as bystander:
        for round_number in range(150):
            with server.client() as client:
                if round_number % 2:
                    client.associate()
                junk = chance.randbytes(chance.randrange(1, 400))
                if round_number % 3 == 0:
                    junk = raw.pdu(chance.randrange(1, 8), junk)
                elif round_number % 3 == 1:
                    junk = raw.p_data(raw.pdv(1, chance.randrange(4), junk))
                try:
                    client.send(junk)
                    client.socket.shutdown(1)
                    while client.receive():
                        pass
                except (ConnectionError, BrokenPipeError):
                    pass
        assert bystander.echo(context=3) == raw.SUCCESS
        bystander.release()
