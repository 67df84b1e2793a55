"""Who may ask, and what they then see: Orthanc's options, by Orthanc's rules."""

import fcntl
import os
import struct

import pytest

import peers
import raw
import worklists


@pytest.fixture
def configured(mwl, folder, tmp_path):
    """configured(worklists={...}, **options): a server with a configuration over `folder`, everybody else a stranger."""
    worklists.write(folder, "ct1.wl", {"ScheduledStationAETitle": "CT1"}, AccessionNumber="CT1")
    worklists.write(folder, "mr1.wl", {"ScheduledStationAETitle": "MR1\\MR2"}, AccessionNumber="MR1")

    def start(worklists=None, **options):
        section = {"Enable": True, "Database": str(folder), **(worklists or {})}
        return mwl(peers.configuration(tmp_path / "orthanc.json", section, **options))

    return start


def asks(server, calling="CT1", called="MWL"):
    """Accession numbers that this caller gets, or how it was refused."""
    with server.client() as client:
        answer = client.associate([(1, raw.WORKLIST, [raw.IMPLICIT])], calling=calling, called=called)
        if isinstance(answer, raw.Reject):
            return answer.triple
        found = client.find(raw.keys(AccessionNumber=""))
        client.release()
        return sorted(found.values("AccessionNumber")) if found.status == raw.SUCCESS else found


ALL = ["CT1", "MR1"]
STRANGER = (1, 1, 3)


@pytest.mark.smoke
@pytest.mark.parametrize(
    "rows",
    [
        {"sample": ["CT1", "127.0.0.1", 104]},
        {"sample": ["CT1", "127.0.0.1", 104, "Generic"]},
        {"sample": {"AET": "CT1", "Host": "127.0.0.1", "Port": 104}},
        {"sample": {"AET": "CT1", "Host": "127.0.0.1", "Port": 104, "AllowFindWorklist": True, "AllowEcho": False}},
    ],
)
def test_listed_modality(configured, rows):
    server = configured(DicomModalities=rows)
    assert asks(server, "CT1") == ALL
    assert asks(server, "ct1") == ALL  # StrictAetComparison is false
    assert asks(server, "CT2") == STRANGER


def test_advice_in_the_log_lets_the_stranger_in(configured, tmp_path):
    """The line that the log gives, put into the configuration as it stands, is all that is needed."""
    server = configured()
    assert asks(server, "US 7") == STRANGER
    advice = server.says(r'add to "DicomModalities": (".*" : \{.*\})').group(1)
    assert "127.0.0.1" in advice
    path = tmp_path / "orthanc.json"
    text = path.read_text()
    path.write_text(text.replace("{", '{ "DicomModalities" : {' + advice + "},", 1))
    server.reload()
    assert asks(server, "US 7") == ALL


def test_refused_caller_may_still_echo(configured):
    """Its worklist context gets result 1; Verification is accepted (DicomAlwaysAllowEcho)."""
    server = configured()
    with server.client() as client:
        accepted = client.associate([(1, raw.WORKLIST, [raw.IMPLICIT]), (3, raw.VERIFICATION, [raw.IMPLICIT])])
        assert {i: result for i, (result, _) in accepted.contexts.items()} == {1: 1, 3: 0}
        assert client.echo(context=3) == raw.SUCCESS
        client.release()


def test_echo_may_be_forbidden(configured):
    server = configured(DicomAlwaysAllowEcho=False)
    with server.client() as client:
        assert client.associate([(1, raw.VERIFICATION, [raw.IMPLICIT])]).triple == STRANGER


def test_wrong_syntax_of_a_stranger_is_told_as_such(configured):
    """Only wrong transfer or abstract syntaxes: still an A-ASSOCIATE-AC with results 3 and 4."""
    server = configured(DicomModalities={"a": ["CT1", "127.0.0.1", 104]})
    with server.client() as client:
        accepted = client.associate([(1, raw.WORKLIST, [raw.JPEG]), (3, raw.CT_STORAGE, [raw.IMPLICIT])], calling="CT1")
        assert {i: result for i, (result, _) in accepted.contexts.items()} == {1: 4, 3: 3}


def test_worklist_may_be_forbidden_to_one(configured):
    server = configured(
        DicomModalities={"a": {"AET": "CT1", "Host": "127.0.0.1", "Port": 104, "AllowFindWorklist": False}}
    )
    assert asks(server, "CT1") == STRANGER


def test_everybody_may_ask_where_it_is_allowed(configured):
    assert asks(configured(DicomAlwaysAllowFindWorklist=True), "ANYBODY") == ALL


def test_host_of_a_modality(configured):
    rows = {"a": ["HERE", "127.0.0.1", 104], "b": ["THERE", "192.0.2.1", 104]}
    server = configured(DicomModalities=rows, DicomCheckModalityHost=True)
    assert asks(server, "HERE") == ALL
    assert asks(server, "THERE") == STRANGER
    server.says(r"THERE.*127\.0\.0\.1")


def test_strict_comparison(configured):
    server = configured(DicomModalities={"a": ["CT1", "127.0.0.1", 104]}, StrictAetComparison=True)
    assert asks(server, "CT1") == ALL and asks(server, "ct1") == STRANGER


def test_called_title(configured):
    """DicomCheckCalledAet: 1/1/7."""
    server = configured(DicomCheckCalledAet=True, DicomAet="RIS", DicomAlwaysAllowFindWorklist=True)
    assert asks(server, called="RIS") == ALL
    assert asks(server, called="ris") == ALL
    assert asks(server, called="OTHER") == (1, 1, 7)


def test_called_title_is_not_checked_by_default(configured):
    assert asks(configured(DicomAet="RIS", DicomAlwaysAllowFindWorklist=True), called="WHATEVER") == ALL


@pytest.mark.smoke
def test_filter_by_caller(configured):
    """The caller sees its own steps, any value of the station counting; what it asks holds besides."""
    server = configured({"FilterIssuerAet": True}, DicomAlwaysAllowFindWorklist=True)
    assert asks(server, "CT1") == ["CT1"]
    assert asks(server, "MR1") == ["MR1"] and asks(server, "MR2") == ["MR1"]
    assert asks(server, "MR") == []
    assert peers.findscu(server.port, ".ScheduledStationAETitle=MR1", calling="CT1").datasets == []
    assert len(peers.findscu(server.port, ".ScheduledStationAETitle=MR1", calling="MR2").datasets) == 1


def test_limit_of_answers(configured, folder):
    for number in range(10):
        worklists.write(folder, f"{number}.wl", AccessionNumber=str(number))
    server = configured({"LimitAnswers": 3}, DicomAlwaysAllowFindWorklist=True)
    found = peers.findscu(server.port, "AccessionNumber")
    assert len(found.datasets) == 3 and found.status == raw.OUT_OF_RESOURCES and found.comment
    found = peers.findscu(server.port, "AccessionNumber=[12]", "AccessionNumber=?")
    assert len(found.datasets) == 3 and found.status == raw.OUT_OF_RESOURCES
    found = peers.findscu(server.port, "AccessionNumber=7")
    assert len(found.datasets) == 1 and found.status == raw.SUCCESS


def test_limit_that_is_just_reached(configured, folder):
    """As many as allowed is not too many."""
    found = peers.findscu(configured({"LimitAnswers": 2}, DicomAlwaysAllowFindWorklist=True).port, "AccessionNumber")
    assert len(found.datasets) == 2 and found.status == raw.SUCCESS


# -- one folder a called AE title --------------------------------------------------------------------------------------


@pytest.fixture
def tenants(mwl, tmp_path):
    """NORTH and SOUTH, and beside Database a folder that nobody may reach."""
    database = tmp_path / "tenants"
    for name in ("NORTH", "SOUTH", "../secret"):
        os.makedirs(database / name)
        worklists.write(database / name, AccessionNumber=name.strip("./"))

    def start(strict=False, **section):
        return mwl(
            peers.configuration(
                tmp_path / "tenants.json",
                {"Enable": True, "Database": str(database), "FolderPerCalledAet": True, **section},
                DicomAlwaysAllowFindWorklist=True,
                StrictAetComparison=strict,
            )
        )

    start.database = database
    return start


@pytest.mark.smoke
def test_folder_per_called_title(tenants):
    server = tenants()
    assert asks(server, called="NORTH") == ["NORTH"]
    assert asks(server, called="SOUTH") == ["SOUTH"]
    assert asks(server, called="south") == ["SOUTH"]
    assert asks(server, called="WEST") == (1, 1, 7)


@pytest.mark.parametrize("title", ["../secret", "..", ".", "/", "NORTH/", "./NORTH", "NORTH/../SOUTH", "*", "NORTH\0/", ""])
def test_title_is_never_a_path(tenants, title):
    server = tenants()
    assert asks(server, called=title or " ") == (1, 1, 7)


def test_titles_compared_strictly(tenants):
    server = tenants(strict=True)
    assert asks(server, called="SOUTH") == ["SOUTH"] and asks(server, called="south") == (1, 1, 7)


def test_folders_that_compare_equal(tenants, tmp_path):
    os.mkdir(tenants.database / "north")
    with pytest.raises(AssertionError, match="NORTH.*north|north.*NORTH"):
        tenants()


@pytest.mark.smoke
def test_folder_made_while_serving(tenants):
    server = tenants()
    os.mkdir(tenants.database / "EAST")
    worklists.write(tenants.database / "EAST", AccessionNumber="EAST")
    peers.eventually(lambda: asks(server, called="EAST") == ["EAST"], "the new worklist")


@pytest.mark.smoke
def test_lockfile_is_honoured_not_required(tenants):
    """While a writer holds it the folder keeps its last state, and says so; then it catches up."""
    server = tenants(LockWait=1)
    north = tenants.database / "NORTH"
    assert asks(server, called="NORTH") == ["NORTH"]
    (north / "lockfile").touch()
    with open(north / "lockfile", "r+b") as lock:
        fcntl.fcntl(lock, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        worklists.write(north, "more.wl", AccessionNumber="MORE")
        assert asks(server, called="NORTH") == ["NORTH"]
        server.says(r"lockfile")
        assert asks(server, called="SOUTH") == ["SOUTH"]
    peers.eventually(lambda: asks(server, called="NORTH") == ["MORE", "NORTH"], "what the writer wrote")


def test_host_of_a_modality_over_a_socket_for_both_families(mwl, folder, tmp_path):
    """An IPv4 caller on an IPv6 socket is ::ffff:127.0.0.1 to the system, and 127.0.0.1 to the configuration."""
    worklists.write(folder)
    path = peers.configuration(
        tmp_path / "c.json",
        {"Enable": True, "Database": str(folder)},
        DicomModalities={"a": ["HERE", "127.0.0.1", 104], "b": ["SIX", "::1", 104]},
        DicomCheckModalityHost=True,
    )
    server = mwl(path, "--listen", "[::]:0", "--listen", "0.0.0.0:0")
    for host, port in server.addresses:
        address = ("::1", port) if ":" in host else ("127.0.0.1", port)
        with raw.connect(address, timeout=peers.patience(20), calling="SIX" if ":" in host else "HERE") as client:
            assert client.find(raw.keys(AccessionNumber="")).values("AccessionNumber") == ["ACC0001"]
            client.release()
