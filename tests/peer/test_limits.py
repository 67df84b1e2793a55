"""Every bound that holds a peer or a file back (struct limits), as its option sets it: the answer that the standard names,
a line in the log, and everybody else served as before."""

import re
import signal
from pathlib import Path
from unittest.mock import ANY

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

import cost
import peers
import raw
import worklists

QUERY = raw.keys(AccessionNumber="")


@pytest.fixture
def serve(mwl, folder, tmp_path):
    """Starts a server with these options in its section Worklists, others beside it by `beside`."""

    def start(beside=None, **section):
        section = {"Enable": True, "Database": str(folder), **section}
        return mwl(
            peers.configuration(tmp_path / "limits.json", section, DicomAlwaysAllowFindWorklist=True, **(beside or {}))
        )

    return start


def elements(count, length=0):
    """An entry with that many elements more, each with a value of that length."""
    entry = worklists.dataset()
    entry.private_block(0x0099, "MWL TEST", create=True)
    for number in range(count):
        entry.add_new((0x0099, 0x1000 + number), "LT", "x" * length)
    return entry


def nested(depth):
    """An entry with sequences that deep."""
    inner = Dataset()
    inner.CodeValue = "1"
    for _ in range(depth):
        outer = Dataset()
        outer.RequestAttributesSequence = [inner]
        inner = outer
    entry = worklists.dataset()
    entry.RequestAttributesSequence = inner.RequestAttributesSequence
    return entry


# Option: a value of it, what goes with that, what does not, and why.
FILES = {
    "MaximumFileSize": (65536, elements(1, 60000), elements(2, 40000), "is larger than 65536 bytes"),
    "MaximumSteps": (3, worklists.dataset([{}] * 3), worklists.dataset([{}] * 4), "at most 3 are taken"),
    "MaximumElements": (256, elements(150), elements(300), "more than 256 elements and items"),
    "MaximumDepth": (4, nested(4), nested(5), "more than 4 sequences inside each other"),
}


@pytest.mark.smoke
@pytest.mark.parametrize("option", FILES)
def test_file_beyond_a_bound_is_set_aside(serve, folder, option):
    value, within, beyond, reason = FILES[option]
    within.AccessionNumber, beyond.AccessionNumber = "WITHIN", "BEYOND"
    worklists.put(folder, "within.wl", worklists.part10(within))
    worklists.put(folder, "beyond.wl", worklists.part10(beyond))
    server = serve(**{option: value})
    with server.connect() as client:
        assert set(client.find(QUERY).values("AccessionNumber")) == {"WITHIN"}
        client.release()
    lines = re.findall(r"(?m)^W.*beyond\.wl set aside: (.*)$", server.whole_log())
    assert len(lines) == 1 and reason in lines[0]


@pytest.mark.parametrize("option", FILES)
def test_explanation_knows_the_bounds_of_the_configuration(folder, tmp_path, option):
    """It names the files that a server with this configuration sets aside, and no others."""
    value, within, beyond, reason = FILES[option]
    worklists.put(folder, "within.wl", worklists.part10(within))
    worklists.put(folder, "beyond.wl", worklists.part10(beyond))
    section = {"Enable": True, "Database": str(folder), option: value}
    path = peers.configuration(tmp_path / "limits.json", section)
    code, out, error = peers.run_mwl("explain", "-k", "AccessionNumber", path)
    assert code == 0, error
    assert re.findall(r"(\w+\.wl) is not served: (.*)", out) == [("beyond.wl", ANY)] and reason in out


def test_explanation_knows_raised_bounds(folder, tmp_path):
    worklists.put(folder, "many.wl", worklists.part10(worklists.dataset([{}] * 300)))
    for section, served in (({}, False), ({"MaximumSteps": 300}, True)):
        section = {"Enable": True, "Database": str(folder), **section}
        path = peers.configuration(tmp_path / "limits.json", section)
        code, out, error = peers.run_mwl("explain", "-k", "AccessionNumber", path)
        assert code == 0, error
        assert ("many.wl is not served" in out) != served


def sequence_of(depth):
    """A key that deep."""
    key = raw.keys(AccessionNumber="")
    at = key
    for _ in range(depth):
        at.RequestAttributesSequence = [Dataset()]
        at = at.RequestAttributesSequence[0]
        at.AccessionNumber = ""
    return key


def texts(count, length):
    return b"".join(raw.element(0x0010, 0x1000 + n, b"x" * length) for n in range(count))


# Option: a value of it, an identifier that is beyond, the status, and the Error Comment.
IDENTIFIERS = {
    "MaximumIdentifierSize": (65536, texts(3, 30000), 0xA700, "too large"),
    "MaximumElements": (256, texts(300, 0), 0xA700, "more than 256"),
    "MaximumDepth": (4, sequence_of(5), 0xA700, "more than 4 sequences"),
}


@pytest.mark.smoke
@pytest.mark.parametrize("option", IDENTIFIERS)
def test_identifier_beyond_a_bound_is_refused(serve, folder, option):
    value, identifier, status, comment = IDENTIFIERS[option]
    worklists.write(folder)
    server = serve(**{option: value})
    with server.connect() as client:
        answer = client.find(identifier)
        assert answer.status == status and comment in answer.comment and not answer.datasets
        assert client.find(QUERY).values("AccessionNumber") == ["ACC0001"]
        client.release()
    server.says(rf"(?m)^W.*service/find.*{status:04X}.*{comment}")


def test_values_without_number_are_refused(serve, folder):
    """Of all keys together 4,096."""
    worklists.write(folder)
    server = serve()
    with server.connect() as client:
        many = "\\".join(f"2.25.{n}" for n in range(4097)).encode()
        answer = client.find(raw.element(0x0020, 0x000D, many + b"\0" * (len(many) % 2)))
        assert answer.status in (raw.NOT_SOP_CLASS, raw.OUT_OF_RESOURCES) and answer.comment
        few = raw.keys(AccessionNumber="")
        few.StudyInstanceUID = [UID(f"2.25.{n}") for n in range(1, 1000)]
        assert client.find(few).values("AccessionNumber") == ["ACC0001"]
        client.release()


# -- time --------------------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_association_timeout(serve):
    """A caller who says nothing, and one who never ends what he begins (ARTIM, PS3.8 9.1.5)."""
    server = serve(AssociationTimeout=1)
    quiet, half = server.client(), server.client()
    half.send(raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq())[:50])
    for client in (quiet, half):
        client.expect_closed()
        client.close()
    server.says(r"(?m)^W.*127\.0\.0\.1 sent no complete request, or did not close, within 1 s: connection closed$")
    server.well()


@pytest.mark.smoke
def test_pdu_timeout(serve):
    server = serve(PduTimeout=1)
    with server.connect() as client:
        client.send(raw.pdu(raw.P_DATA, raw.pdv(1, 3, b"x" * 100))[:50])
        assert client.expect_abort() == (2, 0)
    server.says(r"(?m)^W.*began a PDU and did not end it within 1 s: aborted$")
    server.well()


@pytest.mark.smoke
def test_idle_timeout(serve):
    server = serve({"DicomScpTimeout": 1})
    with server.connect() as client:
        assert client.expect_abort() == (0, 0)
    server.says(r"(?m)^I.*was idle for 1 s: aborted$")


@pytest.mark.smoke
def test_send_timeout(serve, folder):
    """Who asks for a long list and takes none of it is left: there is no way to tell him anything."""
    worklists.crowd(folder, 80)
    server = serve(SendTimeout=1)
    with server.connect(receive_buffer=16384) as client:
        client.ask(worklists.everything())
        server.says(r"(?m)^W.*takes no more of our bytes for 1 s: connection closed$", 20)
    server.well()


@pytest.mark.smoke
def test_stop_timeout(serve, folder):
    """A query that nobody takes the answers of does not keep the server from ending."""
    worklists.crowd(folder, 80)
    server = serve(StopTimeout=1)
    with server.connect(receive_buffer=16384) as client:
        client.ask(worklists.everything())
        client.message()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(peers.patience(15)) == 0
    assert "some queries still run: they are cut off" in server.log()


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_associations_per_host(serve):
    server = serve(MaximumAssociationsPerHost=2)
    with server.connect(), server.connect():
        with server.client() as third:
            assert third.associate().triple == (2, 3, 2)
        with server.connect(source="127.0.0.2") as other:
            assert other.echo(context=3) == raw.SUCCESS
            other.release()
    server.says(r"(?m)^W.*Association Rejected: .*127\.0\.0\.1.*\(2/3/2\): too many associations$")


def test_connections_far_beyond_the_bound_are_closed_unheard(serve):
    """As many again are answered; of the others one line in the log, not one each."""
    server = serve(MaximumAssociations=3, MaximumAssociationsPerHost=100)
    clients = [server.client() for _ in range(40)]
    closed = 0
    for client in clients[6:]:
        try:
            client.expect_closed()
            closed += 1
        except ConnectionError:
            closed += 1
    assert closed == 34
    for client in clients:
        client.close()
    peers.eventually(lambda: associates(server), "room for one")
    unheard = server.whole_log().count("is closed unheard")
    assert 1 <= unheard <= 11


def associates(server):
    try:
        with server.client() as client:
            got = client.associate()
            return isinstance(got, raw.Associate)
    except (raw.Closed, ConnectionError):
        return False


def test_a_flood_is_a_few_lines(serve, folder):
    """Of one kind from one address, ten in ten seconds; another address is still told of."""
    server = serve()
    for _ in range(60):
        with server.client() as client:
            client.associate(version=2)
    with server.client(source="127.0.0.9") as other:
        other.associate(version=2)
    server.says(r"127\.0\.0\.9 .*protocol version")
    lines = [line for line in server.whole_log().splitlines() if "protocol version" in line]
    assert 10 <= len([line for line in lines if "127.0.0.1" in line]) < 40
    assert len([line for line in lines if "127.0.0.9" in line]) == 1


# -- memory ------------------------------------------------------------------------------------------------------------


def test_query_max_memory(serve, folder):
    """What was replaced since a query began is kept for it, and no more of it than this."""
    count = worklists.crowd(folder, 60)
    server = serve(QueryMaxMemory=1 << 20)
    with server.connect(receive_buffer=16384) as client, server.connect() as other:
        number = client.ask(worklists.everything())
        client.message()
        for _ in range(3):
            worklists.crowd(folder, 60)
            other.find(raw.keys(AccessionNumber="NONE"))  # what was written is read now
        answer = client.answers(number)
        assert answer.status == raw.OUT_OF_RESOURCES and "changed too much" in answer.comment
        assert answer.count < count - 1
        other.release()
    server.says(r"(?m)^W.*A700.*changed too much")


def memory(server):
    """Resident, in bytes."""
    with open(f"/proc/{server.process.pid}/status", encoding="ascii") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) << 10


def test_output_buffer_size(serve, folder):
    """A reader who takes nothing costs a buffer, not his answers: 20 of them."""
    worklists.crowd(folder, 80)  # some megabytes of answers to each
    server = serve(OutputBufferSize=65536)
    server.well()
    clients = [server.connect(receive_buffer=16384) for _ in range(20)]
    before = memory(server)
    for client in clients:
        client.ask(worklists.everything())
    for client in clients:
        client.message()  # it runs
    server.well()
    grown = memory(server) - before
    for client in clients:
        client.close()
    assert grown < 20 * (1 << 20)


@pytest.mark.skipif(bool(peers.SLOW > 1), reason="a sanitizer's memory is not the server's")
@pytest.mark.parametrize("kind", cost.KINDS)
def test_an_association_costs_what_is_documented(serve, folder, kind):
    """The figures stand in SECURITY.md, in KiB."""
    worklists.crowd(folder, 80)
    server = serve({"DicomThreadsCount": 1}, MaximumAssociationsPerHost=100)
    allowed = int(re.search(rf"(?m)^\| {kind} \|.*\| ([\d,]+) KiB \|", SECURITY).group(1).replace(",", ""))
    each = cost.measure(server, kind, 20 if kind == "greedy" else 60)
    assert each <= allowed << 10
    peers.eventually(lambda: associates(server), "all of them gone")


def test_identifiers_that_wait_share_the_room_of_one(serve, folder):
    """A device that sends small queries ahead is served; one that fills the memory with them is told so."""
    worklists.crowd(folder, 80)
    server = serve(MaximumIdentifierSize=65536)
    with server.connect(receive_buffer=16384) as client:
        running = client.ask(worklists.everything())
        client.message()
        small = [client.ask(QUERY) for _ in range(2)]
        large = [client.ask(texts(1, 40000)) for _ in range(2)]
        statuses = {}
        while len(statuses) < 5:
            got = client.message()
            if got.status not in raw.PENDING:
                statuses[got.responding_to] = got.status
        assert statuses[running] == raw.SUCCESS and [statuses[n] for n in small] == [raw.SUCCESS] * 2
        assert statuses[large[1]] == raw.OUT_OF_RESOURCES and statuses[large[0]] != raw.OUT_OF_RESOURCES
        client.release()


# -- what the page says ------------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_the_page_has_each_bound():
    """With its option as options.def has it, and its default; none that the program has not."""
    rows = (ROOT / "src/config/limits.def").read_text()
    bounds = re.findall(r"^LIMIT_OPTION\((\w+), (\w+), \d+\)|^LIMIT_FIXED\((\w+),", rows, re.M)
    options = dict(re.findall(r'^OPTION_NUMBER\("\w*", "(\w+)", (\w+),', (ROOT / "src/config/options.def").read_text(), re.M))
    names = {field: name for name, field in options.items()}
    wanted = {names[option] if option else fixed for _, option, fixed in bounds}
    table = SECURITY.partition("## Limits\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == wanted
    for name, value in re.findall(r"^\| `([A-Z]\w+)` \| ([\d,]+) ", table, re.M):
        field = options[name]
        initial = re.search(rf'"{name}", {field}, (\d+)', (ROOT / "src/config/options.def").read_text()).group(1)
        assert value.replace(",", "") == initial, name


def test_each_test_that_the_page_names_exists():
    named = re.findall(r"`([\w/]+\.(?:py|c)): (\w+)`", SECURITY)
    assert len(named) > 40
    for file, name in named:
        path = ROOT / "tests" / ("unit" if file.endswith(".c") else "peer") / file
        assert re.search(rf"^(?:static void|def) {name}\(", path.read_text(encoding="utf-8"), re.M), (file, name)
