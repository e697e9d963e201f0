"""What is new in a mailbox, over IMAP with TLS that is verified. Nothing in the mailbox is changed: not read, not moved, not deleted.

A mail is known by its UID, which holds for one UIDVALIDITY. When that changes, every mail has a new UID and all are looked at
again: those that came since the mailbox was opened here, and the bytes of each say whether it came in before.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from django.utils.translation import gettext_lazy as _
from imap_tools import BaseMailBox, MailBox, MailboxFolderSelectError, MailboxLoginError, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from leads.models import InboundSource
from leads.vault import unseal
from people.troubles import ON_THE_WIRE

TIMEOUT = 10  # seconds, for each answer of the server
MOST_BYTES = 512 * 1024  # of a mail: what is written comes first, what is attached after it
CLOCKS_DIFFER = timedelta(hours=1)  # between a mail server and this one
WHAT = f"(UID INTERNALDATE BODY.PEEK[]<0.{MOST_BYTES}>)"
DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
CODES: tuple[tuple[type[Exception], str], ...] = (  # the first that fits; in words: `TROUBLES`
    (MailboxLoginError, "password"),
    (MailboxFolderSelectError, "folder"),
    (imaplib.IMAP4.abort, "hung_up"),
    (imaplib.IMAP4.error, "answer"),
    (ImapToolsError, "answer"),
    *ON_THE_WIRE,
    (InvalidTag, "key"),
)


TROUBLES: dict[str, Any] = {
    "password": _("服务器不认这个用户名和密码。很多邮箱要先开 IMAP，并用「授权码」代替密码"),
    "folder": _("没有这个文件夹，或打不开。收件箱写 INBOX"),
    "certificate": _("服务器的证书对不上这个地址。核对服务器地址"),
    "tls": _("加密连不上。核对端口：IMAP 加密多半是 993"),
    "unknown_host": _("找不到这个服务器。核对地址"),
    "timeout": _("等了 10 秒没有回答。核对端口；也可能被防火墙挡住"),
    "refused": _("服务器在，但这个端口不接。核对端口"),
    "hung_up": _("服务器中途挂断了。过一会儿会再试"),
    "answer": _("服务器回了看不懂的话。过一会儿再试；还这样，找邮件服务商"),
    "unreachable": _("连不上服务器。核对地址和网络"),
    "key": _("存着的密码解不开：密钥换过。关掉它，重新接一次"),
    "trouble": _("有一封信没读进来，程序自己出错了，看日志"),
}  # fmt: skip


class NotRead(Exception):
    """The mailbox could not be read. `code` says why without naming anybody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """A mail as the server keeps it: at most its first MOST_BYTES."""

    uid: int
    raw: bytes
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Box:
    """An open mailbox. `validity`: for which its UIDs hold; `next_uid`: what the next mail will have."""

    wire: BaseMailBox
    validity: int
    next_uid: int

    def after(self, uid: int) -> Iterator[Found]:
        """The mails after this UID, in order, one at a time."""
        found = sorted(int(one) for one in self.wire.uids(f"UID {uid + 1}:*"))
        for one in found:
            if one > uid and (
                mail := self._fetch(one)
            ):  # a server answers n:* with its last mail, though that is older
                yield mail

    def _fetch(self, uid: int) -> Found | None:
        """None: somebody deleted it in the meantime."""
        _status, answer = self.wire.client.uid("fetch", str(uid), WHAT)
        for piece in answer:
            if isinstance(piece, tuple):
                rest = b" ".join(bytes(x) if isinstance(x, bytes) else bytes(x[0]) for x in answer if x)
                return Found(uid, bytes(piece[1]), _date(rest))
        return None


def _date(answer: bytes) -> datetime:
    said = DATE.search(answer)
    try:
        return datetime.strptime(said[1].decode().strip() if said else "", "%d-%b-%Y %H:%M:%S %z")
    except ValueError as error:
        raise imaplib.IMAP4.error("no INTERNALDATE") from error


@contextmanager
def opened(source: InboundSource) -> Iterator[Box]:
    """The mailbox, logged in and its folder selected for reading. Raises NotRead."""
    try:
        wire = _connect(source)
        try:
            wire.login(source.username, unseal(source.sealed_secret), initial_folder=None)
            yield _select(wire, source.folder or "INBOX")
        finally:
            with suppress(imaplib.IMAP4.error, ImapToolsError, OSError):  # how the goodbye went changes nothing
                wire.logout()
            with suppress(OSError):  # it is shut already, unless the goodbye failed
                wire.client.shutdown()
    except tuple(kind for kind, _code in CODES) as wrong:
        raise NotRead(code_of(wrong)) from wrong


def _select(wire: BaseMailBox, folder: str) -> Box:
    wire.folder.set(folder, readonly=True)
    said = wire.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
    try:
        return Box(wire, said["UIDVALIDITY"], said["UIDNEXT"])
    except KeyError as error:
        raise imaplib.IMAP4.error("no UIDVALIDITY") from error


def code_of(wrong: Exception) -> str:
    """What went wrong, as a code that holds no address and no name."""
    return next(code for kind, code in CODES if isinstance(wrong, kind))


def _connect(source: InboundSource) -> Any:
    port = source.port or (993 if source.tls else 143)
    if source.tls:
        return MailBox(source.host, port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(source.host, port, timeout=TIMEOUT)
