"""The bench itself: it counts right whoever answers, says when it cannot, and its worklists are others' too."""

import pydicom
import pytest

import peers

COUNT = 200


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder of generated worklists, as wlmscpfs wants it."""
    root = tmp_path_factory.mktemp("bench")
    code, _, error = peers.run_mwl("bench", "generate", "--count", COUNT, root / "ANY-SCP")
    assert code == 0, error
    (root / "ANY-SCP" / "lockfile").touch()
    return root


@pytest.fixture(scope="module", params=["mwl", "wlmscpfs"])
def server(request, root):
    if request.param == "mwl":
        server = peers.Server(root / "ANY-SCP", log=root / "mwl.log")
    else:
        server = peers.Wlmscpfs(root, root / "wlmscpfs.log")
    yield server
    server.kill()


def bench(what, server, *arguments):
    code, out, error = peers.run_mwl(
        "bench", what, *arguments, f"{server.address[0]}:{server.address[1]}", seconds=60
    )
    return code, {name: float(value) for name, value in (line.split() for line in out.splitlines())}, error


def like(root):
    """A file whose patient's name is in plain letters, and its path."""
    for path in sorted((root / "ANY-SCP").glob("*.wl")):
        entry = pydicom.dcmread(path)
        if str(entry.PatientName).isascii() and "=" not in str(entry.PatientName):
            return path, entry
    raise AssertionError("no such file")


def expected(root, by, entry):
    """How many of the files pydicom finds to match."""
    step = entry.ScheduledProcedureStepSequence[0]
    family, given = entry.PatientName.family_name, entry.PatientName.given_name[:2]

    def matches(other):
        its = other.ScheduledProcedureStepSequence[0]
        return {
            "all": True,
            "patient": other.PatientID == entry.PatientID,
            "accession": other.AccessionNumber == entry.AccessionNumber,
            "name": str(other.PatientName).startswith(f"{family}^{given}"),
            "selective": (its.Modality, its.ScheduledStationAETitle, its.ScheduledProcedureStepStartDate)
            == (step.Modality, step.ScheduledStationAETitle, step.ScheduledProcedureStepStartDate),
        }[by]

    return sum(matches(pydicom.dcmread(path)) for path in (root / "ANY-SCP").glob("*.wl"))


@pytest.mark.parametrize("by", ["selective", "patient", "accession", "name", "all"])
def test_answers_are_counted(root, server, by):
    path, entry = like(root)
    wanted = expected(root, by, entry)
    code, got, error = bench("query", server, "--by", by, "--like", path, "-n", 2, "--expect", wanted)
    assert code == 0, error
    assert (got["requests"], got["answers"]) == (2, wanted)
    assert 0 < got["min_us"] <= got["median_us"] <= got["p99_us"] <= got["max_us"]


def test_many_clients_with_new_associations(root, server):
    code, got, error = bench("query", server, "--by", "all", "--fresh", "-c", 4, "-n", 3)
    assert code == 0, error
    assert (got["requests"], got["answers"]) == (12, COUNT)


def test_another_number_of_answers_is_a_failure(root, server):
    code, got, error = bench("query", server, "--by", "all", "--expect", COUNT + 1)
    assert code == 1 and not got
    assert f"{COUNT} answers instead of {COUNT + 1}" in error


def test_the_floor_exchanges_what_the_server_did(root, server):
    path, _ = like(root)
    _, asked, _ = bench("query", server, "--like", path, "-n", 1)
    code, floor, error = bench("floor", server, "--like", path, "-n", 10)
    assert code == 0, error
    assert floor["requests"] == 10
    assert [floor[name] for name in ("answers", "bytes_sent", "bytes_received")] == [
        asked[name] for name in ("answers", "bytes_sent", "bytes_received")
    ]


def test_a_pass_reads_every_worklist(root, tmp_path):
    code, out, error = peers.run_mwl("bench", "pass", "-n", 3, root / "ANY-SCP")
    assert code == 0, error
    got = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
    size = sum(path.stat().st_size for path in (root / "ANY-SCP").glob("*.wl"))
    assert got["files"] == COUNT and size / 2 < got["bytes"] < 4 * size and got["median_us"] > 0
    code, out, error = peers.run_mwl("bench", "pass", tmp_path)
    assert code == 1 and not out and "holds no *.wl" in error


def test_echo(server):
    code, got, error = bench("query", server, "--by", "echo", "-n", 5)
    assert code == 0 and got["requests"] == 5, error


def test_nobody_there():
    code, out, error = peers.run_mwl("bench", "query", "--by", "echo", f"127.0.0.1:{peers.free_port()}")
    assert code == 1 and out == "" and "cannot connect" in error


@pytest.mark.parametrize(
    "arguments, says",
    [
        ((), "generate, query, floor or pass?"),
        (("generate",), "FOLDER is missing"),
        (("generate", "-n", "0", "x"), "--count wants a number from 1 to 10000000, not 0"),
        (("query", "--by", "luck", "127.0.0.1:1"), "--by knows no luck"),
        (("query", "127.0.0.1:1"), "--by selective wants --like FILE"),
        (("query", "-c", "257", "127.0.0.1:1"), "--clients wants a number from 1 to 256"),
    ],
)
def test_usage(arguments, says):
    code, _, error = peers.run_mwl("bench", *arguments)
    assert code == 2 and says in error
