"""Sends queries on one association and has every answer judged."""

import ssl
import time

import entries
import oracle
import peers
import raw

GRACE = 20  # seconds after which a folder that is back has to be seen


class Wrong(Exception):
    """What the server did and must not."""


def connect(run, chance, tls=False, syntaxes=(raw.IMPLICIT,), source="127.0.0.1", receive_buffer=None):
    """A client with an association: the worklist on context 1, verification on 3."""
    client = raw.Client(run.tls if tls else run.plain, peers.patience(60), receive_buffer, source)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        client.socket = context.wrap_socket(client.socket)
    contexts = ((1, raw.WORKLIST, syntaxes), (3, raw.VERIFICATION, (raw.IMPLICIT,)))
    accepted = client.associate(contexts, calling=chance.choice(("CT1", "MR1", "SOAK")))
    if not isinstance(accepted, raw.Associate):
        raise Wrong(f"no association: {accepted}")
    client.told = oracle.Association()
    return client


def ask(client, query):
    """Sends a query: (query, message ID, when)."""
    data = raw.encode(query.identifier, client.syntaxes[1])
    sent = time.monotonic()  # before its first byte
    return query, client.ask(data), sent


def take(run, client, asked, each=lambda count: None):
    """Takes all that comes for a query and judges it; each(count) is called after every answer."""
    query, number, sent = asked
    identifiers = []
    while True:
        got = client.message()
        if got.kind != raw.C_FIND_RSP or got.responding_to != number:
            raise Wrong(f"{query}: a message of another kind: {got.elements}")
        if got.status not in raw.PENDING:
            break
        identifiers.append(got.data)
        each(len(identifiers))
    final = time.monotonic()
    judge(run, client, query, (got.status, identifiers, client.syntaxes[1], sent, final))
    return got.status


def judge(run, client, query, came):
    try:
        answers = oracle.Answers(*came)
        wrong = oracle.judge(run.journal, client.told, query, answers, peers.patience(GRACE))
    except entries.Torn as torn:
        wrong = f"torn: {torn}"
    run.count("queries")
    run.count("answers", len(came[1]))
    if came[0] == raw.OUT_OF_RESOURCES:
        run.count("refused while the folder was away")
    if wrong:
        raise Wrong(f"{query}: {wrong}")
