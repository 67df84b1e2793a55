"""An authority, and whoever it certifies: made with `openssl` while the tests run, so that no secret stands anywhere."""

import subprocess

import peers

CONFIGURATION = """
[ca]
default_ca = d
[d]
database = {0}/index.txt
serial = {0}/serial
new_certs_dir = {0}
default_md = sha256
policy = p
unique_subject = no
[p]
commonName = supplied
"""


def openssl(*arguments):
    done = peers.run("openssl", *arguments)
    assert done.code == 0, done.text


class Identity:
    """Files in PEM: .certificate and .key."""

    def __init__(self, folder, name):
        self.name = name
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"

    def scu(self, authority):
        """DCMTK's options to call as this one."""
        return ["+tls", self.key, self.certificate, "+cf", authority.certificate]

    def mwl(self, authority):
        """The same for mwl."""
        return ["--tls-cert", self.certificate, "--tls-key", self.key, "--tls-ca", authority.certificate]


class Authority(Identity):
    def __init__(self, folder, name="authority"):
        super().__init__(folder, name)
        self.folder = folder
        self_signed(self)

    def certify(self, name, names=None, subject=None, key="rsa:2048"):
        """Another identity, for a month. `names` is a Subject Alternative Name: "DNS:a,IP:127.0.0.1"."""
        made = Identity(self.folder, name)
        request = self.folder / f"{name}.csr"
        more = ["-addext", f"subjectAltName={names}"] if names else []
        subject = f"/CN={subject or name}"
        openssl("req", "-newkey", key, "-nodes", "-keyout", made.key, "-out", request, "-subj", subject, *more)
        sign = ["-CA", self.certificate, "-CAkey", self.key, "-days", "40", "-copy_extensions", "copy"]
        openssl("x509", "-req", "-in", request, "-out", made.certificate, *sign)
        return made

    def certify_past(self, name):
        """One whose time was over years ago."""
        made = Identity(self.folder, name)
        request, configuration = self.folder / f"{name}.csr", self.folder / "ca.cnf"
        configuration.write_text(CONFIGURATION.format(self.folder))
        (self.folder / "index.txt").touch()
        (self.folder / "serial").write_text("01\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        times = ["-startdate", "20200101000000Z", "-enddate", "20210101000000Z"]
        sign = ["-keyfile", self.key, "-cert", self.certificate, "-notext", "-in", request, "-out", made.certificate]
        openssl("ca", "-batch", "-config", configuration, *times, *sign)
        return made


def self_signed(identity):
    files = ["-keyout", identity.key, "-out", identity.certificate]
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "40", *files, "-subj", f"/CN={identity.name}")
    return identity


class Pki:
    """Everybody that a test may want."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = Authority(folder)
        self.server = self.authority.certify("server", "DNS:localhost,IP:127.0.0.1")
        self.renewed = self.authority.certify("renewed", "DNS:localhost,IP:127.0.0.1", subject="server")
        self.ct1 = self.authority.certify("ct1", "DNS:ct1.example")
        self.expired = self.authority.certify_past("expired")
        self.foreign = self_signed(Identity(folder, "foreign"))
