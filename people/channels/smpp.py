"""One short message through a gateway (SMPP 3.4), and what went wrong in a code that names nobody.

A message of Chinese is UCS-2: seventy characters are one part; of a longer one each part holds sixty-seven, behind a header (UDH)
that says which of how many it is.
"""

import logging
import secrets
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Any

from cryptography.exceptions import InvalidTag
from smpplib import consts, exceptions
from smpplib.client import Client

from people.channels import NotSent
from people.models import SmsGateway
from people.troubles import ON_THE_WIRE
from trail.vault import unseal

TIMEOUT = 10  # seconds, for all that is said about one message
ONE, PART = 70, 67  # characters
LONGEST = 8  # parts
CODES = {  # what a gateway answers; in words: people/channels/reasons.py
    consts.SMPP_ESME_RINVPASWD: "sms_password", consts.SMPP_ESME_RINVSYSID: "sms_password",
    consts.SMPP_ESME_RBINDFAIL: "sms_bind", consts.SMPP_ESME_RALYBND: "sms_bind", consts.SMPP_ESME_RTHROTTLED: "sms_busy",
    consts.SMPP_ESME_RMSGQFUL: "sms_busy", consts.SMPP_ESME_RINVDSTADR: "sms_number",
}  # fmt: skip
TROUBLES: tuple[tuple[type[Exception], str], ...] = (  # the first that fits
    (exceptions.ConnectionError, "sms_hung_up"),
    *((kind, f"sms_{code}") for kind, code in ON_THE_WIRE),
    (InvalidTag, "sms_key"),
)
OF_ONE_MESSAGE = frozenset({"sms_number", "sms_answer"})
logging.getLogger("guishu.smpp").setLevel(logging.ERROR)  # the library would write numbers and texts into the log


def send(gateway: SmsGateway, *, to: str, text: str) -> None:
    """Hand one message to the gateway. `to`: +8613912343333. Raises NotSent."""
    until = monotonic() + TIMEOUT
    try:
        wire = _Wire(gateway, until)
        try:
            wire.open(gateway)
            for part, more in parts(text):
                wire.submit(gateway, to, part, more)
        finally:
            wire.end()
    except exceptions.PDUError as said:
        code = CODES.get(int(said.args[1]) if len(said.args) > 1 else -1, "sms_answer")
        raise NotSent(code, of_channel=code not in OF_ONE_MESSAGE) from said
    except (OSError, exceptions.ConnectionError, exceptions.UnknownCommandError, InvalidTag) as wrong:
        raise NotSent(_code(wrong, late=monotonic() >= until)) from wrong


def parts(text: str) -> Iterator[tuple[bytes, bool]]:
    """The bytes of each part, and whether they begin with a header."""
    if units(text) <= ONE:
        yield text.encode("utf-16-be"), False
        return
    pieces = list(_pieces(text))[:LONGEST]
    mark = secrets.randbelow(256)
    for number, piece in enumerate(pieces, start=1):
        yield bytes((5, 0, 3, mark, len(pieces), number)) + piece.encode("utf-16-be"), True


def units(text: str) -> int:
    """How long a text is as UCS-2 counts it: what stands outside the first plane counts twice."""
    return len(text.encode("utf-16-be")) // 2


def _pieces(text: str) -> Iterator[str]:
    """Never cut within a character."""
    piece = ""
    for sign in text:
        if units(piece + sign) > PART:
            yield piece
            piece = ""
        piece += sign
    yield piece


class _Wire(Client):  # type: ignore[misc]  # the library has no types
    """A connection that looks at the certificate, and whose time is over at some point, however the gateway drips."""

    def __init__(self, gateway: SmsGateway, until: float) -> None:
        context = ssl.create_default_context() if gateway.tls else None
        super().__init__(
            gateway.host, gateway.port, logger_name="guishu.smpp", ssl_context=context, allow_unknown_opt_params=True
        )
        self.until = until

    def open(self, gateway: SmsGateway) -> None:
        """Connect and log in."""
        raw = socket.create_connection((self.host, self.port), timeout=self._left())
        try:
            self._socket = self._ssl_context.wrap_socket(raw, server_hostname=self.host) if self._ssl_context else raw
        except OSError:
            raw.close()
            raise
        self.state = consts.SMPP_CLIENT_STATE_OPEN
        password = unseal(gateway.sealed_password)
        self.bind_transceiver(system_id=gateway.account, password=password, system_type="", interface_version=0x34)

    def submit(self, gateway: SmsGateway, to: str, part: bytes, more: bool) -> None:
        """Say one part, and wait until it is taken. What the gateway asks meanwhile is answered."""
        alphabetic = bool(gateway.sender) and not gateway.sender.isdigit()
        sent = self.send_message(
            source_addr_ton=consts.SMPP_TON_ALNUM if alphabetic else consts.SMPP_TON_UNK, source_addr=gateway.sender,
            dest_addr_ton=consts.SMPP_TON_INTL, dest_addr_npi=consts.SMPP_NPI_ISDN, destination_addr=to.removeprefix("+"),
            short_message=part, data_coding=consts.SMPP_ENCODING_ISO10646, registered_delivery=False,
            esm_class=consts.SMPP_GSMFEAT_UDHI if more else consts.SMPP_MSGMODE_DEFAULT,
        )  # fmt: skip
        while not self._is_answer(self.read_pdu(), sent.sequence):
            pass

    def _is_answer(self, said: Any, sequence: int) -> bool:
        if said.command == "submit_sm_resp" and said.sequence == sequence:
            if said.is_error():
                raise exceptions.PDUError(said.command, int(said.status))
            return True
        if said.command == "enquire_link":
            self._enquire_link_received(said)
        elif said.command == "deliver_sm":  # a receipt, or somebody answers: nobody reads it
            self._message_received(said)
        elif said.command == "unbind":
            raise exceptions.ConnectionError
        return False

    def message_received_handler(self, pdu: Any, **_more: Any) -> None:
        """Nothing: nothing is done with what comes back."""

    def _recv_exact(self, exact_size: int) -> bytes:
        self._socket.settimeout(self._left())
        taken: bytes = super()._recv_exact(exact_size)
        return taken

    def _left(self) -> float:
        if (left := self.until - monotonic()) <= 0:
            raise TimeoutError
        return left

    def end(self) -> None:
        """Say goodbye: what was taken is taken, however that goes."""
        if self._socket is None:
            return
        with suppress(Exception):
            if self.state != consts.SMPP_CLIENT_STATE_OPEN:
                self.unbind()
        self._socket.close()
        self._socket, self.state = None, consts.SMPP_CLIENT_STATE_CLOSED


def _code(wrong: Exception, *, late: bool) -> str:
    return "sms_timeout" if late else next((code for kind, code in TROUBLES if isinstance(wrong, kind)), "sms_answer")
