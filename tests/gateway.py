"""An SMS gateway for tests: it speaks SMPP 3.4 (bind_transceiver, submit_sm, enquire_link, deliver_sm, unbind), read here from the
bytes as the specification lays them out, and can be told to misbehave."""

import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from people.models import SmsGateway
from tests import make
from trail.vault import seal

BIND, SUBMIT, ENQUIRE, UNBIND, DELIVER, ANSWER = 0x9, 0x4, 0x15, 0x6, 0x5, 0x80000000
OK, WRONG_PASSWORD, THROTTLED, NO_SUCH_NUMBER, SYSTEM_ERROR = 0x0, 0xE, 0x58, 0xB, 0x8
HANG, CUT = "hang", "cut"  # instead of an answer to a message
ACCOUNT, PASSWORD = "guishu", "s3cret"


@dataclass
class Gateway:
    """What came: (to, from, text, header). `answers` are given to the next messages: a status, HANG or CUT (the message is kept)."""

    port: int = 0
    messages: list[tuple[str, str, str, bytes]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)
    asks: bool = False  # says something of its own before it answers
    goodbyes: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)

    def texts(self) -> list[str]:
        return [text for _to, _from, text, _header in self.messages]


class _Session(socketserver.BaseRequestHandler):
    gateway: Gateway

    def handle(self) -> None:
        bound = False
        while head := self._read(16):
            length, command, _status, sequence = struct.unpack(">LLLL", head)
            body = self._read(length - 16)
            if command == BIND:
                bound = body.split(b"\0")[:2] == [ACCOUNT.encode(), PASSWORD.encode()]
                self._say(BIND | ANSWER, OK if bound else WRONG_PASSWORD, sequence, b"gateway\0" if bound else b"")
            elif command == SUBMIT and bound and not self._submitted(body, sequence):
                return
            elif command == UNBIND:
                self.gateway.goodbyes += 1
                self._say(UNBIND | ANSWER, OK, sequence)
                return

    def _submitted(self, body: bytes, sequence: int) -> bool:
        answer = self.gateway.answers.pop(0) if self.gateway.answers else OK
        if answer in (OK, CUT):
            self.gateway.messages.append(_message(body))
        if answer == CUT:
            return False
        if answer == HANG:
            self.gateway.go_on.wait(20)
            return False
        if self.gateway.asks:
            self._say(ENQUIRE, OK, 7)
            assert struct.unpack(">LLLL", self._read(16))[1:] == (ENQUIRE | ANSWER, OK, 7)
            self._say(DELIVER, OK, 8, b"\0" * 17)
            length, *said = struct.unpack(">LLLL", self._read(16))
            assert said == [DELIVER | ANSWER, OK, 8]
            self._read(length - 16)
        self._say(SUBMIT | ANSWER, answer, sequence, b"id-1\0" if answer == OK else b"")
        return True

    def _say(self, command: int, status: int, sequence: int, body: bytes = b"") -> None:
        self.request.sendall(struct.pack(">LLLL", 16 + len(body), command, status, sequence) + body)

    def _read(self, count: int) -> bytes:
        read = b""
        with suppress(OSError):
            while len(read) < count and (more := self.request.recv(count - len(read))):
                read += more
        return read if len(read) == count else b""


def _message(body: bytes) -> tuple[str, str, str, bytes]:
    """service_type, source (ton, npi, address), destination (ton, npi, address), esm_class … data_coding, length, short_message."""
    _service, _, rest = body.partition(b"\0")
    source, _, rest = rest[2:].partition(b"\0")
    ton_npi, rest = rest[:2], rest[2:]
    to, _, rest = rest.partition(b"\0")
    esm_class, rest = rest[0], rest[3:]
    _schedule, _, rest = rest.partition(b"\0")
    _validity, _, rest = rest.partition(b"\0")
    _registered, _replace, coding, _default, length = rest[:5]
    said = rest[5 : 5 + length]
    assert (ton_npi, coding) == (b"\1\1", 8), "international, ISDN, UCS-2"
    header = said[: said[0] + 1] if esm_class & 0x40 else b""
    assert len(said) <= 140
    return to.decode(), source.decode(), said[len(header) :].decode("utf-16-be"), header


@contextmanager
def gateway(*, tls: ssl.SSLContext | None = None) -> Iterator[Gateway]:
    """A gateway until the block ends."""
    found = Gateway()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def get_request(self) -> tuple[socket.socket, Any]:
            raw, address = super().get_request()
            return (tls.wrap_socket(raw, server_side=True) if tls else raw), address

    with Server(("127.0.0.1", 0), type("Session", (_Session,), {"gateway": found})) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.go_on.set()
            server.shutdown()
            thread.join()


def connected(found: Gateway, **more: Any) -> SmsGateway:
    """The settings name it."""
    given = {
        "host": "127.0.0.1", "port": found.port, "tls": False, "account": ACCOUNT, "sealed_password": seal(PASSWORD),
        "sender": "1069", "signature": "秀兰", "changed_at": make.MOMENT, **more,
    }  # fmt: skip
    return SmsGateway.objects.create(**given)
