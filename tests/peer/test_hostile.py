"""Peers that mean harm, many at a time: each test has a well-behaved client served meanwhile, and looks at memory and
descriptors (vitals.py). That a single breach gets the abort that PS3.8 names is test_protocol.py."""

import contextlib
import os
import socket
import struct
import zlib

import pytest

import peers
import raw
import test_identifier
import test_protocol
import vitals
import worklists

LONG = bool(os.environ.get("MWL_LONG"))
TCP_REPAIR = 19  # linux/tcp.h: a socket closed in this state says nothing to its peer

REQUEST = raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq(((1, raw.WORKLIST, (raw.IMPLICIT,)), (3, raw.VERIFICATION, (raw.IMPLICIT,)))))
IDENTIFIER = raw.encode(raw.keys({"Modality": "CT"}, AccessionNumber="", PatientName=""))


def ask(number, identifier=IDENTIFIER):
    return raw.p_data(raw.pdv(1, 3, raw.find_rq(number))) + raw.p_data(raw.pdv(1, 2, identifier))


def crowd_of(hosts, count, make):
    """`count` of what make(source) gives, from as many addresses as the share of one (32) asks for."""
    return [make(f"127.0.{hosts}.{1 + number // 25}") for number in range(count)]


def reset(client):
    """Closes with a RST (socket(7), SO_LINGER)."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


@pytest.fixture
def server(mwl, folder):
    worklists.write(folder)
    return mwl(folder)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """20,480 entries, whose answers are more than the system keeps for a peer that does not read; and one to be found."""
    folder = tmp_path_factory.mktemp("crowd")
    worklists.crowd(folder, 80)
    worklists.write(folder, "known.wl")
    return folder


@pytest.fixture
def crowded(mwl, crowd, tmp_path):
    """A server of that crowd; crowded(**section)."""

    def start(**section):
        section = {"Enable": True, "Database": str(crowd), **section}
        return mwl(peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True))

    return start


# -- slow, silent and gone ---------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_slow_senders_by_the_hundred(server):
    """An association request, a command and an identifier, each sent byte by byte from eighty connections at once."""
    with vitals.unharmed(server) as others:
        streams = (REQUEST, ask(1)[:60], ask(1))
        slow = []
        for number, client in enumerate(crowd_of(5, 240, lambda source: server.client(source=source))):
            if number % 3:
                client.associate()
            slow.append((client, iter(streams[number % 3])))
        for _ in range(40):
            for client, stream in slow:
                client.send(bytes([next(stream)]))
        others.served()
        for client, _ in slow:
            client.close()


@pytest.mark.smoke
def test_slow_readers_by_the_hundred(crowded):
    """What is encoded ahead of a reader is bounded, so a hundred of them cost a hundred buffers (limits.h,
    output_bytes), not a hundred answers of nine megabytes."""
    server = crowded()
    with vitals.unharmed(server, growth=(100 * (256 + 128)) + (16 << 10)) as others:
        slow = crowd_of(5, 100, lambda source: server.connect(source=source, receive_buffer=16384))
        for client in slow:
            client.send(ask(1, raw.encode(worklists.everything())))
        for _ in range(3):
            for client in slow:
                client.message()
        others.served()
        for client in slow:
            client.close()


@pytest.mark.smoke
def test_half_open_connections(mwl, folder, tmp_path):
    """The peer has gone without a word, as behind a firewall or after a loss of power: its end of the connection is not
    there any more, and only the timers can tell. Idle, in the middle of a message, and with answers on their way."""
    worklists.write(folder)
    section = {"Enable": True, "Database": str(folder)}
    path = peers.configuration(tmp_path / "short.json", section, DicomAlwaysAllowFindWorklist=True, DicomScpTimeout=1)
    server = mwl(path)
    with vitals.unharmed(server) as others:
        clients = crowd_of(5, 60, lambda source: server.connect(source=source))
        for number, client in enumerate(clients):
            client.send((b"", ask(1), raw.p_data(raw.pdv(1, 3, raw.find_rq(1))))[number % 3])
            try:
                client.socket.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
            except PermissionError:
                pytest.skip("needs CAP_NET_ADMIN: no other way to leave a connection half open")
            client.close()
        others.served()


@pytest.mark.smoke
def test_half_closed_connections(server):
    """The peer sends no more, though it could read: that is an end of the association (AA-4), whatever was asked."""
    with vitals.unharmed(server):
        for number in range(60):
            client = server.client(source=f"127.0.5.{1 + number // 25}")
            client.send((REQUEST[:30], REQUEST, REQUEST + ask(1))[number % 3])
            client.socket.shutdown(socket.SHUT_WR)
            while client.receive():
                pass
            client.close()


@pytest.mark.smoke
@pytest.mark.parametrize("end", ["reset", "close"])
def test_end_at_every_byte(mwl, folder, tmp_path, end):
    """A whole association, with a query, a cancel, an echo and the release, cut off after each of its bytes. The echo of
    a bystander on the same worker gives the server the time to have read what was sent."""
    worklists.write(folder)
    section = {"Enable": True, "Database": str(folder)}
    server = mwl(
        peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True, DicomThreadsCount=1)
    )
    rest = (
        ask(1)
        + raw.p_data(raw.pdv(1, 3, raw.cancel_rq(1)))
        + raw.p_data(raw.pdv(3, 3, raw.echo_rq(2)))
        + raw.pdu(raw.RELEASE_RQ, bytes(4))
    )
    whole = REQUEST + rest
    with vitals.unharmed(server), server.connect() as bystander:
        for length in range(0, len(whole) + 1, 1 if LONG or peers.SLOW == 1 else 7):
            client = server.client(source=f"127.0.6.{1 + length % 200}")
            client.send(whole[: min(length, len(REQUEST))])
            if length >= len(REQUEST):
                assert isinstance(client.associated(), raw.Associate)
                client.send(whole[len(REQUEST) : length])
            assert bystander.echo(context=3) == raw.SUCCESS
            if end == "reset":
                reset(client)
            client.close()
        bystander.release()
    assert "\nE" not in server.log()


# -- associations ------------------------------------------------------------------------------------------------------


def test_thousands_of_associations_one_after_another(server):
    """Released, aborted, closed and reset in turn: nothing is kept of any."""
    with vitals.unharmed(server, growth=16 << 10):
        for number in range(20000 if LONG else 2000):
            client = server.client(source=f"127.0.5.{1 + number % 100}")
            client.send(REQUEST)
            client.associated()
            client.send(ask(1))
            if number % 4 == 0:
                assert client.answers(1).count == 1
                client.release()
            elif number % 4 == 1:
                client.send(raw.pdu(raw.ABORT, bytes(4)))
            elif number % 4 == 2:
                reset(client)
            client.close()


def test_as_many_associations_as_there_may_be_again_and_again(server):
    """Filled to the last place, with as many more that are turned away; then all at once gone. Who was there first is
    served all the time; a newcomer finds room when they are gone."""
    server.well()
    held = vitals.descriptors(server)
    with server.connect() as standing:
        vitals.forget_peak(server)
        before = vitals.memory(server)
        for _ in range(10 if LONG else 3):
            clients = crowd_of(7, 500, lambda source: server.client(source=source))
            admitted = 0
            for client in clients:
                with contextlib.suppress(ConnectionError):  # turned away unheard
                    client.send(REQUEST)
            for client in clients:
                with contextlib.suppress(raw.Closed, ConnectionError):
                    admitted += isinstance(client.associated(), raw.Associate)
            assert standing.echo(context=3) == raw.SUCCESS
            assert admitted == 255
            for client in clients:
                client.close()
            peers.eventually(lambda: vitals.descriptors(server) <= held + 1, "their descriptors given back", 30)
            server.well()
        assert vitals.memory(server, "VmHWM") - before < (64 << 10) or peers.SLOW > 1
        standing.release()


# -- breaches, by the hundred ------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_every_breach_again_and_again(server):
    """Duplicate and unknown contexts, PDVs for contexts that were refused or never proposed, PDUs and lengths that cannot
    be: each some times over, and nothing is left of them."""
    first = [raw.pdu(raw.ASSOCIATE_RQ, body) for body in test_protocol.IMPOSSIBLE.values()]
    first += test_protocol.BEFORE.values()
    later = [data for data, _ in test_protocol.DURING.values()]
    later += [raw.p_data(pdvs) for pdvs in test_protocol.MESSAGES.values()]
    with vitals.unharmed(server):
        for number in range(20 if LONG else 5):
            for data in first:
                with server.client(source=f"127.0.5.{1 + number}") as client:
                    client.send(data)
                    client.expect_abort()
            for data in later:
                with server.connect(contexts=test_protocol.CONTEXTS, source=f"127.0.5.{1 + number}") as client:
                    client.send(data)
                    client.expect_abort()


@pytest.mark.smoke
def test_endless_cancels(crowded):
    """Of what never was, of what is finished, and of a query that runs, thousands in one go: ignored but for one (PS3.7
    9.3.2.3)."""
    server = crowded()
    with vitals.unharmed(server) as others, server.connect(receive_buffer=16384) as client:
        nothing = raw.p_data(raw.pdv(1, 3, raw.cancel_rq(4711))) * 1000
        for _ in range(20):
            client.send(nothing)
        assert client.echo(context=3) == raw.SUCCESS
        number = client.ask(worklists.everything())
        client.message()
        client.send(nothing)
        client.send(raw.p_data(raw.pdv(1, 3, raw.cancel_rq(number))) * 1000)
        assert client.answers(number).status == raw.CANCELLED
        client.send(nothing)
        assert client.echo(context=3) == raw.SUCCESS
        others.served()
        client.release()


@pytest.mark.smoke
def test_requests_faster_than_they_are_answered(crowded):
    """A hundred clients that send query upon query and read no answer: a few are kept behind the one that runs
    (limits.h, pipelined), then the association is aborted."""
    server = crowded()
    everything = raw.encode(worklists.everything())
    with vitals.unharmed(server, growth=64 << 10) as others:
        clients = crowd_of(5, 100, lambda source: server.connect(source=source, receive_buffer=16384))
        for client in clients:
            try:
                client.send(b"".join(ask(number, everything) for number in range(1, 30)))
            except ConnectionError:
                pass
        others.served()
        for client in clients:
            client.close()
    server.says("sends requests faster than they are answered")


# -- identifiers -------------------------------------------------------------------------------------------------------


def endless_deflate():
    """A megabyte or so of a deflated stream that has no end, and would inflate to a gigabyte: a head of explicit VR, then
    the same flushed block of zeros over and over."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = deflate.compress(b"\x10\x00\x10\x00UT\0\0" + struct.pack("<I", 0xFFFFFFF0)) + deflate.flush(zlib.Z_FULL_FLUSH)
    zeros = deflate.compress(bytes(8 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    return head + zeros * (1000000 // len(zeros))


@pytest.mark.smoke
def test_deflated_bombs_that_inflate_without_end(server):
    """Inflated no further than an identifier may be long, and from twenty clients at once."""
    bomb = endless_deflate()
    contexts = [(1, raw.WORKLIST, [raw.DEFLATED]), (3, raw.VERIFICATION, [raw.IMPLICIT])]
    with vitals.unharmed(server, growth=20 * (3 << 10) + (16 << 10)) as others:
        clients = [server.connect(contexts=contexts) for _ in range(20)]
        numbers = [client.ask(bomb + b"\0" * (len(bomb) % 2)) for client in clients]
        for client, number in zip(clients, numbers):
            answer = client.answers(number)
            assert answer.status == raw.OUT_OF_RESOURCES and answer.comment
            assert client.echo(context=3) == raw.SUCCESS
        others.served()
        for client in clients:
            client.release()


def test_identifier_without_end(server):
    """Fragments that never end, inflating or not: read on, kept only up to the limit, answered with A700 at the end."""
    with vitals.unharmed(server) as others, server.connect() as client:
        client.send(raw.p_data(raw.pdv(1, 3, raw.find_rq(1))))
        fragment = raw.p_data(raw.pdv(1, 0, bytes(60000)))
        for _ in range(2000 if LONG else 300):
            client.send(fragment)
        others.served()
        client.send(raw.p_data(raw.pdv(1, 2, b"")))
        assert client.answers(1).status == raw.OUT_OF_RESOURCES
        client.release()


LARGEST = {
    # each just inside the limits of limits.h, and as costly to match as a query can be made
    "as deep as may be": lambda: test_identifier.closed(15),
    "as many attributes as may be": lambda: b"".join(raw.element(0x0010, 0x1000 + n, b"*A*B*") for n in range(4000)),
    "as many values as may be": lambda: raw.element(0x0020, 0x000D, b"\\".join(b"2.25.%d" % n for n in range(4000)) + b"\\2"),
    "wild cards that come back": lambda: raw.element(0x0010, 0x0010, b"*a" * 500 + b"*b")
    + raw.element(0x0010, 0x0020, b"*?" * 500 + b"*!")
    + raw.element(0x0008, 0x0090, b"*?a" * 300 + b"*"),
    "as long as may be": lambda: b"".join(raw.element(0x0010, 0x1000 + n, b"A?*" * 300) for n in range(1000)),
}


@pytest.mark.smoke
@pytest.mark.parametrize("name", LARGEST)
def test_largest_query(crowded, name):
    """Over twenty thousand entries, from four clients: answered, or ended by QueryMaxTime, with a status of Table K.4-1."""
    server = crowded(QueryMaxTime=2)
    data = LARGEST[name]()
    with vitals.unharmed(server, growth=64 << 10) as others:
        clients = [server.connect() for _ in range(4)]
        numbers = [client.ask(data) for client in clients]
        others.served()
        for client, number in zip(clients, numbers):
            answer = client.answers(number)
            assert answer.status in (raw.SUCCESS, raw.NOT_SOP_CLASS, raw.OUT_OF_RESOURCES), answer
            assert client.echo(context=3) == raw.SUCCESS
            client.release()


def test_answer_of_100_000_that_nobody_reads(mwl, tmp_path):
    """One buffer is all it costs. QueryMaxTime ends the query; the connection ends when nothing was taken for thirty
    seconds (limits.h, write_stall_ms), which only the long form waits for."""
    folder = tmp_path / "many"
    folder.mkdir()
    assert worklists.crowd(folder, 391) > 100000
    worklists.write(folder, "known.wl")
    section = {"Enable": True, "Database": str(folder), "QueryMaxTime": 1}
    server = mwl(peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True))
    with vitals.unharmed(server, growth=8 << 10) as others:
        held = vitals.descriptors(server)
        client = server.connect(receive_buffer=4096)
        client.ask(worklists.everything())
        others.served()
        server.says(r"service/find.* A700", 30)
        others.served()
        if LONG:
            peers.eventually(lambda: vitals.descriptors(server) <= held, "the end of the connection", 60)
        client.close()
