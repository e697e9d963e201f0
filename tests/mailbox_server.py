"""An IMAP server for tests: a real one (pymap), in a process of its own on loopback, into which mails are put over the wire."""

import imaplib
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Thread

from tests.mailbox import free_port

USER, PASSWORD = "baobei@example.com", "the-code-of-the-mailbox"
PATIENCE = 30  # seconds until it must have begun


class Server:
    """Where it listens, and what can be put into it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def put(self, mail: bytes, arrived: datetime, folder: str = "INBOX") -> None:
        """A mail arrives."""
        wire = self.login()
        when = f'"{arrived:%d-%b-%Y %H:%M:%S %z}"'
        assert wire.append(folder, "", when, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))[0] == "OK"
        wire.logout()

    def remove_all(self) -> None:
        """Somebody empties the mailbox."""
        wire = self.login()
        wire.select("INBOX")
        wire.store("1:*", "+FLAGS", "(\\Deleted)")
        wire.expunge()
        wire.logout()

    def login(self) -> imaplib.IMAP4:
        wire = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE)
        wire.login(USER, PASSWORD)
        return wire


@contextmanager
def imap_server(port: int = 0) -> Iterator[Server]:
    """A server with an empty mailbox until the block ends. Another one on the same port: the mailbox with another UIDVALIDITY."""
    port = port or free_port()
    pymap = str(Path(sys.executable).with_name("pymap"))
    command = [pymap, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-user", USER]
    started = subprocess.Popen(
        [*command, "--demo-password", PASSWORD], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield Server(port)
    finally:
        started.terminate()
        started.wait(timeout=PATIENCE)


@contextmanager
def tls_before(server: Server, context: ssl.SSLContext) -> Iterator[int]:
    """The same server behind TLS from the first byte, as mail servers offer it on port 993; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=_let_in, args=(door, context, server.port), daemon=True).start()
        yield int(door.getsockname()[1])


def _let_in(door: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            wire, _address = door.accept()
        except OSError:  # the door is shut
            return
        try:
            inside = socket.create_connection(("127.0.0.1", port))
            shown = context.wrap_socket(wire, server_side=True)
        except OSError:  # whoever came did not like the certificate
            wire.close()
            inside.close()
            continue
        for one, other in ((shown, inside), (inside, shown)):
            Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while piece := one.recv(65_536):
            other.sendall(piece)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


def _wait_for(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < until, "the IMAP server did not begin"
            time.sleep(0.05)
