"""Files replaced as fast as may be while eight clients ask: each answer is one version of an entry, none is lost or goes back."""

import threading

import peers
import raw
import worklists

ENTRIES, CLIENTS, ROUNDS = 20, 8, 100
QUERY = raw.keys(
    {"Modality": "CT", "ScheduledProcedureStepID": ""},
    PatientID="",
    AccessionNumber="",
    RequestedProcedureID="",
    PatientWeight="",
)


def version(entry, number):
    """A whole file that says its version in four places, at two levels, and beyond in its length."""
    text = f"V{number:07d}"
    step = {"ScheduledProcedureStepID": text, "ScheduledProcedureStepDescription": "x" * (number % 60)}
    return worklists.encode(step, PatientID=f"P{entry}", AccessionNumber=text, RequestedProcedureID=text, PatientWeight=str(number))


def ask(server, failures):
    """What each entry showed last may not come back later."""
    last = {}
    try:
        with server.connect() as client:
            for _ in range(ROUNDS):
                answer = client.find(QUERY)
                assert answer.status == raw.SUCCESS and len(answer.datasets) == ENTRIES
                seen = {}
                for found in answer.datasets:
                    shown = {found.AccessionNumber, found.RequestedProcedureID}
                    shown.add(found.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID)
                    assert shown == {f"V{int(found.PatientWeight):07d}"}, found
                    seen[found.PatientID] = int(found.PatientWeight)
                assert len(seen) == ENTRIES
                assert all(seen[patient] >= last.get(patient, 0) for patient in seen), (last, seen)
                last = seen
            client.release()
        assert any(last.values()), "nothing was replaced"
    except Exception as error:  # it is the test that fails, not a thread
        failures.append(error)


def test_no_answer_is_torn_lost_or_older_than_the_one_before(tmp_path):
    folder = tmp_path / "worklists"
    folder.mkdir()
    for entry in range(ENTRIES):
        worklists.put(folder, f"{entry}.wl", version(entry, 0))
    server = peers.Server(folder, log=tmp_path / "mwl.log")
    failures = []
    clients = [threading.Thread(target=ask, args=(server, failures)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    number = 0
    while any(client.is_alive() for client in clients):
        number += 1
        worklists.put(folder, f"{number % ENTRIES}.wl", version(number % ENTRIES, number))
    assert not failures, failures[0]
    server.stop()
