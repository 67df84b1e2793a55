"""DICOM over TLS: DCMTK's programs, openssl and our own against `mwl serve`."""

import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
from pathlib import Path

import pytest

import certificates
import peers
import raw
import worklists


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    return certificates.Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def serve(mwl, folder, tmp_path, pki):
    """serve(*arguments, **options): a server with a port in clear text and one with TLS, `server.tls`."""
    worklists.write(folder, "a.wl", AccessionNumber="A1")
    worklists.write(folder, "b.wl", AccessionNumber="B1")

    def start(*arguments, **options):
        server = mwl(configure(tmp_path, folder, pki, **options), "--listen-tls", "127.0.0.1:0", "-v", *arguments)
        server.tls = server.addresses[-1][1]
        return server

    return start


def configure(tmp_path, folder, pki, **options):
    """The server's own files are copies, to be replaced by a test."""
    for suffix in ("certificate", "key"):
        shutil.copy(getattr(pki.server, suffix), tmp_path / f"own.{suffix}")
    everything = {
        "DicomTlsCertificate": str(tmp_path / "own.certificate"),
        "DicomTlsPrivateKey": str(tmp_path / "own.key"),
        "DicomTlsTrustedCertificates": str(pki.authority.certificate),
        "DicomAlwaysAllowFindWorklist": True,
        **options,
    }
    return peers.configuration(tmp_path / "c.json", {"Enable": True, "Database": str(folder)}, **everything)


def over_tls(pki, identity=None):
    context = ssl.create_default_context(cafile=pki.authority.certificate)
    if identity:
        context.load_cert_chain(identity.certificate, identity.key)
    return context


def call(server, pki, identity=None):
    """A raw client over TLS, certificate of the server in .shown."""
    client = raw.Client(("127.0.0.1", server.tls), timeout=peers.patience(20))
    client.socket = over_tls(pki, identity).wrap_socket(client.socket, server_hostname="localhost")
    client.shown = client.socket.getpeercert(True)
    return client


# -- who is let in -----------------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_dcmtk_with_a_certificate(serve, pki):
    server = serve()
    assert peers.echoscu(server.tls, *pki.ct1.scu(pki.authority)).code == 0
    found = peers.findscu(server.tls, "AccessionNumber", options=pki.ct1.scu(pki.authority))
    assert sorted(found.values("AccessionNumber")) == ["A1", "B1"], found.text
    server.says(r"TLS with 127\.0\.0\.1: TLSv1\.[23], TLS_\S+, certificate CN=ct1")
    assert peers.echoscu(server.port).code == 0  # the other port is in clear text
    assert not re.search(r"^[WE].* (server/secure|TLS)", server.log(), re.M), server.log()


@pytest.mark.smoke
def test_dcmtk_without_a_certificate(serve, pki):
    server = serve(DicomTlsRemoteCertificateRequired=False)
    anonymous = ["+tla", "+cf", pki.authority.certificate]
    assert peers.echoscu(server.tls, *anonymous).code == 0
    found = peers.findscu(server.tls, "AccessionNumber", options=anonymous)
    assert sorted(found.values("AccessionNumber")) == ["A1", "B1"], found.text
    server.says(r"TLS with 127\.0\.0\.1: .*, no certificate")
    # One that is shown all the same must be good.
    assert peers.echoscu(server.tls, *pki.foreign.scu(pki.authority)).code != 0
    server.says(r"TLS refused to 127\.0\.0\.1: its certificate CN=foreign is not signed by an authority that is trusted")


def test_nobody_is_trusted_and_nobody_is_asked(serve, pki):
    server = serve(DicomTlsRemoteCertificateRequired=False, DicomTlsTrustedCertificates="")
    assert peers.echoscu(server.tls, *pki.foreign.scu(pki.authority)).code == 0
    server.says(r"TLS with 127\.0\.0\.1: .*, no certificate")


@pytest.mark.smoke
def test_who_is_refused_and_why(serve, pki):
    server = serve()
    for identity, why in [
        (pki.expired, r"its certificate CN=expired has expired on 2021-01-01 00:00 UTC"),
        (pki.foreign, r"its certificate CN=foreign is not signed by an authority that is trusted here"),
    ]:
        done = peers.echoscu(server.tls, *identity.scu(pki.authority))
        assert done.code != 0, done.text
        server.says(rf"(?m)^W.*TLS refused to 127\.0\.0\.1: {why}")
    assert peers.echoscu(server.tls, "+tla", "+cf", pki.authority.certificate).code != 0
    server.says(r"TLS refused to 127\.0\.0\.1: it sent no certificate, and must")
    assert peers.echoscu(server.tls).code != 0
    server.says(r"TLS refused to 127\.0\.0\.1: it speaks DICOM in clear text, where TLS is due")
    assert peers.echoscu(server.port, *pki.ct1.scu(pki.authority)).code != 0
    server.says(r"a caller at 127\.0\.0\.1 .*the beginning of TLS, and DICOM in clear text is due here")
    assert peers.echoscu(server.tls, *pki.ct1.scu(pki.foreign)).code != 0
    server.says(r"TLS refused to 127\.0\.0\.1: it does not trust our certificate")
    assert peers.echoscu(server.tls, *pki.ct1.scu(pki.authority)).code == 0


def test_the_very_certificate_is_trusted(serve, pki, tmp_path):
    """Sites without an authority put the certificates of their devices into one file, as Orthanc's book tells."""
    trusted = tmp_path / "trusted.crt"
    trusted.write_bytes(pki.foreign.certificate.read_bytes() + pki.ct1.certificate.read_bytes())
    server = serve(DicomTlsTrustedCertificates=str(trusted))
    assert peers.echoscu(server.tls, *pki.foreign.scu(pki.authority)).code == 0
    assert peers.echoscu(server.tls, *pki.ct1.scu(pki.authority)).code == 0
    assert peers.echoscu(server.tls, *pki.server.scu(pki.authority)).code != 0


def test_dicom_port_itself(mwl, folder, tmp_path, pki):
    """DicomTlsEnabled, as Orthanc has it."""
    worklists.write(folder)
    server = mwl(configure(tmp_path, folder, pki, DicomTlsEnabled=True))
    assert len(server.addresses) == 1 and "DICOM server with TLS listening" in server.log()
    assert peers.echoscu(server.port, *pki.ct1.scu(pki.authority)).code == 0
    assert peers.echoscu(server.port).code != 0


def test_ports_of_the_configuration(mwl, folder, tmp_path, pki):
    worklists.write(folder)
    for _ in range(5):
        plain, tls = peers.free_port(), peers.free_port()
        path = configure(tmp_path, folder, pki, DicomPort=plain, DicomTlsPort=tls)
        try:
            mwl(path, default_port=True)
            break
        except AssertionError:  # another took the port meanwhile
            continue
    assert peers.echoscu(plain).code == 0
    assert peers.echoscu(tls, *pki.ct1.scu(pki.authority)).code == 0


# -- versions ----------------------------------------------------------------------------------------------------------


def s_client(server, *options):
    return peers.run("openssl", "s_client", "-connect", f"127.0.0.1:{server.tls}", *options)


@pytest.mark.parametrize("version", ["1", "1_1"])
def test_old_versions_are_refused(serve, version):
    server = serve(DicomTlsRemoteCertificateRequired=False)
    done = s_client(server, f"-tls{version}", "-cipher", "DEFAULT@SECLEVEL=0")
    assert done.code != 0 and "alert protocol version" in done.text, done.text
    said = {"1": "1.0", "1_1": "1.1"}[version].replace(".", r"\.")
    server.says(rf"TLS refused to 127\.0\.0\.1: its protocol is too old to be safe: it speaks TLSv{said} at most")


@pytest.mark.parametrize(
    "options, words",
    [
        (["-tls1_2"], "New, TLSv1.2, Cipher is ECDHE-RSA-AES256-GCM-SHA384"),
        (["-tls1_3"], "New, TLSv1.3"),
        (["-tls1_2", "-cipher", "AES256-SHA256"], "alert handshake failure"),
        (["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"], "alert handshake failure"),
    ],
)
def test_the_profile(serve, options, words):
    server = serve(DicomTlsRemoteCertificateRequired=False)
    done = s_client(server, *options)
    assert words in done.text, done.text
    assert "Secure Renegotiation IS supported" in done.text or "-tls1_3" in options or "alert" in words


def test_old_versions_where_they_are_asked_for(serve):
    server = serve(
        DicomTlsRemoteCertificateRequired=False,
        DicomTlsMinimumProtocolVersion=3,
        DicomTlsCiphersAccepted=["ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"],
    )
    server.says(r"W.*TLS 1\.0 and 1\.1 are not safe")
    assert "Protocol  : TLSv1.1" in s_client(server, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0").text
    assert "ECDHE-RSA-AES128-GCM-SHA256" in s_client(server, "-tls1_2").text
    assert "alert protocol version" in s_client(server, "-tls1", "-cipher", "DEFAULT@SECLEVEL=0").text
    assert "alert protocol version" in s_client(server, "-tls1_3").text  # none of its suites is listed


def test_renegotiation_is_off(serve):
    server = serve(DicomTlsRemoteCertificateRequired=False)
    done = peers.run(
        "sh", "-c", f"(sleep 0.3; echo R; sleep 0.3) | openssl s_client -tls1_2 -connect 127.0.0.1:{server.tls}"
    )
    assert "no renegotiation" in done.text or "RENEGOTIATING" in done.text and "error" in done.text, done.text
    server.well()


# -- how a connection goes ---------------------------------------------------------------------------------------------


@pytest.mark.smoke
def test_the_end_is_the_same_with_a_close_notify_or_without(serve, pki):
    server = serve()
    for polite in (True, False):
        client = call(server, pki, pki.ct1)
        client.associate([(3, raw.VERIFICATION, [raw.IMPLICIT])])
        assert client.echo(context=3) == raw.SUCCESS
        before = len(server.log())
        if polite:
            client.socket.settimeout(peers.patience(20))
            client.socket.unwrap()
        client.close()
        peers.eventually(
            lambda: "closed the connection without a release" in server.log()[before:], "the end of the connection"
        )
    assert not re.search(r"^W.*server/secure", server.log(), re.M), server.log()


@pytest.mark.parametrize("record, piece", [(1 << 14, 1), (1, 1 << 16)], ids=["byte by byte", "a record for each byte"])
@pytest.mark.smoke
def test_bytes_in_small_pieces(serve, pki, record, piece):
    """The handshake and a request, through a relay; and many more records at once than are taken in a turn."""
    server = serve()
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = over_tls(pki, pki.ct1).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", server.tls), peers.patience(20)) as wire:
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def until(step):
            while True:
                try:
                    return step()
                except ssl.SSLWantReadError:
                    pass
                finally:
                    out = outgoing.read()
                    for at in range(0, len(out), piece):
                        wire.sendall(out[at : at + piece])
                incoming.write(wire.recv(7))

        until(tls.do_handshake)
        request = raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq([(3, raw.VERIFICATION, [raw.IMPLICIT])]))
        until(lambda: [tls.write(request[at : at + record]) for at in range(0, len(request), record)])
        assert until(lambda: tls.read(1)) == bytes([raw.ASSOCIATE_AC])


def test_nobody_waits_for_hanging_handshakes(serve, pki):
    server = serve()
    hanging = [socket.create_connection(("127.0.0.1", server.tls)) for _ in range(20)]
    for s in hanging[:10]:
        s.sendall(bytes.fromhex("16030102000100"))
    assert peers.echoscu(server.tls, *pki.ct1.scu(pki.authority)).code == 0
    server.well()
    for s in hanging:
        s.close()
    server.says(r"TLS refused to 127\.0\.0\.1: it closed the connection in the middle of the handshake")


GARBAGE = {
    "record": b"\x16\x03\x01\x00\x05hello",
    "long record": b"\x16\x03\x03\xff\xff" + bytes(200000),
    "zeros": bytes(3),
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
@pytest.mark.smoke
def test_garbage(serve, garbage):
    server = serve()
    with socket.create_connection(("127.0.0.1", server.tls), peers.patience(20)) as s:
        try:
            s.sendall(garbage)
            while s.recv(4096):
                pass
        except (ConnectionResetError, BrokenPipeError):
            pass
    server.says(r"TLS refused to 127\.0\.0\.1: ")
    server.well()


def test_a_flood_of_refusals_is_told_in_few_lines(serve):
    server = serve()
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", server.tls), peers.patience(20)) as s:
            s.sendall(b"\x01\x00\x00\x00\x00\x00")
            try:
                s.recv(1)
            except ConnectionResetError:
                pass
    lines = len(re.findall("TLS refused to", server.whole_log()))
    assert 8 <= lines < 50


# -- certificates are replaced -----------------------------------------------------------------------------------------


def replace(tmp_path, identity):
    shutil.copy(identity.certificate, tmp_path / "own.certificate")
    shutil.copy(identity.key, tmp_path / "own.key")


def test_much_at_once_behind_the_handshake(serve, pki):
    """An A-ASSOCIATE-RQ that is long, sent before the server has looked at the handshake's end."""
    server = serve()
    unknown = [f"1.2.826.0.1.3680043.9.9999.{i}" for i in range(50)]
    contexts = [(2 * i + 1, raw.VERIFICATION, [*unknown, raw.IMPLICIT]) for i in range(128)]
    request = raw.pdu(raw.ASSOCIATE_RQ, raw.associate_rq(contexts))
    assert len(request) > 200000
    for _ in range(5):
        with call(server, pki, pki.ct1) as client:
            client.send(request)
            assert client.receive().kind == raw.ASSOCIATE_AC


@pytest.mark.smoke
def test_new_certificates_come_with_sighup(serve, pki, tmp_path):
    server = serve()
    with call(server, pki, pki.ct1) as old:
        old.associate([(3, raw.VERIFICATION, [raw.IMPLICIT])])
        assert old.echo(context=3) == raw.SUCCESS
        assert old.shown == ssl.PEM_cert_to_DER_cert(pki.server.certificate.read_text())

        replace(tmp_path, pki.renewed)
        server.reload()
        with call(server, pki, pki.ct1) as new:
            assert new.shown == ssl.PEM_cert_to_DER_cert(pki.renewed.certificate.read_text())
        assert old.echo(context=3) == raw.SUCCESS

        shutil.copy(pki.ct1.key, tmp_path / "own.key")  # not that of the certificate
        before = len(server.log())
        server.process.send_signal(signal.SIGHUP)
        peers.eventually(lambda: "not reloaded" in server.log()[before:], "an error")
        assert re.search(
            r"E.*not reloaded, all stays as it was: DicomTlsPrivateKey: \S+own.key: is not the key", server.log()[before:]
        )
        with call(server, pki, pki.ct1) as new:
            assert new.shown == ssl.PEM_cert_to_DER_cert(pki.renewed.certificate.read_text())
        assert old.echo(context=3) == raw.SUCCESS
        old.release()


def test_a_reload_that_changes_ports_asks_for_a_restart(serve, folder, pki, tmp_path):
    server = serve()
    configure(tmp_path, folder, pki, DicomTlsEnabled=True)
    server.process.send_signal(signal.SIGHUP)
    server.says(r'E.*not reloaded, all stays as it was: .*"DicomTlsEnabled".* has changed: restart the server')
    server.well()


# -- AE titles and certificates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ct1", "ct1.example", "CT1.EXAMPLE"])
def test_a_title_bound_to_a_certificate(serve, pki, name):
    row = {"AET": "CT1", "Host": "127.0.0.1", "Port": 104, "TlsCertificateName": name}
    server = serve(DicomModalities={"ct": row}, DicomTlsRemoteCertificateRequired=False)
    assert peers.echoscu(server.tls, *pki.ct1.scu(pki.authority), calling="CT1").code == 0
    anonymous = ["+tla", "+cf", pki.authority.certificate]
    for port, options, how in [
        (server.tls, pki.renewed.scu(pki.authority), "came with CN=server"),
        (server.tls, anonymous, "sent none"),
        (server.port, [], "called in clear text"),
    ]:
        done = peers.echoscu(port, *options, calling="CT1")
        assert "Calling AE Title Not Recognized" in done.text, done.text
        server.says(rf'Association Rejected: AE CT1 .*must come with a certificate for "{name}".* {how}')
        assert peers.echoscu(port, *options, calling="CT2").code == 0


# -- what does not start -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "option, file, words",
    [
        ("DicomTlsCertificate", None, "No such file"),
        ("DicomTlsPrivateKey", None, "No such file"),
        ("DicomTlsTrustedCertificates", None, "No such file"),
        ("DicomTlsCertificate", "empty", "holds no certificate in PEM"),
        ("DicomTlsPrivateKey", "empty", "holds no private key in PEM"),
        ("DicomTlsTrustedCertificates", "empty", "holds no certificate in PEM"),
        ("DicomTlsPrivateKey", "locked", "has a password"),
        ("DicomTlsPrivateKey", "other", "is not the key of the certificate"),
    ],
)
def test_files_that_are_wrong(tmp_path, folder, pki, option, file, words):
    path = tmp_path / "the-file.pem"
    if file == "empty":
        path.touch()
    elif file == "locked":
        certificates.openssl("pkey", "-in", pki.server.key, "-aes128", "-passout", "pass:secret", "-out", path)
    elif file == "other":
        shutil.copy(pki.ct1.key, path)
    config = configure(tmp_path, folder, pki, **{option: str(path)})
    code, _, error = peers.run_mwl("serve", "--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", config)
    assert code == 1
    assert f"{option}: {path}: " in error and words in error, error


def test_our_own_certificate_has_expired(serve, pki):
    server = serve(DicomTlsCertificate=str(pki.expired.certificate), DicomTlsPrivateKey=str(pki.expired.key))
    server.says(r"W.*DicomTlsCertificate: .*expired.crt: expired on 2021-01-01 00:00 UTC")
    done = peers.echoscu(server.tls, *pki.ct1.scu(pki.authority))
    assert done.code != 0
    server.says(r"TLS refused to 127\.0\.0\.1: it refused our certificate: expired")


# -- our own requestor -------------------------------------------------------------------------------------------------


def echo(port, *arguments, host="127.0.0.1"):
    return peers.run_mwl("echo", host, port, *arguments, seconds=30)


@pytest.mark.smoke
def test_mwl_echo_and_find(serve, pki):
    server = serve()
    options = pki.ct1.mwl(pki.authority)
    assert echo(server.tls, *options) == (0, "", "")
    assert echo(server.tls, *options, host="localhost") == (0, "", "")
    code, out, error = peers.run_mwl("find", "127.0.0.1", server.tls, *options, "-k", "AccessionNumber")
    assert (code, error) == (0, "") and "[A1]" in out and "[B1]" in out
    server.says("Association Release")


@pytest.mark.parametrize(
    "arguments, words",
    [
        (lambda p: ["--tls-no-verify"], "it wants a certificate of ours, and got none"),
        (lambda p: ["--tls"], "is an authority's that is not trusted here"),
        (lambda p: p.ct1.mwl(p.foreign), "is an authority's that is not trusted here"),
        (lambda p: [*p.ct1.mwl(p.authority), "--tls-name", "ris.example"], "CN=server is not for ris.example"),
        (lambda p: p.foreign.mwl(p.authority), "it does not trust our certificate"),
        (lambda p: p.expired.mwl(p.authority), "it refused our certificate: expired"),
        (lambda p: [], "perhaps that port wants TLS"),
    ],
)
def test_mwl_echo_is_told_why_not(serve, pki, arguments, words):
    server = serve()
    code, out, error = echo(server.tls, *arguments(pki))
    assert code == 1 and not out
    assert error.startswith("mwl echo: ") and words in error, error


def test_mwl_echo_takes_the_very_certificate(serve, pki):
    """Named in --tls-ca itself, it may be for whatever name."""
    server = serve(DicomTlsCertificate=str(pki.foreign.certificate), DicomTlsPrivateKey=str(pki.foreign.key))
    assert echo(server.tls, *pki.ct1.mwl(pki.foreign)) == (0, "", "")
    own = ["--tls-cert", pki.ct1.certificate, "--tls-key", pki.ct1.key]
    assert echo(server.tls, *own, "--tls-no-verify") == (0, "", "")


def test_mwl_echo_to_a_port_in_clear_text(serve, pki):
    server = serve()
    code, _, error = echo(server.port, *pki.ct1.mwl(pki.authority))
    assert code == 1 and "it speaks DICOM in clear text" in error


@pytest.mark.parametrize(
    "arguments", [["--tls-cert", "x"], ["--tls-key", "x"], ["--tls-no-verify", "--tls-ca", "x"], ["--tls-name"]]
)
def test_mwl_echo_wrong_arguments(arguments):
    assert echo(1, *arguments)[0] == 2


# -- what does not change ----------------------------------------------------------------------------------------------


def test_rules_and_journal_are_the_same(serve, pki, tmp_path):
    rows = {"ct": ["CT1", "127.0.0.1", 104]}
    control = tmp_path / "control.sock"
    server = serve("--control", str(control), DicomModalities=rows, DicomAlwaysAllowFindWorklist=False)
    options = pki.ct1.scu(pki.authority)
    assert len(peers.findscu(server.tls, "AccessionNumber", options=options, calling="CT1").datasets) == 2
    refused = peers.findscu(server.tls, "AccessionNumber", options=options, calling="CT2")
    assert refused.code != 0 or not refused.datasets
    server.says(r'AE CT2 .*add to "DicomModalities"')
    kept = peers.records("--socket", str(control))
    assert [r for r in kept if "CT1" in str(r)] and [r for r in kept if "CT2" in str(r)]


# -- the page ----------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_s_commands_work(mwl, tmp_path):
    """docs/TLS.md from top to bottom: certificates, the configuration, a try."""
    page = (ROOT / "docs" / "TLS.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(sh|json)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in blocks] == ["sh", "sh", "sh", "json", "sh"]
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "mwl").symlink_to(peers.BINARY)
    environment = {**peers.environment(), "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    port = "2762"
    for kind, text in blocks:
        if kind == "json":
            assert json.loads(text)["DicomTlsPort"] == 2762
            (tmp_path / "mwl.json").write_text(text)
            server = mwl("mwl.json", "--listen-tls", "127.0.0.1:0", cwd=tmp_path)
            port = str(server.addresses[-1][1])
            continue
        command = ["sh", "-e", "-c", text.replace("2762", port)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=peers.patience(60))
        assert done.returncode == 0, (text, done.stderr)
    assert b"Haendel" in done.stdout or done.stdout.count(b"\n") > 5, done.stdout
