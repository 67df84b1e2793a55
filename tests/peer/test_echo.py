"""`mwl echo` against servers that others wrote, and against bytes that no server should send."""

import socket
import threading

import pytest

import peers
import raw
import worklists


def echo(port, *arguments, host="127.0.0.1"):
    return peers.run(peers.BINARY, "echo", host, str(port), *arguments, seconds=30)


@pytest.fixture
def play():
    """A server that says what a test gives it, after whatever came first, and then closes; play(bytes) -> port."""
    sockets = []

    def start(*answers, hang=False):
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)

        def serve():
            connection, _ = listener.accept()
            sockets.append(connection)
            for answer in answers:
                connection.recv(65536)
                connection.sendall(answer)
            if not hang:
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        return listener.getsockname()[1]

    yield start
    for s in sockets:
        s.close()


@pytest.mark.smoke
def test_servers_are_there(mwl, folder):
    worklists.write(folder)
    ours = mwl(folder)
    done = echo(ours.port, "--repeat", "3")
    assert done.code == 0, done
    assert [line.split(":")[0] for line in done.text.splitlines()] == ["1", "2", "3"]
    done = echo(ours.port, host="localhost")
    assert (done.code, done.text) == (0, ""), done


def test_other_servers_are_there(folder, host, wlmscpfs, tmp_path):
    (tmp_path / "lists" / "ANY-SCP").mkdir(parents=True)
    (tmp_path / "lists" / "ANY-SCP" / "lockfile").touch()
    for port in (wlmscpfs(tmp_path / "lists").port, host([], None).port):
        done = echo(port, "-aet", "CT1", "-aec", "ANY-SCP", "-n", "2")
        assert done.code == 0, done.text
        assert len(done.text.splitlines()) == 2


def test_a_server_on_ipv6(mwl, folder):
    worklists.write(folder)
    ours = mwl(folder, "--listen", "[::1]:0")
    done = echo(ours.port, host="::1")
    assert (done.code, done.text) == (0, "")


def test_nobody_there():
    done = echo(peers.free_port())
    assert done.code == 1
    assert "Connection refused" in done.text


REJECTIONS = [
    ((1, 1, 7), "called AE title not recognised"),
    ((1, 1, 3), "calling AE title not recognised"),
    ((2, 3, 1), "temporary congestion"),
]


@pytest.mark.parametrize("row, words", REJECTIONS)
def test_a_rejection_is_said_in_words(play, row, words):
    done = echo(play(raw.pdu(raw.ASSOCIATE_RJ, bytes([0, *row]))))
    assert done.code == 1
    assert words in done.text


@pytest.mark.parametrize(
    "answer, words",
    [
        (b"", "closed"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "not a PDU type"),
        (raw.pdu(raw.ABORT, bytes([0, 0, 2, 1])), "aborted"),
        (raw.pdu(raw.ASSOCIATE_AC, b"", length=0xFFFFFFFF), "length"),
        (raw.pdu(raw.ASSOCIATE_AC, bytes(80)), ""),
        (raw.pdu(raw.RELEASE_RP, bytes(4)), "not expected"),
    ],
)
@pytest.mark.smoke
def test_what_no_server_should_say(play, answer, words):
    done = echo(play(answer))
    assert done.code == 1
    assert done.text.startswith("mwl echo: ") and words in done.text, done.text


def test_a_server_that_hangs(play):
    done = echo(play(b"", hang=True), "--timeout", "1")
    assert done.code == 1
    assert "in time" in done.text


@pytest.mark.parametrize("arguments", [(), ("127.0.0.1",), ("h", "0"), ("h", "1", "2"), ("h", "1", "--aet", "x" * 17)])
def test_wrong_arguments(arguments):
    assert peers.run(peers.BINARY, "echo", *arguments).code == 2
