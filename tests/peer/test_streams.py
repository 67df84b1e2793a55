"""Operations that overlap: cancel, release, abort and silence while answers are sent (PS3.7 9.1.2, 9.3.2.3; PS3.8 9.2)."""

import os

import pytest

import peers
import raw
import worklists

FILES, STEPS = 80, 256
ENTRIES = FILES * STEPS
EVERYTHING = worklists.everything()
NOBODY = raw.keys({"ScheduledProcedureStepID": "NOSUCH*"}, PatientName="*nobody^at^all*")


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """20,480 entries; made once."""
    folder = tmp_path_factory.mktemp("crowd")
    assert worklists.crowd(folder, FILES, STEPS) == ENTRIES
    return folder


def slow_reader(server):
    """A client whose socket holds little, so that answers pile up at the server."""
    return server.connect(receive_buffer=16384)


def test_everything(mwl, crowd):
    with mwl(crowd).connect() as client:
        answer = client.find(EVERYTHING)
        assert answer.status == raw.SUCCESS and answer.count == ENTRIES
        client.release()


@pytest.mark.smoke
def test_cancel_between_answers(mwl, crowd):
    with slow_reader(mwl(crowd)) as client:
        number = client.ask(EVERYTHING)
        assert client.message().status == 0xFF00
        client.cancel(number)
        answer = client.answers(number)
        assert answer.status == raw.CANCELLED and answer.count < ENTRIES - 1
        assert client.echo(context=3) == raw.SUCCESS  # and the association goes on
        assert client.find(NOBODY).status == raw.SUCCESS
        client.release()


@pytest.mark.smoke
def test_cancel_during_a_scan_without_a_match(mwl, crowd):
    """Sent in one segment with the query: seen long before the last entry was looked at."""
    with mwl(crowd).connect() as client:
        query = raw.encode(NOBODY)
        client.send(
            raw.p_data(raw.pdv(1, 3, raw.find_rq(77)))
            + raw.p_data(raw.pdv(1, 2, query))
            + raw.p_data(raw.pdv(1, 3, raw.cancel_rq(77)))
        )
        answer = client.answers(77)
        assert answer.status == raw.CANCELLED and answer.count == 0
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_cancel_twice(mwl, crowd):
    with slow_reader(mwl(crowd)) as client:
        number = client.ask(EVERYTHING)
        client.cancel(number)
        client.cancel(number)
        assert client.answers(number).status == raw.CANCELLED
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_cancel_of_something_else_is_ignored(mwl, crowd):
    """Unknown, finished, or on another context: silently (PS3.7 9.3.2.3)."""
    with mwl(crowd).connect() as client:
        client.cancel(4711)
        number = client.ask(EVERYTHING)
        client.cancel(number + 1)
        answer = client.answers(number)
        assert answer.status == raw.SUCCESS and answer.count == ENTRIES
        client.cancel(number)
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


@pytest.mark.smoke
def test_release_while_answers_are_sent(mwl, crowd):
    """The server stops and answers A-RELEASE-RP; the peer waits for no more."""
    server = mwl(crowd)
    with slow_reader(server) as client:
        client.ask(EVERYTHING)
        assert client.message().status == 0xFF00
        client.release()  # takes what was on its way, then insists on the reply
    server.well()


@pytest.mark.smoke
def test_abort_while_answers_are_sent(mwl, crowd):
    server = mwl(crowd)
    with slow_reader(server) as client:
        client.ask(EVERYTHING)
        client.message()
        client.send(raw.pdu(raw.ABORT, bytes(4)))
    server.well()


@pytest.mark.smoke
def test_vanish_while_answers_are_sent(mwl, crowd):
    server = mwl(crowd)
    for _ in range(5):
        with slow_reader(server) as client:
            client.ask(EVERYTHING)
            client.message()
    server.well()


@pytest.mark.smoke
def test_pipelined_requests(mwl, folder):
    """Sent without waiting, though one at a time was negotiated: done in order, their answers not mixed."""
    worklists.write(folder)
    with mwl(folder).connect() as client:
        query = raw.encode(raw.keys(AccessionNumber=""))
        client.send(
            raw.p_data(raw.pdv(1, 3, raw.find_rq(1)), raw.pdv(1, 2, query))
            + raw.p_data(raw.pdv(3, 3, raw.echo_rq(2)))
            + raw.p_data(raw.pdv(1, 3, raw.find_rq(3)), raw.pdv(1, 2, query))
        )
        assert client.answers(1).values("AccessionNumber") == ["ACC0001"]
        assert client.message().responding_to == 2
        assert client.answers(3).values("AccessionNumber") == ["ACC0001"]
        client.release()


@pytest.mark.smoke
def test_too_many_pipelined_requests(mwl, crowd):
    """Behind a query that is still running only a few are kept; then the peer is told off."""
    server = mwl(crowd)
    with slow_reader(server) as client:
        client.ask(EVERYTHING)
        client.message()
        try:
            for number in range(200, 220):
                client.send_message(raw.echo_rq(number), context=3)
        except ConnectionError:
            pass
        with pytest.raises((raw.Aborted, raw.Closed, AssertionError)):
            while True:
                client.message()
    server.well()


@pytest.mark.smoke
def test_one_moment(mwl, tmp_path):
    """A query sees the worklist as it was when it came, however long its answers take; other queries see what is now."""
    folder = tmp_path / "w"
    folder.mkdir()
    worklists.crowd(folder, FILES)
    server = mwl(folder)
    with slow_reader(server) as slow, server.connect() as quick:
        number = slow.ask(EVERYTHING)
        assert slow.message().status == 0xFF00
        for name in sorted(os.listdir(folder))[: FILES - 1]:
            os.unlink(folder / name)
        worklists.write(folder, "new.wl", AccessionNumber="NEW")
        assert quick.find(EVERYTHING).count == 256 + 1
        answer = slow.answers(number)
        assert answer.status == raw.SUCCESS and answer.count == ENTRIES - 1
        assert "NEW" not in answer.values("AccessionNumber")
        slow.release()
        quick.release()


@pytest.mark.smoke
def test_slow_reader_delays_nobody(mwl, crowd):
    """Peers that stop reading cost a buffer each; on one worker others are served meanwhile."""
    path = peers.configuration(
        crowd.parent / f"one-{os.getpid()}.json",
        {"Enable": True, "Database": str(crowd)},
        DicomThreadsCount=1,
        DicomAlwaysAllowFindWorklist=True,
    )
    server = mwl(path)
    slow = [slow_reader(server) for _ in range(5)]
    try:
        for client in slow:
            client.ask(EVERYTHING)
        with server.connect() as client:
            for _ in range(20):
                assert client.echo(context=3) == raw.SUCCESS
            client.release()
    finally:
        for client in slow:
            client.close()


def test_echo_while_a_query_scans(mwl, crowd):
    """One worker, a scan over everything without a match, again and again: an echo of another client is not kept waiting.

    The bound here is generous; the figure itself is what bench/stall.py measures."""
    import time

    path = peers.configuration(
        crowd.parent / f"scan-{os.getpid()}.json",
        {"Enable": True, "Database": str(crowd)},
        DicomThreadsCount=1,
        DicomAlwaysAllowFindWorklist=True,
    )
    server = mwl(path)
    with server.connect() as scanning, server.connect() as echoing:
        for _ in range(5):
            number = scanning.ask(NOBODY)
            start = time.monotonic()
            assert echoing.echo(context=3) == raw.SUCCESS
            assert time.monotonic() - start < peers.patience(0.5)
            assert scanning.answers(number).status == raw.SUCCESS
        scanning.release()
        echoing.release()
