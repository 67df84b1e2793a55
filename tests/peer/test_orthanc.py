"""Orthanc asks: a second requestor that knows the worklist, since gdcmscu does not (PS3.4 K.4.1)."""

import json
import pathlib
import shutil
import urllib.error
import urllib.request

import pytest

import peers

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "samples" / "worklists"


class Orthanc(peers.Program):
    """Debian's Orthanc without a plugin, which knows one modality, `mwl`."""

    def __init__(self, folder, port):
        self.http = peers.free_port()
        folder.mkdir()
        options = {
            "StorageDirectory": str(folder),
            "IndexDirectory": str(folder),
            "HttpPort": self.http,
            "DicomServerEnabled": False,
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "Plugins": [],
            "DefaultEncoding": "Utf8",
            "DicomModalities": {"mwl": ["MWL", "127.0.0.1", port]},
        }
        path = folder / "orthanc.json"
        path.write_text(json.dumps(options))
        super().__init__(["Orthanc", str(path)], folder / "orthanc.log")
        peers.eventually(self.answers, "Orthanc's REST API", 30)

    def answers(self):
        try:
            return self.ask("GET", "system")
        except urllib.error.URLError:
            return None

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)


@pytest.fixture
def orthanc(tmp_path):
    running = []

    def start(port):
        running.append(Orthanc(tmp_path / "orthanc", port))
        return running[-1]

    yield start
    for program in running:
        program.kill()


def test_orthanc_finds_what_is_planned(mwl, orthanc):
    assert shutil.which("Orthanc"), "Debian's orthanc is not installed: ./dev deps peers"
    server = mwl(SAMPLES)
    scanner = orthanc(server.port)
    scanner.ask("POST", "modalities/mwl/echo", {})

    step = {"Modality": "CT", "ScheduledStationAETitle": ""}
    found = scanner.ask("POST", "modalities/mwl/find-worklist", {"PatientName": "", "ScheduledProcedureStepSequence": [step]})
    assert [(entry["PatientName"], entry["ScheduledProcedureStepSequence"]) for entry in found] == [
        ("Bach^Johann Sebastian", [{"Modality": "CT", "ScheduledStationAETitle": "CT1"}]),
        ("Händel^Georg Friedrich", [{"Modality": "CT", "ScheduledStationAETitle": "CT1\\CT2"}]),
        ("Beethoven^Ludwig^van", [{"Modality": "CT", "ScheduledStationAETitle": "PETCT1"}]),
    ]
    # Sent in UTF-8 and stored in Latin-1: the characters are the same.
    found = scanner.ask("POST", "modalities/mwl/find-worklist", {"PatientName": "HÄNDEL*"})
    assert [entry["PatientName"] for entry in found] == ["Händel^Georg Friedrich"]
