"""Modalities: they associate, ask as devices do, cancel, verify, read slowly, ask before they have the answer, and leave."""

import socket
import struct
import time

import asking
import queries
import raw

SYNTAXES = (
    (raw.IMPLICIT,),
    (raw.IMPLICIT, raw.EXPLICIT),
    (raw.EXPLICIT,),
    (raw.EXPLICIT, raw.BIG_ENDIAN, raw.IMPLICIT),
    (raw.BIG_ENDIAN,),
    (raw.DEFLATED,),
)
PIPELINED = 4  # requests at a time; the server lets as many wait behind the one that runs


def plain(run, client, chance):
    asking.take(run, client, asking.ask(client, queries.one(chance, run.some)))


def cancelled(run, client, chance):
    """C-CANCEL in the middle, at once, or when all is over."""
    query = queries.one(chance, run.some)
    query.cancelled = True
    asked = asking.ask(client, query)
    after = chance.choice((0, 1, 2, 5, 20))
    if not after:
        client.cancel(asked[1])
    asking.take(run, client, asked, lambda count: client.cancel(asked[1]) if count == after else None)
    run.count("cancelled")


def slow(run, client, chance):
    """Reads as an old device does; the worklist goes on meanwhile."""
    pause = chance.choice((0.001, 0.01, 0.05))
    asking.take(
        run, client, asking.ask(client, queries.one(chance, run.some)), lambda count: time.sleep(pause) if count < 20 else None
    )
    run.count("read slowly")


def pipelined(run, client, chance):
    asked = [asking.ask(client, queries.one(chance, run.some)) for _ in range(chance.randrange(2, PIPELINED + 1))]
    for one in asked:
        asking.take(run, client, one)
    run.count("pipelined", len(asked))


def echo(run, client, _):
    if client.echo(context=3) != raw.SUCCESS:
        raise asking.Wrong("C-ECHO without success")
    run.count("echoes")


WAYS = (plain, plain, plain, plain, cancelled, slow, pipelined, echo)


def reset(client):
    """The connection ends without a word: RST, not FIN."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


def leave(client, chance):
    how = chance.randrange(4)
    if how == 0:
        client.send(raw.pdu(raw.ABORT, bytes(4)))
        client.close()
    elif how == 1:
        reset(client)
    else:
        client.release()


def work(run, chance, number):
    """One modality until the run ends."""
    while not run.over.is_set():
        client = asking.connect(
            run,
            chance,
            tls=chance.randrange(4) == 0,
            syntaxes=chance.choice(SYNTAXES),
            source=f"127.0.2.{number + 1}",
            receive_buffer=chance.choice((None, 4096)),
        )
        run.count("associations")
        for _ in range(chance.choice((1, 1, 5, 40))):
            if run.over.is_set():
                break
            chance.choice(WAYS)(run, client, chance)
        leave(client, chance)
