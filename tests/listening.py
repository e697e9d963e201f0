"""A server of somebody else's on loopback: it counts who connects, keeps what it is sent, and answers as it is told."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Got(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Listener:
    """`connected` counts connections; `got` is what came; `answers` are the next ones (status, headers, body), then 200."""

    def __init__(self, port: int) -> None:
        self.port, self.connected = port, 0
        self.got: list[Got] = []
        self.answers: list[tuple[int, dict[str, str], bytes]] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, *statuses: int, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        """So the next ones are answered."""
        self.answers += [(status, headers or {}, body) for status in statuses]


@contextmanager
def listener(certificate: Path | None = None, host: str = "127.0.0.1") -> Iterator[Listener]:
    """Listens until the block ends; with TLS where there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.got.append(Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status, headers, said = heard.answers.pop(0) if heard.answers else (200, {}, b"ok")
            self.send_response(status)
            for name, value in {"Content-Length": str(len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: Any) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        def get_request(self) -> Any:
            heard.connected += 1
            wire, who = self.socket.accept()
            return (
                context.wrap_socket(wire, server_side=True, do_handshake_on_connect=False) if context else wire
            ), who

        def handle_error(self, *_args: Any) -> None:
            """Whoever hangs up in the middle is expected here."""

    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = Server((host, 0), Handler)
    heard = Listener(server.server_port)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Stalling:
    """`held`: the connections whose other side still waits."""

    def __init__(self, port: int) -> None:
        self.port, self.over = port, Event()
        self.held: list[socket.socket] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


@contextmanager
def stalling(*, drips: bool) -> Iterator[Stalling]:
    """A server that takes whatever it is sent and never ends its answer: says nothing, or a byte now and then, until the block ends."""

    def hold(wire: socket.socket) -> None:
        with wire, suppress(OSError):
            wire.recv(4096)
            found.held.append(wire)
            while not found.over.wait(0.02):
                wire.send(b"H" if drips else b"")

    def accept() -> None:
        with suppress(OSError):  # shut down
            while True:
                wire, _who = server.accept()
                Thread(target=hold, args=(wire,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Stalling(server.getsockname()[1])
        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.over.set()
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def certificate_for(folder: Path, host: str) -> Path:
    """A certificate of this host's own, with its key, in one file; who trusts it trusts nobody else."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / f"{host}.pem"
    file.write_bytes(built.public_bytes(pem) + secret)
    return file
