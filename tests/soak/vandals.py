"""Vandals: they do what no standard allows, within the numbers that the server's limits leave them. What the server says to
them is not judged here; that everybody else is served right meanwhile is."""

import functools
import random
import struct
import time

import modalities
import queries
import raw

CONTEXTS = ((1, raw.WORKLIST, (raw.IMPLICIT,)), (3, raw.VERIFICATION, (raw.IMPLICIT,)), (5, raw.WORKLIST, (raw.JPEG,)))
HELD = 20  # connections of one vandal at a time; the limit for an address is 32


def associated(run, address):
    client = raw.Client(run.plain, 5.0, source=address)
    client.associate(CONTEXTS)
    return client


@functools.lru_cache(maxsize=64)
def _identifier(number):
    return raw.encode(queries.one(random.Random(number), lambda _: ("E0000001", 1)).identifier)


def identifier(chance):
    return _identifier(chance.randrange(64))


def script(chance):
    """The bytes of a whole association."""
    query = identifier(chance)
    return (
        raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq(CONTEXTS))
        + raw.p_data(raw.pdv(3, 3, raw.echo_rq(1)))
        + raw.p_data(raw.pdv(1, 3, raw.find_rq(2)))
        + raw.p_data(raw.pdv(1, 2, query))
        + raw.pdu(raw.RELEASE_RQ, bytes(4))
    )


def garbage(run, chance, address):
    port = chance.choice((run.plain, run.tls))
    client = raw.Client(port, 5.0, source=address)
    client.send(chance.randbytes(chance.randrange(1, 5000)))
    return client


def cut(run, chance, address):
    """An association that ends at any byte, by FIN or RST."""
    client = raw.Client(run.plain, 5.0, source=address)
    data = script(chance)
    client.send(data[: chance.randrange(len(data))])
    if chance.randrange(2):
        modalities.reset(client)
    return client


def damaged(run, chance, address):
    """A whole association with some bytes that are others."""
    client = raw.Client(run.plain, 5.0, source=address)
    data = bytearray(script(chance))
    for _ in range(chance.randrange(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    client.send(data)
    return client


def lengths(run, chance, address):
    client = associated(run, address)
    lie = chance.choice((0, 1, 0xFFFFFFF0, 0x7FFFFFFF, 70000, 3))
    client.send(
        chance.choice(
            (
                raw.pdu(raw.P_DATA, raw.pdv(1, 3, raw.find_rq(1)), length=lie),
                raw.p_data(raw.pdv(1, 3, raw.find_rq(1), length=lie)),
                raw.p_data(raw.pdv(1, 3, raw.find_rq(1)), raw.pdv(1, 2, raw.element(0x10, 0x10, b"A ", lie))),
                raw.pdu(raw.ASSOCIATE_RQ, b"\0\1", length=lie),
            )
        )
    )
    return client


def silent(run, _, address):
    return raw.Client(run.plain, 5.0, source=address)


def slow(run, chance, address):
    """Byte by byte, and never to the end."""
    client = raw.Client(run.plain, 5.0, source=address)
    for byte in script(chance)[: chance.randrange(1, 80)]:
        client.send(bytes([byte]))
        time.sleep(0.002)
    return client


def unknown_contexts(run, chance, address):
    client = associated(run, address)
    client.send_message(raw.find_rq(1), identifier(chance), context=chance.choice((0, 5, 7, 255)))
    return client


def cancels(run, chance, address):
    """Of requests that are not, never were, and one that runs; without end."""
    client = associated(run, address)
    client.ask(identifier(chance), message_id=7)
    for number in range(300):
        client.send_message(raw.cancel_rq(chance.choice((7, number))))
    return client


def flood(run, chance, address):
    """More requests than may wait."""
    client = associated(run, address)
    for number in range(50):
        client.send_message(raw.find_rq(number + 1), identifier(chance))
    return client


def deaf(run, chance, address):
    """Asks for all there is and reads nothing."""
    client = raw.Client(run.plain, 5.0, receive_buffer=4096, source=address)
    client.associate(CONTEXTS)
    for number in range(4):
        client.send_message(raw.find_rq(number + 1), raw.encode(queries.everything(chance, None).identifier))
    return client


def releases(run, _, address):
    client = associated(run, address)
    client.send(raw.pdu(raw.RELEASE_RQ, bytes(4)) * 3 + raw.pdu(raw.RELEASE_RP, bytes(4)) + raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq()))
    return client


def half_identifier(run, chance, address):
    """A data set whose bytes are others than they should be, or fewer."""
    client = associated(run, address)
    data = bytearray(identifier(chance))
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    client.send_message(raw.find_rq(1), bytes(data[: chance.randrange(1, len(data) + 1)]))
    return client


ACTS = (garbage, cut, damaged, lengths, silent, slow, unknown_contexts, cancels, flood, deaf, releases, half_identifier)


def linger(client, chance):
    """Some look at what came, most do not."""
    if chance.randrange(4) == 0:
        try:
            client.socket.settimeout(0.1)
            client.socket.recv(4096)
        except OSError:
            pass


def work(run, chance, number):
    held = []
    while not run.over.is_set():
        act = chance.choice(ACTS)
        try:
            client = act(run, chance, f"127.0.8.{number + 1}")
            linger(client, chance)
            held.append(client)
        except (OSError, raw.Closed, raw.Aborted, AssertionError, struct.error):
            pass  # the server had enough of it: that is its right
        run.count("vandals")
        while len(held) > HELD or (held and run.over.is_set()):
            client = held.pop(chance.randrange(len(held)))
            if chance.randrange(2) and client.socket.fileno() >= 0:
                modalities.reset(client)
            client.close()
        run.over.wait(0.01)
    for client in held:
        client.close()
