"""Starting, reloading and ending: what a person sees who runs `mwl serve` (exit codes, the one line, the log)."""

import fcntl
import glob
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess

import pytest

import peers
import raw
import worklists


def refused(*arguments, **more):
    """`mwl serve ARGUMENTS` that must not start: its one line."""
    code, out, error = peers.run_mwl("serve", *arguments, **more)
    assert code == 1 and not out, (code, out, error)
    lines = [line for line in error.splitlines() if line.startswith("mwl serve: ")]
    assert len(lines) == 1 and error.splitlines()[-1] == lines[0], error
    return lines[0]


def config(tmp_path, section="default", **options):
    if section == "default":
        (tmp_path / "w").mkdir(exist_ok=True)
        section = {"Enable": True, "Database": str(tmp_path / "w")}
    return peers.configuration(tmp_path / "orthanc.json", section, **options)


# -- what does not start -----------------------------------------------------------------------------------------------


def test_missing_folder(tmp_path):
    line = refused("--listen", "127.0.0.1:0", tmp_path / "nowhere")
    assert "nowhere" in line and "No such file" in line


def test_missing_database(tmp_path):
    path = config(tmp_path, {"Enable": True, "Database": str(tmp_path / "nowhere")})
    assert "nowhere" in refused("--listen", "127.0.0.1:0", path)


@pytest.mark.parametrize("section", [None, {}, {"Database": "/tmp"}, {"Enable": False, "Database": "/tmp"}])
def test_not_enabled(tmp_path, section):
    line = refused("--listen", "127.0.0.1:0", config(tmp_path, section))
    assert "Enable" in line and "true" in line


def test_no_database(tmp_path):
    assert "Database" in refused("--listen", "127.0.0.1:0", config(tmp_path, {"Enable": True}))


def test_section_of_the_wrong_name(tmp_path):
    path = config(tmp_path, None, ModalityWorklists={"Enable": True, "Database": "/tmp"})
    line = refused("--listen", "127.0.0.1:0", path)
    assert "ModalityWorklists" in line and '"Worklists"' in line


def test_tls_is_never_clear_text(tmp_path):
    assert "DicomTlsEnabled" in refused("--listen", "127.0.0.1:0", config(tmp_path, DicomTlsEnabled=True))


def test_unknown_option_gets_a_suggestion(tmp_path):
    line = refused("--listen", "127.0.0.1:0", config(tmp_path, {"Enable": True, "Databse": "/tmp"}))
    assert "Databse" in line and "Database" in line


@pytest.mark.parametrize("text", ["", "{", '{ "Worklists" : { "Enable" : true, } }', "[]", '{ "a" : 1, "a" : 2 }', "\x00\xff"])
def test_broken_configuration(tmp_path, text):
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="latin-1")
    assert "broken.json" in refused("--listen", "127.0.0.1:0", path)


def test_place_of_a_syntax_error(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text('{\n  /* a comment\n  **/\n  "Worklists" : {\n    "Enable" true\n  }\n}\n')
    assert "broken.json:5:" in refused("--listen", "127.0.0.1:0", path)


def test_wrong_type(tmp_path):
    line = refused("--listen", "127.0.0.1:0", config(tmp_path, DicomPort="4242"))
    assert "DicomPort" in line


def test_variable_that_is_not_set(tmp_path):
    path = tmp_path / "c.json"
    path.write_text('{ "Worklists" : { "Enable" : true, "Database" : "${MWL_TEST_NOT_SET}" } }')
    assert "MWL_TEST_NOT_SET" in refused("--listen", "127.0.0.1:0", path)


def test_port_taken(tmp_path, folder):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refused("--listen", f"127.0.0.1:{port}", folder)
        assert str(port) in line and "taken" in line


@pytest.mark.parametrize("listen", ["127.0.0.1", "127.0.0.1:70000", "nonsense:x", "::1:0:", ""])
def test_address_that_is_none(folder, listen):
    code, _, error = peers.run_mwl("serve", "--listen", listen, folder)
    assert code in (1, 2) and "listen" in error


def test_file_that_is_neither(tmp_path):
    path = worklists.write(tmp_path, "a.wl")
    assert "a.wl" in refused("--listen", "127.0.0.1:0", path)


def test_command_line():
    assert peers.run_mwl("--version")[:2] == (0, "mwl 0.1.0\n")
    for arguments in (("--help",), ("serve", "--help"), ("config", "--help")):
        code, out, error = peers.run_mwl(*arguments)
        assert code == 0 and "mwl" in out and not error
    assert peers.run_mwl("serve")[0] == 2
    assert peers.run_mwl("serve", "--no-such-option", "/tmp")[0] == 2
    code, _, error = peers.run_mwl("sevre", "/tmp")
    assert code == 2 and "serve" in error


# -- configurations of others ------------------------------------------------------------------------------------------


def orthanc_file(tmp_path):
    path = tmp_path / "generated.json"
    subprocess.run(["Orthanc", f"--config={path}"], check=True, capture_output=True)
    return path


DEBIAN = sorted(glob.glob("/etc/orthanc/*.json"))


@pytest.mark.parametrize("path", DEBIAN + ["/etc/orthanc"])
def test_debian_s_configuration_loads(path):
    code, out, error = peers.run_mwl("config", path)
    assert code == 0 and "DicomAet" in out, error


def test_orthanc_s_own_configuration_loads(tmp_path):
    path = orthanc_file(tmp_path)
    code, out, error = peers.run_mwl("config", path)
    assert code == 0 and "DicomAet" in out, error


def test_debian_s_configuration_serves_once_enabled(mwl, folder, tmp_path):
    """/etc/orthanc as it is, with the worklist switched on in its own file."""
    worklists.write(folder)
    copy = tmp_path / "orthanc"
    shutil.copytree("/etc/orthanc", copy)
    os.unlink(copy / "worklists.json")
    peers.configuration(copy / "worklists.json", {"Enable": True, "Database": str(folder)})
    main = copy / "orthanc.json"
    allowed, count = re.subn(r'("DicomAlwaysAllowFindWorklist" *: *)false', r"\1true", main.read_text())
    assert count == 1
    main.write_text(allowed)
    server = mwl(copy)
    assert len(peers.findscu(server.port, "AccessionNumber").datasets) == 1


def test_printed_configuration_is_read_back_unchanged(tmp_path, folder):
    code, first, _ = peers.run_mwl("config")
    assert code == 0
    path = tmp_path / "printed.json"
    path.write_text(first)
    code, second, error = peers.run_mwl("config", path)
    assert code == 0 and second == first, error


def test_printed_configuration_serves_once_enabled(mwl, folder, tmp_path):
    worklists.write(folder)
    text = peers.run_mwl("config")[1]
    text = re.sub(r'"Enable"(\s*):(\s*)false', r'"Enable"\1:\2true', text)
    text = re.sub(r'"Database"(\s*):(\s*)""', rf'"Database"\1:\2{json.dumps(str(folder))}', text)
    text = re.sub(r'"DicomAlwaysAllowFindWorklist"(\s*):(\s*)false', r'"DicomAlwaysAllowFindWorklist"\1:\2true', text)
    path = tmp_path / "c.json"
    path.write_text(text)
    assert len(peers.findscu(mwl(path).port, "AccessionNumber").datasets) == 1


def test_relative_database_is_taken_from_the_working_directory(mwl, folder, tmp_path):
    worklists.write(folder)
    (tmp_path / "etc").mkdir()
    path = peers.configuration(
        tmp_path / "etc" / "c.json", {"Enable": True, "Database": "./worklists"}, DicomAlwaysAllowFindWorklist=True
    )
    server = mwl(path, cwd=folder.parent)
    assert len(peers.findscu(server.port, "AccessionNumber").datasets) == 1
    absolute = server.says(r"Worklist folder (/\S+):").group(1)
    assert os.path.normpath(absolute) == str(folder)


def test_folder_is_read_as_configuration_on_request(mwl, folder, tmp_path):
    """A folder that holds both kinds of files is a worklist folder, unless --config says otherwise."""
    worklists.write(folder)
    peers.configuration(
        folder / "c.json", {"Enable": True, "Database": str(folder)}, DicomAlwaysAllowFindWorklist=True, DicomAet="BOTH"
    )
    assert len(peers.findscu(mwl(folder).port, "AccessionNumber").datasets) == 1
    assert len(peers.findscu(mwl(folder, "--config").port, "AccessionNumber").datasets) == 1


# -- ending and reloading ----------------------------------------------------------------------------------------------


@pytest.mark.smoke
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it(mwl, folder, number):
    server = mwl(folder)
    server.well()
    server.process.send_signal(number)
    assert server.process.wait(peers.patience(10)) == 0


@pytest.mark.smoke
def test_sigterm_lets_running_queries_finish(mwl, folder):
    """It takes no new association, finishes what runs, and leaves."""
    count = worklists.crowd(folder, 60)
    server = mwl(folder)
    with server.connect(receive_buffer=16384) as client:
        number = client.ask(worklists.everything())
        assert client.message().status == 0xFF00
        server.process.send_signal(signal.SIGTERM)

        def closed():
            with socket.socket() as probe:
                return probe.connect_ex(server.address) != 0

        peers.eventually(closed, "the listening socket closed")
        answer = client.answers(number)
        assert answer.status == raw.SUCCESS and answer.count == count - 1
    assert server.process.wait(peers.patience(20)) == 0


@pytest.mark.smoke
def test_sigterm_with_idle_associations(mwl, folder):
    server = mwl(folder)
    with server.connect(), server.client():
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(peers.patience(20)) == 0


@pytest.mark.smoke
def test_sighup_reloads(mwl, folder, tmp_path):
    """Folder, access rules and limits change; an association that stands is not broken."""
    worklists.write(folder, AccessionNumber="OLD")
    other = tmp_path / "other"
    other.mkdir()
    worklists.write(other, AccessionNumber="NEW")
    path = peers.configuration(tmp_path / "c.json", {"Enable": True, "Database": str(folder)}, DicomAlwaysAllowFindWorklist=True)
    server = mwl(path)
    query = raw.keys(AccessionNumber="")
    with server.connect() as standing:
        assert standing.find(query).values("AccessionNumber") == ["OLD"]
        peers.configuration(path, {"Enable": True, "Database": str(other)}, DicomModalities={"a": ["CT1", "127.0.0.1", 104]})
        server.reload()
        assert standing.echo(context=3) == raw.SUCCESS
        with server.connect(calling="CT1") as client:
            assert client.find(query).values("AccessionNumber") == ["NEW"]
            client.release()
        with server.client() as stranger:
            assert stranger.associate(calling="CT2").triple == (1, 1, 3)
        standing.release()


def test_callers_are_let_in_while_a_reload_waits_for_its_folder(mwl, folder, tmp_path):
    worklists.write(folder)
    (folder / "lockfile").touch()
    section = {"Enable": True, "Database": str(folder), "LockWait": 60}
    server = mwl(peers.configuration(tmp_path / "c.json", section, DicomAlwaysAllowFindWorklist=True))
    with open(folder / "lockfile", "r+b") as lock:
        fcntl.fcntl(lock, fcntl.F_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        for _ in range(3):
            server.process.send_signal(signal.SIGHUP)
            server.well()
        assert "reloaded" not in server.whole_log()
    # What was changed after the first of these signals is read as well.
    peers.eventually(lambda: server.log().count(" reloaded") == 2, "the second reload", 30)
    assert len(peers.findscu(server.port, "AccessionNumber").datasets) == 1


def test_sighup_with_a_broken_configuration_keeps_the_old(mwl, folder, tmp_path):
    worklists.write(folder)
    path = peers.configuration(tmp_path / "c.json", {"Enable": True, "Database": str(folder)}, DicomAlwaysAllowFindWorklist=True)
    server = mwl(path)
    with open(path, "w", encoding="ascii") as file:
        file.write("{ broken")
    server.process.send_signal(signal.SIGHUP)
    server.says(r"(?m)^E.*c\.json")
    assert len(peers.findscu(server.port, "AccessionNumber").datasets) == 1


def test_sighup_with_a_folder_alone(mwl, folder):
    worklists.write(folder)
    server = mwl(folder)
    server.process.send_signal(signal.SIGHUP)
    server.well()
    assert len(peers.findscu(server.port, "AccessionNumber").datasets) == 1


# -- the log -----------------------------------------------------------------------------------------------------------


def test_log_of_a_query_keeps_patients_out(mwl, folder):
    """One line: modality, station, date, time and status with values, of every other key the length."""
    worklists.write(folder)
    server = mwl(folder)
    peers.findscu(server.port, "PatientName=Bach^*", "PatientID=PID0001", ".Modality=CT", ".ScheduledStationAETitle=CT1")
    line = server.says(r"(?m)^I.*service/find.*FINDSCU.*$").group(0)
    assert "CT1" in line and "0000 Success" in line and "1 answer" in line
    assert "Bach" not in server.log() and "PID0001" not in server.log()


@pytest.mark.parametrize("options", [[], ["--verbose"]])
def test_values_do_not_forge_log_lines(mwl, folder, options):
    """A query's values reach the log without control characters, also where they are shown."""
    worklists.write(folder)
    server = mwl(folder, *options)
    forged = "X\nE1123 00:00:00.000000 forged] line\x1b[2J\x9b\x00"
    with server.connect(calling="A\nE1123") as client:
        step = {"Modality": forged, "ScheduledStationAETitle": forged, "ScheduledProcedureStepStartDate": forged}
        for keyword in step:
            client.find(raw.keys({keyword: step[keyword]}, PatientName=forged))
        client.release()
    server.says(r"service/find")
    with open(server.log_path, "rb") as file:
        log = file.read()
    assert b"\nE1123" not in log and b"\x1b" not in log and b"\x00" not in log and b"\x9b[" not in log


def test_verbose_log_shows_the_query_in_orthanc_s_form(mwl, folder):
    worklists.write(folder)
    server = mwl(folder, "--verbose")
    peers.findscu(server.port, "AccessionNumber=*", ".Modality=CT")
    server.says(r'"0008,0050" : "\*"')
    server.says(r'"0008,0060" : "CT"')
    server.says(r"Association Received from AE FINDSCU on IP 127\.0\.0\.1")
    server.says(r"Association Release")


def test_what_is_forgiven_is_told_once_for_each_device(mwl, folder):
    """In a query, in an association, in a file: each tolerance by its name, and never a flood."""
    for name in ("a.wl", "b.wl", "c.wl"):
        worklists.put(folder, name, worklists.part10(worklists.dataset())[132:])
    server = mwl(folder)
    odd = raw.element(0x0008, 0x0050, b"ACC")
    for _ in range(3):
        for title in ("CT1", "CT2"):
            with server.connect(calling=title) as client:
                client.find(odd)
                client.find(odd + raw.element(0x0010, 0x0010, b"*\0"))
                client.release()
    with server.client() as client:
        client.associate(calling="CT2\0")
        client.release()
    server.says(r"CT2 at 127\.0\.0\.1 is forgiven an AE title padded with NULs")
    log = server.log()
    for title in ("CT1", "CT2"):
        assert log.count(f"{title} at 127.0.0.1 is forgiven a value of odd length (PS3.5 7.1.1); told once") == 1
        assert log.count(f"{title} at 127.0.0.1 is forgiven a text padded with NUL") == 1
    assert log.count("is forgiven a file without preamble") == 1
    assert log.count("is forgiven") == 6


def test_abort_and_rejection_are_logged_with_the_reason(mwl, folder):
    server = mwl(folder)
    with server.client() as client:
        client.associate(version=2)
    server.says(r"protocol version")
    with server.connect() as client:
        client.send(raw.pdu(0x2A, b""))
        client.expect_abort()
    server.says(r"127\.0\.0\.1.*(?i:pdu)")


def test_worklist_folder_alone_listens_on_loopback_only(folder, tmp_path):
    """Without a configuration nobody outside this machine is let in; port 4242, if it is free here."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 4242)) == 0:
            pytest.skip("port 4242 is taken on this machine")
    try:
        server = peers.Server(folder, log=tmp_path / "mwl-default.log", default_port=True)
    except AssertionError as failure:
        if "taken" in str(failure):
            pytest.skip("port 4242 is taken on this machine")
        raise
    try:
        assert {host for host, _ in server.addresses} <= {"127.0.0.1", "::1"}
        assert {port for _, port in server.addresses} == {4242}
        server.stop()
    finally:
        server.kill()


# -- timers (PS3.8 9.1.4, 9.1.5) ---------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_silence(mwl, folder, tmp_path):
    """No A-ASSOCIATE-RQ, half of one, or no close after a rejection: closed when ARTIM expires, without another word;
    all at once, since each takes its ten seconds. An association on which nothing happens ends after DicomScpTimeout."""
    path = peers.configuration(
        tmp_path / "c.json", {"Enable": True, "Database": str(folder)}, DicomAlwaysAllowFindWorklist=True, DicomScpTimeout=2
    )
    server = mwl(path)
    quiet, half, lingering, idle = server.client(), server.client(), server.client(), server.connect()
    for client in (quiet, half, lingering, idle):
        client.socket.settimeout(peers.patience(30))
    half.send(raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq())[:50])
    assert isinstance(lingering.associate(version=2), raw.Reject)
    assert idle.receive().kind == raw.ABORT
    for client in (quiet, half, lingering):
        client.expect_closed()
        client.close()
    idle.close()
    server.well()
