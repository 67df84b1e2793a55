"""What many, wrong and stubborn peers cost: memory, descriptors, time -- and that nothing of it is kept."""

import os
import random
import re
import signal
import threading
import time

import pytest

import peers
import raw
import worklists

pytestmark = pytest.mark.smoke

QUERY = raw.keys({"Modality": "CT", "ScheduledProcedureStepStartDate": "20260101-20261231"}, AccessionNumber="", PatientName="B*")


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def peak_memory(server):
    """In KiB."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))


def test_descriptors_are_given_back(mwl, folder):
    worklists.write(folder)
    server = mwl(folder)
    server.well()
    peers.eventually(lambda: descriptors(server) < 100, "a quiet server")
    before = descriptors(server)
    for number in range(60):
        with server.connect() as client:
            client.find(QUERY)
            if number % 3 == 0:
                client.release()
            elif number % 3 == 1:
                client.send(raw.pdu(0x33, b""))
    peers.eventually(lambda: descriptors(server) <= before, "all descriptors given back")


def test_promises_cost_no_memory(mwl, folder):
    """Lengths near 4 GiB, in every place that has one, from many connections."""
    server = mwl(folder)
    server.well()
    before = peak_memory(server)
    huge = 0xFFFFFFF0
    for address in range(10):
        clients = []
        for number in range(30):
            client = server.client(source=f"127.0.3.{address + 1}")
            clients.append(client)
            if number % 3 == 0:
                client.send(raw.pdu(raw.ASSOCIATE_RQ, b"\0\1", length=huge))
                continue
            client.associate()
            if number % 3 == 1:
                client.send(raw.pdu(raw.P_DATA, raw.pdv(1, 3, b"", length=huge), length=60000))
            else:
                client.send_message(raw.find_rq(1), raw.element(0x0010, 0x0010, b"A", huge))
        for client in clients:
            client.close()
    server.well()
    assert peak_memory(server) - before < 64 << 10  # KiB; the room of 300 associations, not of their promises


def test_peer_that_reads_too_late(mwl, folder, tmp_path):
    """QueryMaxTime ends a query whose answers nobody takes: when it reads again, what was queued, then A700."""
    count = worklists.crowd(folder, 80)
    path = peers.configuration(
        tmp_path / "c.json",
        {"Enable": True, "Database": str(folder), "QueryMaxTime": 1},
        DicomAlwaysAllowFindWorklist=True,
    )
    server = mwl(path)
    with server.connect(receive_buffer=16384) as client:
        number = client.ask(worklists.everything())
        client.message()
        time.sleep(2)
        answer = client.answers(number)
        assert answer.status == raw.OUT_OF_RESOURCES and answer.comment and answer.count < count - 1
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_more_connections_than_descriptors(mwl, folder):
    """Those beyond what the system gives wait or are closed; the server lives, and serves again when some are gone."""
    server = mwl(folder, prefix=["prlimit", "--nofile=64"])
    clients = []
    for number in range(100):
        try:
            clients.append(server.client(source=f"127.0.4.{number // 20 + 1}"))
        except OSError:
            break
    for client in clients:
        client.close()
    server.well()


def mutate(chance, data):
    data = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        how = chance.randrange(4)
        if how == 0:
            data[at] = chance.randrange(256)
        elif how == 1:
            data[at] ^= 1 << chance.randrange(8)
        elif how == 2:
            del data[at : at + chance.randrange(1, 9)]
        else:
            data[at:at] = chance.randbytes(chance.randrange(1, 9))
        if not data:
            return b"\0\0"
    return bytes(data)


@pytest.mark.parametrize("syntax", [raw.IMPLICIT, raw.EXPLICIT, raw.BIG_ENDIAN, raw.DEFLATED])
def test_damaged_identifiers(mwl, folder, syntax):
    """Whatever is wrong inside an identifier, it gets a status of Table K.4-1 and the association goes on."""
    chance = random.Random(f"identifiers {syntax}")
    worklists.write(folder)
    server = mwl(folder)
    whole = raw.encode(QUERY, syntax)
    with server.connect(contexts=[(1, raw.WORKLIST, [syntax])]) as client:
        for _ in range(250):
            answer = client.find(mutate(chance, whole))
            assert answer.status in (raw.SUCCESS, raw.NOT_SOP_CLASS, raw.OUT_OF_RESOURCES)
        assert client.find(QUERY).values("AccessionNumber") == ["ACC0001"]
        client.release()


def test_damaged_files(mwl, folder):
    """Each is served or set aside; the one that is whole is served in any case, and every answer can be read."""
    chance = random.Random("files")
    for number in range(300):
        syntax = chance.choice([raw.IMPLICIT, raw.EXPLICIT, raw.BIG_ENDIAN, raw.DEFLATED])
        worklists.put(folder, f"{number}.wl", mutate(chance, worklists.encode(syntax=syntax)))
    worklists.write(folder, "whole.wl", AccessionNumber="WHOLE")
    server = mwl(folder)
    with server.connect() as client:
        everything = raw.keys(AccessionNumber="", PatientName="", PatientID="", StudyInstanceUID="", PatientWeight="")
        everything.ScheduledProcedureStepSequence = []
        answer = client.find(everything)
        assert answer.status == raw.SUCCESS
        assert client.find(raw.keys(AccessionNumber="WHOLE")).values("AccessionNumber") == ["WHOLE"]
        aside = set(re.findall(r"(\d+\.wl) set aside", server.whole_log()))
        assert answer.count + len(aside) >= 301
        client.release()


def test_reload_again_and_again_under_load(mwl, folder, tmp_path):
    """SIGHUP while queries run and files come and go; every query is answered in full by one state or the other."""
    worklists.write(folder, "old.wl", AccessionNumber="STAYS")
    options = {"DicomAlwaysAllowFindWorklist": True}
    path = peers.configuration(tmp_path / "c.json", {"Enable": True, "Database": str(folder)}, **options)
    server = mwl(path)
    stop = threading.Event()
    failures = []

    def ask():
        try:
            while not stop.is_set():
                with server.connect() as client:
                    for _ in range(5):
                        answer = client.find(raw.keys(AccessionNumber="STAYS"))
                        assert answer.status == raw.SUCCESS and answer.values("AccessionNumber") == ["STAYS"]
                    client.release()
        except Exception as failure:  # told by the test, not by the thread
            failures.append(failure)

    def churn():
        number = 0
        while not stop.is_set():
            worklists.write(folder, f"{number % 7}.wl", AccessionNumber="CHURN")
            number += 1

    threads = [threading.Thread(target=target) for target in (ask, ask, churn)]
    for thread in threads:
        thread.start()
    try:
        for number in range(20):
            section = {"Enable": True, "Database": str(folder), "LimitAnswers": number % 2}
            peers.configuration(path, section, **options)
            server.reload()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures, failures[0]


def test_end_in_the_middle_of_everything(mwl, folder):
    """SIGTERM while clients connect, ask and go: it ends, and ends well."""
    worklists.crowd(folder, 10)
    server = mwl(folder)
    stop = threading.Event()

    def ask():
        while not stop.is_set():
            try:
                with server.connect() as client:
                    client.find(QUERY)
                    client.release()
            except (OSError, raw.Closed, raw.Aborted, AssertionError):
                pass

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        server.says(r"service/find")
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(peers.patience(20)) == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()
