"""A DICOM requestor made of a socket and struct, for what well-behaved programs cannot be made to do.

DCMTK sends only what PS3.8 allows. To see what a server does with the rest -- PDUs that lie about their length, requests
on top of one another, a C-CANCEL at a chosen moment, a peer that stops reading -- this client sends whatever bytes a test
gives it, and reports exactly what came back. It knows PDUs (PS3.8 9.3), messages (PS3.7 6.3, Annex E) and data sets by
pydicom; it decides nothing by itself.
"""

import functools
import io
import socket
import struct
import zlib

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_dataset
from pydicom.filewriter import write_dataset

VERIFICATION = "1.2.840.10008.1.1"
WORKLIST = "1.2.840.10008.5.1.4.31"
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
JPEG = "1.2.840.10008.1.2.4.50"

ASSOCIATE_RQ, ASSOCIATE_AC, ASSOCIATE_RJ, P_DATA, RELEASE_RQ, RELEASE_RP, ABORT = range(1, 8)

C_STORE_RQ, C_FIND_RQ, C_ECHO_RQ, C_CANCEL_RQ = 0x0001, 0x0020, 0x0030, 0x0FFF
C_FIND_RSP, C_ECHO_RSP = 0x8020, 0x8030

SUCCESS, CANCELLED, OUT_OF_RESOURCES, NOT_SOP_CLASS = 0x0000, 0xFE00, 0xA700, 0xA900
PENDING = (0xFF00, 0xFF01)


class Closed(Exception):
    """The server closed the connection where a PDU was expected."""


class Aborted(Exception):
    """An A-ABORT arrived: (source, reason) as in PS3.8 9.3.8."""

    def __init__(self, source, reason):
        super().__init__(f"A-ABORT source {source} reason {reason}")
        self.source, self.reason = source, reason


# -- PDUs --------------------------------------------------------------------------------------------------------------


def pdu(kind, body=b"", length=None):
    """A PDU; `length` replaces the true one in the header."""
    return struct.pack(">BBI", kind, 0, len(body) if length is None else length) + body


def item(kind, body, length=None):
    return struct.pack(">BBH", kind, 0, len(body) if length is None else length) + body


def proposed_context(number, abstract, transfers):
    return item(
        0x20,
        bytes([number, 0, 0, 0])
        + (item(0x30, abstract.encode()) if abstract else b"")
        + b"".join(item(0x40, t.encode()) for t in transfers),
    )


def associate_rq(
    contexts=((1, WORKLIST, (IMPLICIT,)),),
    calling="RAW",
    called="MWL",
    max_length=16384,
    version=1,
    application_context=APPLICATION_CONTEXT,
    implementation="1.2.826.0.1.3680043.9.9999",
    implementation_version="",
    user_items=b"",
    extra_items=b"",
):
    """The body of an A-ASSOCIATE-RQ (PS3.8 9.3.2)."""
    user = item(0x51, struct.pack(">I", max_length)) + item(0x52, implementation.encode())
    if implementation_version:
        user += item(0x55, implementation_version.encode())
    user += user_items
    return (
        struct.pack(">HH16s16s32x", version, 0, called.encode().ljust(16), calling.encode().ljust(16))
        + item(0x10, application_context.encode())
        + b"".join(proposed_context(*c) for c in contexts)
        + extra_items
        + item(0x50, user)
    )


def pdv(context, control, fragment, length=None):
    """A presentation data value item; control bit 0: command, bit 1: last fragment (PS3.8 E.2)."""
    return struct.pack(">IBB", len(fragment) + 2 if length is None else length, context, control) + fragment


def p_data(*pdvs):
    return pdu(P_DATA, b"".join(pdvs))


class Pdu:
    def __init__(self, kind, body):
        self.kind, self.body = kind, body

    def __repr__(self):
        return f"Pdu({self.kind:#04x}, {self.body[:32].hex()}{'...' if len(self.body) > 32 else ''})"


class Associate:
    """An A-ASSOCIATE-AC taken apart: contexts {id: (result, transfer syntax)}, user items {type: [body]}."""

    def __init__(self, body):
        self.called, self.calling = body[4:20], body[20:36]
        self.contexts, self.user, self.max_length = {}, {}, None
        for kind, content in _items(body[68:]):
            if kind == 0x21:
                syntax = next((c for k, c in _items(content[4:]) if k == 0x40), b"")
                self.contexts[content[0]] = (content[2], syntax.rstrip(b"\0").decode())
            elif kind == 0x50:
                for sub, value in _items(content):
                    self.user.setdefault(sub, []).append(value)
        if 0x51 in self.user:
            (self.max_length,) = struct.unpack(">I", self.user[0x51][0])


class Reject:
    def __init__(self, body):
        self.result, self.source, self.reason = body[1], body[2], body[3]
        self.triple = (self.result, self.source, self.reason)

    def __repr__(self):
        return "A-ASSOCIATE-RJ %d/%d/%d" % self.triple


def _items(data):
    at = 0
    while at < len(data):
        kind, _, length = struct.unpack_from(">BBH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


# -- data sets ---------------------------------------------------------------------------------------------------------


def encode(dataset, syntax=IMPLICIT):
    """A pydicom Dataset as bytes of a transfer syntax."""
    out = DicomBytesIO()
    out.is_implicit_VR = syntax == IMPLICIT
    out.is_little_endian = syntax != BIG_ENDIAN
    write_dataset(out, dataset)
    data = out.getvalue()
    if syntax == DEFLATED:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        data = deflate.compress(data) + deflate.flush()
        data += b"\0" * (len(data) % 2)
    return data


def decode(data, syntax=IMPLICIT):
    if syntax == DEFLATED:
        data = zlib.decompressobj(-15).decompress(data)
    return read_dataset(io.BytesIO(data), syntax == IMPLICIT, syntax != BIG_ENDIAN)


def keys(step=None, **attributes):
    """An identifier: attributes at the top, `step` a dict of those of the Scheduled Procedure Step."""
    dataset = Dataset()
    for name, value in attributes.items():
        setattr(dataset, name, value)
    if step is not None:
        inner = Dataset()
        for name, value in step.items():
            setattr(inner, name, value)
        dataset.ScheduledProcedureStepSequence = [inner]
    return dataset


def element(group, number, value, length=None):
    """One element in Implicit VR Little Endian; `length` replaces the true one."""
    return struct.pack("<HHI", group, number, len(value) if length is None else length) + value


# -- messages ----------------------------------------------------------------------------------------------------------


def command(elements):
    """A command set (PS3.7 6.3.1) from {element number: bytes}, its group length put in front."""
    body = b"".join(element(0, number, value) for number, value in sorted(elements.items()))
    return element(0, 0, struct.pack("<I", len(body))) + body


def us(value):
    return struct.pack("<H", value)


def uid(text):
    raw = text.encode()
    return raw + b"\0" * (len(raw) % 2)


def echo_rq(message_id, sop_class=VERIFICATION):
    return command({0x0002: uid(sop_class), 0x0100: us(C_ECHO_RQ), 0x0110: us(message_id), 0x0800: us(0x0101)})


def find_rq(message_id, sop_class=WORKLIST, has_data=1):
    return command(
        {
            0x0002: uid(sop_class),
            0x0100: us(C_FIND_RQ),
            0x0110: us(message_id),
            0x0700: us(0),
            0x0800: us(has_data),
        }
    )


def cancel_rq(message_id):
    return command({0x0100: us(C_CANCEL_RQ), 0x0120: us(message_id), 0x0800: us(0x0101)})


class Message:
    """A received message: its command as {element number: bytes}, its data set as bytes."""

    def __init__(self, context, elements, data):
        self.context, self.elements, self.data = context, elements, data

    def number(self, element_number):
        value = self.elements.get(element_number)
        return None if value is None else struct.unpack("<H", value[:2])[0]

    @property
    def kind(self):
        return self.number(0x0100)

    @property
    def status(self):
        return self.number(0x0900)

    @property
    def responding_to(self):
        return self.number(0x0120)

    @property
    def comment(self):
        value = self.elements.get(0x0902)
        return None if value is None else value.decode("ascii").rstrip(" ")

    @property
    def offending(self):
        """Offending Element (0000,0901) as a list of (group, element)."""
        value = self.elements.get(0x0901, b"")
        return [struct.unpack_from("<HH", value, at) for at in range(0, len(value), 4)]


def parse_command(data):
    elements, at = {}, 0
    while at < len(data):
        group, number, length = struct.unpack_from("<HHI", data, at)
        assert group == 0, f"group {group:04x} in a command set"
        elements[number] = data[at + 8 : at + 8 + length]
        assert len(elements[number]) == length, "element beyond the end of a command set"
        at += 8 + length
    (stated,) = struct.unpack("<I", elements[0])
    assert stated == len(data) - 12, "wrong (0000,0000) in a command set"
    return elements


class Answer:
    """All that came for one C-FIND-RQ: its final status, and how many data sets of what pending status before it."""

    def __init__(self, final, identifiers, syntax, pending):
        self.identifiers, self.syntax, self.pending = identifiers, syntax, pending
        self.count = len(identifiers)
        self.status, self.comment, self.offending = final.status, final.comment, final.offending

    @functools.cached_property
    def datasets(self):
        return [decode(data, self.syntax) for data in self.identifiers]

    def values(self, keyword):
        return [d.get(keyword) for d in self.datasets]


# -- the client --------------------------------------------------------------------------------------------------------


class Client:
    """One connection. Every wait ends after `timeout` seconds with socket.timeout."""

    def __init__(self, address, timeout=20.0, receive_buffer=None, source=None):
        host, port = address
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()
        self.pdvs = []
        self.accepted = None
        self.syntaxes = {}
        self.next_id = 1

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    # PDUs

    def _need(self, count):
        while len(self.buffer) < count:
            try:
                got = self.socket.recv(65536)
            except ConnectionResetError:
                got = b""
            if not got:
                return False
            self.buffer += got
        return True

    def receive(self):
        """The next PDU; None when the connection was closed in its place."""
        if not self._need(6):
            assert not self.buffer, "the connection ended inside a PDU"
            return None
        kind, _, length = struct.unpack_from(">BBI", self.buffer)
        assert self._need(6 + length), "the connection ended inside a PDU"
        body = bytes(self.buffer[6 : 6 + length])
        del self.buffer[: 6 + length]
        return Pdu(kind, body)

    def expect(self, kind):
        got = self.receive()
        if got is None:
            raise Closed()
        if got.kind == ABORT and kind != ABORT:
            raise Aborted(got.body[2], got.body[3])
        assert got.kind == kind, f"expected PDU {kind:#04x}, got {got}"
        return got

    def expect_abort(self):
        """Reads on until an A-ABORT, which must come: its (source, reason)."""
        while True:
            got = self.receive()
            if got is None:
                raise Closed()
            if got.kind == ABORT:
                assert len(got.body) == 4
                return got.body[2], got.body[3]

    def expect_closed(self):
        assert self.receive() is None

    # associations

    def associate(self, *arguments, **named):
        """Sends an A-ASSOCIATE-RQ; returns Associate or Reject."""
        self.send(pdu(ASSOCIATE_RQ, associate_rq(*arguments, **named)))
        return self.associated()

    def associated(self):
        got = self.receive()
        if got is None:
            raise Closed()
        if got.kind == ABORT:
            raise Aborted(got.body[2], got.body[3])
        if got.kind == ASSOCIATE_RJ:
            return Reject(got.body)
        assert got.kind == ASSOCIATE_AC, got
        self.accepted = Associate(got.body)
        self.syntaxes = {i: syntax for i, (result, syntax) in self.accepted.contexts.items() if result == 0}
        return self.accepted

    def release(self):
        """A-RELEASE, then closes: that is the requestor's part (AR-3), the acceptor waits for it."""
        self.send(pdu(RELEASE_RQ, bytes(4)))
        while True:
            got = self.receive()
            if got is None:
                raise Closed()
            if got.kind == RELEASE_RP:
                assert got.body == bytes(4)
                break
            assert got.kind == P_DATA, got
        self.close()

    # messages

    def send_message(self, command_set, data=None, context=1, fragment=16000):
        """A message in the layout of DCMTK: the command in one PDU, the data set in as many as it needs."""
        out = p_data(pdv(context, 3, command_set))
        if data is not None:
            for at in range(0, max(len(data), 1), fragment):
                last = 2 if at + fragment >= len(data) else 0
                out += p_data(pdv(context, last, data[at : at + fragment]))
        self.send(out)

    def _next_pdv(self):
        while not self.pdvs:
            body, at = self.expect(P_DATA).body, 0
            limit = 16384 if self.accepted is None else self.limit
            assert limit == 0 or len(body) <= limit, "a P-DATA-TF longer than we allow"
            while at < len(body):
                (length,) = struct.unpack_from(">I", body, at)
                assert length >= 2 and at + 4 + length <= len(body), "PDV beyond its PDU"
                self.pdvs.append((body[at + 4], body[at + 5], body[at + 6 : at + 4 + length]))
                at += 4 + length
        return self.pdvs.pop(0)

    limit = 16384  # what associate_rq() announces unless told otherwise

    def message(self):
        """The next whole message."""
        parts, context = {1: b"", 0: b""}, None
        for wanted in (1, 0):
            while True:
                number, control, fragment = self._next_pdv()
                assert context in (None, number), "a message on two contexts"
                context = number
                assert control & 1 == wanted, "data before its command, or the reverse"
                assert len(fragment) % 2 == 0, "a fragment of odd length (PS3.8 E.1)"
                parts[wanted] += fragment
                if control & 2:
                    break
            if wanted == 1:
                elements = parse_command(parts[1])
                if struct.unpack("<H", elements[0x0800])[0] == 0x0101:
                    break
        return Message(context, elements, parts[0])

    def fresh_id(self):
        self.next_id = self.next_id % 65535 + 1
        return self.next_id

    def echo(self, context=1):
        message_id = self.fresh_id()
        self.send_message(echo_rq(message_id), context=context)
        answer = self.message()
        assert answer.kind == C_ECHO_RSP and answer.responding_to == message_id and answer.context == context
        return answer.status

    def ask(self, identifier, context=1, message_id=None, fragment=16000):
        """Sends a C-FIND-RQ; identifier: Dataset or bytes. Returns the message ID."""
        message_id = self.fresh_id() if message_id is None else message_id
        if isinstance(identifier, Dataset):
            identifier = encode(identifier, self.syntaxes[context])
        self.send_message(find_rq(message_id), identifier, context, fragment)
        return message_id

    def answers(self, message_id, context=1):
        """Takes what comes for a C-FIND until its final status."""
        identifiers, pending = [], []
        while True:
            got = self.message()
            assert got.kind == C_FIND_RSP and got.responding_to == message_id and got.context == context
            if got.status not in PENDING:
                assert not got.data, "an identifier with a final status"
                return Answer(got, identifiers, self.syntaxes[context], pending)
            pending.append(got.status)
            identifiers.append(got.data)

    def find(self, identifier, context=1, **named):
        return self.answers(self.ask(identifier, context, **named), context)

    def cancel(self, message_id, context=1):
        self.send_message(cancel_rq(message_id), context=context)


def connect(address, contexts=((1, WORKLIST, (IMPLICIT,)), (3, VERIFICATION, (IMPLICIT,))), **named):
    """A client with an association: worklist on context 1, verification on 3, Implicit VR Little Endian."""
    options = {k: named.pop(k) for k in ("timeout", "receive_buffer", "source") if k in named}
    client = Client(address, **options)
    accepted = client.associate(contexts, **named)
    assert isinstance(accepted, Associate), accepted
    return client
