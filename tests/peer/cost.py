"""What an association costs the server in memory, quiet, busy, and as large as a peer can make it."""

import re
import socket

import peers
import raw
import worklists

# (context ID, abstract syntax, transfer syntaxes): 128 contexts of 60 syntaxes each, as long as 256 KiB allow.
LARGEST = [
    (1 + 2 * n, raw.WORKLIST, [raw.IMPLICIT, *(f"1.2.826.0.1.3680043.8.{k:04d}" for k in range(58))]) for n in range(128)
]


def resident(server):
    """Of the server's process, in bytes."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) << 10


def idle(server):
    """An association that has been used and stands."""
    client = server.connect()
    assert client.echo(context=3) == raw.SUCCESS
    return client


def querying(server):
    """A query whose answers nobody takes: a list that is longer than all buffers."""
    client = server.connect(receive_buffer=16384)
    client.ask(worklists.everything())
    client.message()
    return client


def greedy(server):
    """What a peer can make of it: the longest requests, identifiers, PDU, none of them at its end, and nothing read."""
    client = server.connect(contexts=LARGEST, receive_buffer=16384)
    long = b"".join(raw.element(0x0042, 0xF000 + n, b"x" * 60000) for n in range(17))  # of no known attribute
    client.ask(raw.encode(worklists.everything()) + long)
    client.message()
    client.send_message(raw.find_rq(101), long)
    client.send(raw.pdu(raw.P_DATA, raw.pdv(1, 3, raw.find_rq(200))))
    for at in range(0, 1000000, 60000):
        client.send(raw.pdu(raw.P_DATA, raw.pdv(1, 0, long[at : at + 60000])))
    client.send(raw.pdu(raw.P_DATA, raw.pdv(1, 0, b"x" * 65000))[:-1])
    return client


KINDS = {"idle": idle, "querying": querying, "greedy": greedy}


def measure(server, kind, count):
    """Bytes for each of `count` associations of that kind, beyond what the first few have cost once."""
    clients = [KINDS[kind](server) for _ in range(4)]
    server.well()
    before = resident(server)
    clients += [KINDS[kind](server) for _ in range(count)]
    server.well()  # one worker: what was sent before is read
    grown = resident(server) - before
    for client in clients:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.close()
    return grown / count
