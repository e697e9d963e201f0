"""The one way by which this program asks another server for something that a person named: guarded against leading back inside.

    read     https, a host, no name or password in it
    resolve  once; every address that the name stands for must be one of the open internet, or nothing is connected
    connect  to an address that was checked, never by name again: a second answer of the resolver changes nothing
    speak    host and certificate are those of the name; no proxy, no redirect, ten seconds in all, the answer cut off

What stands in the house is named by its operator: GUISHU_HOOKS_INSIDE lists `host:port` that may lie anywhere and speak http.
"""

import socket
import ssl
from collections.abc import Collection, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.troubles import ON_THE_WIRE

TIMEOUT = 10  # seconds, for all of it after the name is resolved
MOST = 1024  # bytes of an answer that are read
LONGEST = 300  # characters of an address
PORTS = {"https": 443, "http": 80}
CODES: tuple[tuple[type[Exception], str], ...] = (  # the first that fits
    *ON_THE_WIRE,
    (HTTPException, "answer"),
)
WORDS: dict[str, Any] = {
    "address": _("地址写得不对。例：https://example.com/guishu"),
    "https": _("只发到 https:// 的地址"),
    "host": _("不是这家的地址。照对方给的整个粘贴"),
    "inside": _("这个地址通到内部网络，不发。要发到内部的服务器，找装系统的人放行"),
    "unknown_host": _("找不到这个服务器。核对地址"),
    "refused": _("服务器在，但这个端口不接。核对端口"),
    "timeout": _("等了 10 秒没有答完。核对地址，看看对方的服务器"),
    "certificate": _("服务器的证书对不上这个地址。核对地址"),
    "tls": _("加密连不上。核对地址和端口"),
    "unreachable": _("连不上服务器。核对地址和网络"),
    "answer": _("对方答的不是 HTTP。核对地址和端口"),
}  # fmt: skip
OPEN_V6 = IPv6Network("2000::/3")
# Addresses of version 6 that hold one of version 4, and how many bits it stands from the right.
HOLDS_V4 = ((IPv6Network("64:ff9b::/96"), 0), (IPv6Network("2002::/16"), 80))
TEREDO = IPv6Network("2001::/32")


class NotReached(Exception):
    """Nothing was sent, or nothing came back. `code` says why and names nobody; WORDS has its sentence.

    Before anything is connected: `address` (it is none), `https`, `host` (not on the list), `unknown_host`, `inside` (it leads
    to no place of the open internet). Afterwards: `refused`, `timeout`, `certificate`, `tls`, `unreachable`, `answer` (no HTTP).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. A redirect is an answer like any other: nobody follows it."""

    status: int
    body: bytes  # its first MOST bytes

    @property
    def taken(self) -> bool:
        """Whether the other side says that it has it."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address leads, checked: what to connect to, and what to say there."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def host_header(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def look(address: str, *, only: Collection[str] = ()) -> Place:
    """Where this address leads, if something may be sent there. With `only`, the host must be one of these, or in the house.

    Raises NotReached. Nothing is connected.
    """
    scheme, host, port, path = _read(address)
    inside = f"{host}:{port}" in settings.GUISHU_HOOKS_INSIDE
    if scheme != "https" and not inside:
        raise NotReached("https")
    if only and host not in only and not inside:
        raise NotReached("host")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as wrong:
        raise NotReached("unknown_host") from wrong
    addresses = tuple(dict.fromkeys(str(row[4][0]) for row in found))
    if not addresses or not (inside or all(is_open(one) for one in addresses)):
        raise NotReached("inside")
    return Place(scheme, host, port, path, addresses)


def post(address: str, *, body: bytes, headers: Mapping[str, str], only: Collection[str] = ()) -> Answer:
    """Post `body` to an address that a person named, and give what came back. Raises NotReached."""
    place = look(address, only=only)
    said = {
        **headers, "Host": place.host_header, "Content-Length": str(len(body)), "Connection": "close",
        "User-Agent": "Guishu", "Accept-Encoding": "identity",
    }  # fmt: skip
    until = monotonic() + TIMEOUT
    try:
        with closing(_Wire(place.host, place.port)) as wire:
            wire.sock = _connected(place, until)
            return _speak(wire, place.path, body, said, until)
    except (OSError, HTTPException, ValueError) as wrong:
        late = monotonic() >= until  # then it was cut off by us, whatever it looks like
        raise NotReached("timeout" if late else code_of(wrong)) from wrong


def is_open(address: str) -> bool:
    """Whether this is an address of the open internet, and holds no other one that is not."""
    one = ip_address(address.partition("%")[0])
    if isinstance(one, IPv4Address):
        return one.is_global and not one.is_multicast
    held = _held(one)
    if held is not None:
        return is_open(str(held))
    return one in OPEN_V6 and one.is_global and not one.is_multicast and one not in TEREDO


def code_of(wrong: Exception) -> str:
    """What went wrong, as a code that holds no address and no name."""
    return next((code for kind, code in CODES if isinstance(wrong, kind)), "answer")


class _Wire(HTTPConnection):
    """A connection that somebody else has made: it never looks up a name, and never connects again."""

    auto_open = 0


def _read(address: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path. Whoever writes it otherwise than plainly is refused rather than guessed at."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as wrong:
        raise NotReached("address") from wrong
    plain = len(address) <= LONGEST and address.isascii() and address.isprintable() and not set(address) & set(" \\")
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or parts.fragment or not plain or port == 0:
        raise NotReached("address")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, host, port or PORTS[parts.scheme], path


def _held(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    for network, shift in HOLDS_V4:
        if address in network:
            return IPv4Address(int(address) >> shift & 0xFFFFFFFF)
    return None


def _connected(place: Place, until: float) -> socket.socket:
    """To the first of the checked addresses that answers, in what time is left; TLS is yet to begin."""
    wrong: OSError = TimeoutError()
    for address in place.addresses:
        try:
            wire = socket.create_connection((address, place.port), timeout=max(until - monotonic(), 0.01))
        except OSError as trouble:
            wrong = trouble
            continue
        return _encrypted(wire, place.host) if place.scheme == "https" else wire
    raise wrong


def _encrypted(wire: socket.socket, host: str) -> ssl.SSLSocket:
    """It will hold only whoever has a certificate for this name."""
    return ssl.create_default_context().wrap_socket(wire, server_hostname=host, do_handshake_on_connect=False)


def _speak(wire: HTTPConnection, path: str, body: bytes, headers: Mapping[str, str], until: float) -> Answer:
    """Ask, and read the beginning of the answer. Whoever drips is cut off when the time is over."""
    sock = wire.sock
    cut = Timer(max(until - monotonic(), 0.01), _cut, [sock])
    cut.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        wire.putrequest("POST", path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            wire.putheader(name, value)
        wire.endheaders(body)
        with wire.getresponse() as said:
            return Answer(said.status, said.read(MOST))
    finally:
        cut.cancel()


def _cut(sock: socket.socket) -> None:
    """End it from another thread: whoever reads finds the end. The plain shutdown, because TLS would want to say goodbye."""
    with suppress(OSError):  # it was over already
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
