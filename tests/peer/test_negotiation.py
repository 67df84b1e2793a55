"""How associations are made and refused (PS3.8 7.1.1, 9.3.2 to 9.3.4; PS3.7 Annex D)."""

import struct

import pytest

import peers
import raw
import worklists

UNKNOWN = "1.2.3.4.5.6.7"


@pytest.fixture
def server(mwl, folder):
    worklists.write(folder)
    return mwl(folder)


def test_echo_alone(server):
    with server.connect(contexts=[(1, raw.VERIFICATION, [raw.IMPLICIT])]) as client:
        assert client.echo() == raw.SUCCESS
        client.release()


@pytest.mark.smoke
def test_unknown_abstract_and_transfer_syntaxes_get_results_3_and_4(server):
    with server.connect(
        contexts=[(1, UNKNOWN, [raw.IMPLICIT]), (3, raw.WORKLIST, [raw.JPEG]), (5, raw.VERIFICATION, [raw.IMPLICIT])]
    ) as client:
        assert {i: result for i, (result, _) in client.accepted.contexts.items()} == {1: 3, 3: 4, 5: 0}
        assert client.echo(context=5) == raw.SUCCESS
        client.release()


def test_nothing_acceptable_still_gets_an_answer_that_says_so(server):
    """AC with results 3 and 4: a rejection could not name the reason."""
    with server.connect(contexts=[(1, raw.CT_STORAGE, [raw.IMPLICIT]), (3, raw.WORKLIST, [raw.JPEG])]) as client:
        assert {i: result for i, (result, _) in client.accepted.contexts.items()} == {1: 3, 3: 4}
        client.release()


def test_explicit_little_endian_is_preferred(server):
    syntaxes = [raw.BIG_ENDIAN, raw.DEFLATED, raw.IMPLICIT, raw.EXPLICIT]
    with server.connect(contexts=[(1, raw.WORKLIST, syntaxes)]) as client:
        assert client.syntaxes == {1: raw.EXPLICIT}
        client.release()


def test_one_abstract_syntax_in_several_contexts(server):
    """Each is accepted with its own transfer syntax, and answered on the context it came on."""
    contexts = [(i, raw.WORKLIST, [s]) for i, s in ((1, raw.IMPLICIT), (3, raw.EXPLICIT), (5, raw.BIG_ENDIAN), (7, raw.DEFLATED))]
    with server.connect(contexts=contexts) as client:
        assert client.syntaxes == {1: raw.IMPLICIT, 3: raw.EXPLICIT, 5: raw.BIG_ENDIAN, 7: raw.DEFLATED}
        for number in (7, 1, 5, 3, 1):
            answer = client.find(raw.keys(AccessionNumber=""), context=number)
            assert answer.values("AccessionNumber") == ["ACC0001"]
        client.release()


def test_128_contexts(server):
    contexts = [(2 * i + 1, raw.VERIFICATION, [raw.IMPLICIT, raw.EXPLICIT]) for i in range(128)]
    with server.connect(contexts=contexts) as client:
        assert sorted(client.accepted.contexts) == [2 * i + 1 for i in range(128)]
        assert client.echo(context=255) == raw.SUCCESS
        client.release()


def test_protocol_version_is_bit_0_alone(server):
    """PS3.8 9.3.2: other bits are not significant."""
    with server.connect(version=0xFF03) as client:
        assert client.echo(context=3) == raw.SUCCESS
        client.release()
    with server.client() as client:
        assert client.associate(version=2).triple == (1, 2, 2)


def test_application_context(server):
    with server.client() as client:
        assert client.associate(application_context="1.2.840.10008.3.1.1.2").triple == (1, 1, 2)


def test_unknown_items_are_skipped(server):
    extra = raw.item(0x60, b"what") + raw.item(0x11, b"")
    user = raw.item(0x5F, b"ever") + raw.item(0x70, b"x" * 1000)
    with server.connect(extra_items=extra, user_items=user) as client:
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_only_what_was_offered_is_answered(server):
    """PS3.7 D.3.3: no asynchronous window, role, extended or identity item that was not proposed."""
    with server.connect() as client:
        assert set(client.accepted.user) <= {0x51, 0x52, 0x55}
        assert len(client.accepted.user[0x52]) == 1
        client.release()


def test_asynchronous_window_never_exceeds_the_offer(server):
    with server.connect(user_items=raw.item(0x53, struct.pack(">HH", 0, 0))) as client:
        for window in client.accepted.user.get(0x53, []):
            assert struct.unpack(">HH", window) == (1, 1)  # one operation at a time is what is done
        client.release()


def extended(offer):
    """The user item that offers these bytes for the Modality Worklist."""
    return raw.item(0x56, struct.pack(">H", len(raw.WORKLIST)) + raw.WORKLIST.encode() + offer)


def agreed(client):
    """The bytes that came back; None if there is no such item."""
    answers = client.accepted.user.get(0x56, [])
    assert len(answers) <= 1
    return answers[0][2 + len(raw.WORKLIST) :] if answers else None


@pytest.mark.parametrize(
    "offer, answer",
    [
        (b"\1\1\0", b"\1\1\0"),
        (b"\1\1\1", b"\1\1\1"),
        (b"\1\1\0\1", b"\1\1\0\1"),
        (b"\1\1\1\1\1\1\1", b"\1\1\1\1"),
        (b"\0\0\0", b"\0\0\0"),
        (b"\1\1\2", b"\1\1\0"),
        (b"\1", None),
    ],
)
def test_extended_negotiation(server, offer, answer):
    """PS3.4 K.5.1: not longer than offered, never 1 where 0 was."""
    with server.connect(user_items=extended(offer)) as client:
        assert agreed(client) == answer
        assert client.find(raw.keys(AccessionNumber="")).status == raw.SUCCESS
        client.release()


@pytest.mark.parametrize("offer, found", [(None, []), (b"\1\1\0", []), (b"\1\1\1", ["FUZZY"])])
def test_fuzzy_matching_of_names(mwl, folder, offer, found):
    """PS3.4 K.5.1, byte 3: only for the association that negotiated it."""
    worklists.write(folder, PatientName="Müller-Lüdenscheidt^Eva", AccessionNumber="FUZZY", SpecificCharacterSet="ISO_IR 100")
    with mwl(folder).connect(user_items=extended(offer) if offer else b"") as client:
        assert client.find(raw.keys(PatientName="eva ludens", AccessionNumber="")).values("AccessionNumber") == found
        assert client.find(raw.keys(PatientName="uller", AccessionNumber="")).values("AccessionNumber") == []
        client.release()


@pytest.mark.parametrize("offer, found", [(None, []), (b"\1\1\1\0", []), (b"\1\1\0\1", ["ZONE"])])
def test_timezone_adjustment(mwl, folder, offer, found):
    """PS3.4 K.5.1, byte 4: 23:30 in London is half past midnight in Berlin, on the next day."""
    step = {"ScheduledProcedureStepStartDate": "20260105", "ScheduledProcedureStepStartTime": "233000"}
    worklists.write(folder, step=step, AccessionNumber="ZONE", TimezoneOffsetFromUTC="+0000")
    asked = raw.keys(
        step={"ScheduledProcedureStepStartDate": "20260106", "ScheduledProcedureStepStartTime": "0000-0100"},
        AccessionNumber="",
        TimezoneOffsetFromUTC="+0100",
    )
    with mwl(folder).connect(user_items=extended(offer) if offer else b"") as client:
        answer = client.find(asked)
        assert answer.values("AccessionNumber") == found
        for dataset in answer.datasets:  # as it is stored, and in which zone that is
            assert dataset.TimezoneOffsetFromUTC == "+0000"
            assert dataset.ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate == "20260105"
        client.release()


def test_user_identity_does_not_keep_anyone_out(server):
    identity = b"\2\0" + struct.pack(">H", 4) + b"bach" + struct.pack(">H", 6) + b"secret"
    with server.connect(user_items=raw.item(0x58, identity)) as client:
        assert 0x59 not in client.accepted.user  # no positive response was asked for
        assert client.echo(context=3) == raw.SUCCESS
        client.release()
    assert "secret" not in server.log()


@pytest.mark.parametrize("size", [0, 8, 128, 4096, 0xFFFFFFFF])
def test_maximum_length_of_the_peer(server, size):
    """0 is no limit; 8 leaves two bytes a fragment."""
    with server.connect(max_length=size) as client:
        client.limit = size
        answer = client.find(raw.keys({"Modality": "CT"}, AccessionNumber="", PatientName=""))
        assert answer.values("AccessionNumber") == ["ACC0001"]
        client.release()


@pytest.mark.parametrize("size", [1, 7])
def test_unusable_maximum_length_is_refused(server, size):
    with server.client() as client:
        with pytest.raises(raw.Aborted):
            client.associate(max_length=size)
    server.well()


def test_our_maximum_length_is_stated(server):
    with server.connect() as client:
        assert 4096 <= client.accepted.max_length <= 1 << 20
        client.release()


@pytest.mark.parametrize("title", ["called", "calling"])
def test_title_of_spaces(server, title):
    """PS3.8 9.3.2: sixteen spaces are no AE title."""
    with server.client() as client:
        answer = client.associate(**{title: " " * 16})
        assert answer.triple == ((1, 1, 7) if title == "called" else (1, 1, 3))


def test_titles_are_echoed(server):
    """PS3.8 9.3.3: the fields of the AC carry what the RQ said."""
    with server.connect(calling="  CT 1", called="ANY  SCP") as client:
        assert client.accepted.calling == b"  CT 1".ljust(16)
        assert client.accepted.called == b"ANY  SCP".ljust(16)
        client.release()


def test_title_with_control_characters_does_not_reach_the_log(server):
    with server.client() as client:
        client.associate(calling="X\x1b[31m\nE1 fake")
    server.well()
    assert "\x1b" not in server.log() and "\nE1 fake" not in server.log()


@pytest.mark.smoke
def test_associations_of_one_address(server):
    """The 33rd gets 2/3/2, transient; when one goes, the next may come."""
    clients = [server.connect() for _ in range(32)]
    try:
        with server.client() as more:
            assert more.associate().triple == (2, 3, 2)
        with server.connect(source="127.0.0.2") as other:  # another address has its own share
            assert other.echo(context=3) == raw.SUCCESS
            other.release()
        clients.pop().release()

        def again():
            with server.client() as client:
                answer = client.associate()
                return isinstance(answer, raw.Associate)

        peers.eventually(again, "room for one more")
    finally:
        for client in clients:
            client.close()


@pytest.mark.smoke
def test_associations_in_all(server):
    """256, from however many addresses; connections beyond them are turned away and nobody served is harmed."""
    clients = [server.connect(source=f"127.0.1.{1 + n // 30}") for n in range(256)]
    try:
        with server.client(source="127.0.2.1") as more:
            try:
                answer = more.associate()
                assert answer.triple in ((2, 3, 2), (2, 3, 1))
            except (raw.Closed, ConnectionError):
                pass
        for client in clients[::50]:
            assert client.echo(context=3) == raw.SUCCESS
    finally:
        for client in clients:
            client.close()
