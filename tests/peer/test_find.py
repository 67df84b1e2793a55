"""C-ECHO and C-FIND as modalities use them, asked by DCMTK and GDCM (PS3.4 K.4, PS3.5 chapter 10)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydicom.dataset import Dataset

import peers
import raw
import worklists

MODALITIES = ("CT", "MR", "CT", "US")


@pytest.fixture
def four(folder):
    """Four entries, two of them for CT."""
    for number, modality in enumerate(MODALITIES):
        worklists.write(
            folder,
            f"{number}.wl",
            {"Modality": modality, "ScheduledProcedureStepID": f"S{number}", "ScheduledStationAETitle": f"{modality}1"},
            AccessionNumber=f"A{number}",
            PatientName="Bach^Ännchen" if number == 2 else "Bach^Anna",
        )
    return folder


@pytest.mark.smoke
def test_echo(mwl, folder):
    server = mwl(folder)
    done = peers.echoscu(server.port)
    assert done.code == 0 and "Received Echo Response (Success)" in done.text


def test_echo_repeated_on_one_association(mwl, folder):
    server = mwl(folder)
    done = peers.echoscu(server.port, "--repeat", 20)
    assert done.code == 0 and done.text.count("Received Echo Response (Success)") == 20


def test_echo_aborted(mwl, folder):
    server = mwl(folder)
    assert peers.echoscu(server.port, "--abort").code == 0
    server.well()


def test_echo_by_gdcm(mwl, folder):
    server = mwl(folder, "--verbose")
    peers.run("gdcmscu", "--echo", "--aetitle", "GDCM", "--call", "MWL", "127.0.0.1", server.port)
    server.says(r"Association Received from AE GDCM on IP 127\.0\.0\.1")  # its exit code tells nothing: 3.0.21
    server.says(r"Association Release")  # throws an exception after a C-ECHO that went well, with any server


def test_study_root_query_of_gdcm_is_refused_in_its_words(mwl, folder):
    """gdcmscu 3.0.21 sends Study Root whatever --worklist says: a context to refuse with result 3, and no more."""
    server = mwl(folder)
    done = peers.run("gdcmscu", "--find", "--worklist", "--key", "8,50=*", "--call", "MWL", "127.0.0.1", server.port)
    assert done.code != 0
    server.well()


@pytest.mark.smoke
@pytest.mark.parametrize("syntax", ["-xi", "-xe", "-xb", "-xd"])
def test_find_in_every_transfer_syntax(mwl, four, syntax):
    server = mwl(four)
    found = peers.findscu(
        server.port, "AccessionNumber", "PatientName", ".Modality=CT", ".ScheduledProcedureStepID", options=[syntax]
    )
    assert found.code == 0
    assert found.statuses == [0xFF00, 0xFF00, 0x0000]
    assert sorted(found.values("AccessionNumber")) == ["A0", "A2"]
    assert found.steps("Modality") == ["CT", "CT"]
    assert sorted(str(n) for n in found.values("PatientName")) == ["Bach^Anna", "Bach^Ännchen"]


@pytest.mark.parametrize("syntax", [raw.IMPLICIT, raw.EXPLICIT, raw.BIG_ENDIAN, raw.DEFLATED])
def test_find_with_one_transfer_syntax_alone(mwl, four, syntax):
    server = mwl(four)
    with server.connect(contexts=[(1, raw.WORKLIST, [syntax])]) as client:
        assert client.syntaxes == {1: syntax}
        answer = client.find(raw.keys({"Modality": "CT"}, AccessionNumber="", PatientWeight="", PregnancyStatus=""))
        assert answer.status == raw.SUCCESS and answer.pending == [0xFF00, 0xFF00]
        assert sorted(answer.values("AccessionNumber")) == ["A0", "A2"]
        assert answer.values("PregnancyStatus") == [4, 4]  # US: its bytes differ in big endian
        client.release()


@pytest.mark.parametrize("stored", [raw.IMPLICIT, raw.EXPLICIT, raw.BIG_ENDIAN, raw.DEFLATED])
def test_file_in_every_transfer_syntax(mwl, folder, stored):
    worklists.write(folder, syntax=stored)
    found = peers.findscu(mwl(folder).port, "AccessionNumber", "PregnancyStatus", ".Modality=CT")
    assert found.values("AccessionNumber") == ["ACC0001"] and found.values("PregnancyStatus") == [4]


def test_find_nothing(mwl, four):
    found = peers.findscu(mwl(four).port, "AccessionNumber", ".Modality=XA")
    assert found.statuses == [0x0000] and found.datasets == []


def test_find_in_an_empty_folder(mwl, folder):
    assert peers.findscu(mwl(folder).port, "AccessionNumber").statuses == [0x0000]


@pytest.mark.parametrize("size", [4096, 131072])
def test_maximum_pdu_sizes(mwl, folder, size):
    """findscu refuses a P-DATA-TF longer than it allows; answers of 60 kB need many of the small ones."""
    description = "\\".join("x" * 60 for _ in range(900))
    worklists.write(folder, MedicalAlerts=description, AccessionNumber="BIG")
    server = mwl(folder)
    found = peers.findscu(server.port, "AccessionNumber", "MedicalAlerts", options=["-pdu", size])
    assert found.statuses == [0xFF00, 0x0000]
    assert list(found.datasets[0].MedicalAlerts) == description.split("\\")


def test_repeated_queries_on_one_association(mwl, four):
    found = peers.findscu(mwl(four).port, "AccessionNumber", ".Modality=CT", options=["--repeat", 10])
    assert found.code == 0
    assert found.statuses == [0xFF00, 0xFF00, 0x0000] * 10


def test_cancel_by_findscu(mwl, folder):
    """DCMTK's --cancel 2: it sends C-CANCEL after the second answer and takes what is still under way."""
    worklists.crowd(folder, 8)
    server = mwl(folder)
    found = peers.findscu(server.port, "AccessionNumber", options=["--cancel", 2, "-Xlo", 5])
    assert found.code == 0
    assert found.status in (raw.CANCELLED, raw.SUCCESS)  # 0000 if all had been sent before (PS3.7 9.3.2.3)
    assert len(found.statuses) >= 3
    server.well()


@pytest.mark.smoke
def test_eight_clients_at_once(mwl, four):
    server = mwl(four)

    def one(number):
        return peers.findscu(
            server.port, "AccessionNumber", ".Modality=CT", calling=f"CLIENT{number}", options=["--repeat", 5]
        )

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(one, range(8)):
            assert found.code == 0 and found.statuses == [0xFF00, 0xFF00, 0x0000] * 5


def test_echo_between_queries_and_after(mwl, four):
    with mwl(four).connect() as client:
        for _ in range(3):
            assert client.echo(context=3) == raw.SUCCESS
            assert len(client.find(raw.keys({"Modality": "CT"})).datasets) == 2
        client.release()


def test_one_answer_a_step(mwl, folder):
    """An entry of two steps makes two answers, each with its own step alone (PS3.4 K.6)."""
    worklists.write(
        folder,
        steps=[
            {"ScheduledProcedureStepID": "FIRST", "Modality": "CT", "ScheduledProcedureStepStartTime": "0900"},
            {"ScheduledProcedureStepID": "SECOND", "Modality": "MR", "ScheduledProcedureStepStartTime": "0800"},
        ],
    )
    server = mwl(folder)
    found = peers.findscu(server.port, "AccessionNumber", ".ScheduledProcedureStepID", ".Modality")
    assert found.steps("ScheduledProcedureStepID") == ["SECOND", "FIRST"]  # by start date and time
    assert [len(d.ScheduledProcedureStepSequence) for d in found.datasets] == [1, 1]
    found = peers.findscu(server.port, ".ScheduledProcedureStepID", ".Modality=CT")
    assert found.steps("ScheduledProcedureStepID") == ["FIRST"]


def test_order_of_answers(mwl, folder):
    """By start date, start time, step ID, file name; the same every time."""
    rows = [
        ("c.wl", "20260106", "0700", "S1"),
        ("a.wl", "20260105", "0900", "S1"),
        ("b.wl", "20260105", "0900", "S1"),
        ("d.wl", "20260105", "0900", "S0"),
        ("e.wl", "20260105", "0800", "S9"),
    ]
    for name, date, time, step in rows:
        worklists.write(
            folder,
            name,
            {
                "ScheduledProcedureStepStartDate": date,
                "ScheduledProcedureStepStartTime": time,
                "ScheduledProcedureStepID": step,
            },
            AccessionNumber=name,
        )
    server = mwl(folder)
    for _ in range(3):
        found = peers.findscu(server.port, "AccessionNumber")
        assert found.values("AccessionNumber") == ["e.wl", "d.wl", "a.wl", "b.wl", "c.wl"]


def test_every_requested_attribute_comes_back(mwl, folder):
    """Empty where the entry has none (PS3.4 K.2.2.1, type 2); a sequence without an item."""
    worklists.write(folder, step={"ScheduledStationName": None}, AdmissionID=None, ReferringPhysicianName=None)
    with mwl(folder).connect() as client:
        answer = client.find(
            raw.keys(
                {"ScheduledStationName": "", "Modality": ""},
                AdmissionID="",
                ReferringPhysicianName="",
                ReferencedStudySequence=[],
                PatientComments="",
            )
        )
        (found,) = answer.datasets
        assert found.AdmissionID == "" or found.AdmissionID is None
        assert "ReferringPhysicianName" in found and "PatientComments" in found
        assert len(found.ReferencedStudySequence) == 0
        assert "ScheduledStationName" in found.ScheduledProcedureStepSequence[0]
        assert "PatientName" not in found  # nobody asked
        client.release()


def test_universal_step_sequence_returns_it_whole(mwl, folder):
    """A sequence key without an item, or with an empty one, asks for all of it (PS3.4 C.2.2.2.6)."""
    worklists.write(folder)
    with mwl(folder).connect() as client:
        for sequence in ([], [Dataset()]):
            query = raw.keys(AccessionNumber="")
            query.ScheduledProcedureStepSequence = sequence
            (found,) = client.find(query).datasets
            step = found.ScheduledProcedureStepSequence[0]
            assert {step[e.tag].keyword: e.value for e in step} == worklists.STEP
        client.release()


def test_query_that_restricts_nothing_returns_everything(mwl, four):
    with mwl(four).connect() as client:
        assert len(client.find(raw.keys(PatientName="")).datasets) == 4
        assert len(client.find(raw.keys(PatientName="*")).datasets) == 4
        client.release()


def test_station_with_several_values(mwl, folder):
    worklists.write(folder, step={"ScheduledStationAETitle": "AA32\\AA33"})
    server = mwl(folder)
    for station in ("AA32", "AA33"):
        found = peers.findscu(server.port, f".ScheduledStationAETitle={station}")
        assert [list(v) for v in found.steps("ScheduledStationAETitle")] == [["AA32", "AA33"]]
    assert peers.findscu(server.port, ".ScheduledStationAETitle=AA3").datasets == []


def test_name_without_regard_to_case(mwl, four):
    server = mwl(four)
    for key in ("PatientName=BACH*", "PatientName=bach^anna"):
        assert len(peers.findscu(server.port, key).datasets) >= 3
    assert len(peers.findscu(server.port, "SpecificCharacterSet=ISO_IR 192", "PatientName=bach^ÄNNCHEN").datasets) == 1


def test_combined_date_and_time(mwl, folder):
    """20260105-20260107 with 1000-1800 is one interval (PS3.4 Table K.6-1, remark on Start Time)."""
    moments = [("20260105", "0900"), ("20260105", "1000"), ("20260106", "0300"), ("20260107", "1800"), ("20260107", "1801")]
    for number, (date, time) in enumerate(moments):
        worklists.write(
            folder,
            f"{number}.wl",
            {"ScheduledProcedureStepStartDate": date, "ScheduledProcedureStepStartTime": time},
            AccessionNumber=str(number),
        )
    found = peers.findscu(
        mwl(folder).port,
        "AccessionNumber",
        ".ScheduledProcedureStepStartDate=20260105-20260107",
        ".ScheduledProcedureStepStartTime=1000-1800",
    )
    assert found.values("AccessionNumber") == ["1", "2", "3"]


def test_ipv6(mwl, folder):
    server = mwl(folder, "--listen", "[::1]:0")
    with raw.connect(server.address, timeout=peers.patience(20)) as client:
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_several_listeners(mwl, folder):
    server = mwl(folder, "--listen", "127.0.0.1:0", "--listen", "[::1]:0", "--listen", "127.0.0.1:0")
    assert len(set(server.addresses)) == 3
    for address in server.addresses:
        with raw.connect(address, timeout=peers.patience(20)) as client:
            assert client.echo(context=3) == raw.SUCCESS
            client.release()
