"""How providers are asked: https only, ten seconds in all, no redirect, an answer of some size, and JSON."""

from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from django.conf import settings

from people.address import is_this_machine

TIMEOUT = 10.0  # seconds, for all of an answer
MOST = 256 * 1024  # bytes of an answer
TOO_MANY = 429


class Trouble(Exception):
    """Nobody was vouched for. `code` says why and names nobody; its sentence stands in people/providers/reasons.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Flow:
    """One trip of a browser to a provider and back; kept in its session."""

    state: str
    nonce: str
    verifier: str  # of PKCE (RFC 7636)
    back: str  # where the provider sends the browser
    inside: bool = False  # whether the browser is the provider's own app

    @classmethod
    def new(cls, back: str, *, inside: bool = False) -> "Flow":
        """A trip that nobody can foresee."""
        return cls(
            state=generate_token(43), nonce=generate_token(43), verifier=generate_token(64), back=back, inside=inside
        )


class Wire(OAuth2Session):
    """A session that asks as above, whatever asks through it."""

    def __init__(self, client: str = "", secret: str = "", **more: Any) -> None:
        super().__init__(client or None, secret or None, **more)
        self.trust_env = False  # no proxy and no .netrc of whoever started the program

    def request(self, method: str, url: str, *args: Any, **more: Any) -> requests.Response:
        """One request. Raises Trouble: insecure, unreachable, timeout, redirected, too_large."""
        must_be_safe(url)
        until = monotonic() + TIMEOUT
        more |= {"timeout": TIMEOUT, "allow_redirects": False, "stream": True}
        try:
            answer = super().request(method, url, *args, **more)
            with answer:
                answer._content = _read(answer, until)
        except requests.Timeout as late:
            raise Trouble("timeout") from late
        except requests.RequestException as away:
            raise Trouble("unreachable") from away
        if answer.is_redirect:
            raise Trouble("redirected")
        return answer

    def ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """The JSON object that comes back, whatever its status: these providers tell a failure with 200, too. Raises Trouble."""
        answer = self.request(method, url, withhold_token=True, **more)
        if answer.status_code == TOO_MANY:
            raise Trouble("busy")
        try:
            said = answer.json()
        except ValueError as wrong:
            raise Trouble("answer") from wrong
        if not isinstance(said, dict):
            raise Trouble("answer")
        return said


def must_be_safe(url: str) -> None:
    """Raises Trouble (insecure) for an address that is not https. Plain http stays on this machine, while one develops."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if settings.PRODUCTION or parts.scheme != "http" or not is_this_machine(parts.hostname or ""):
        raise Trouble("insecure")


def text_of(said: dict[str, Any], *path: str) -> str:
    """The text at this place of an answer; empty where there is none."""
    found: Any = said
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def code_of(said: dict[str, str], *names: str) -> str:
    """The code that came back, by one of its names. Raises Trouble: refused (by the person, as a rule), answer."""
    if said.get("error"):
        raise Trouble("refused" if said["error"] == "access_denied" else "answer")
    code = next((said[name] for name in names if said.get(name)), "")
    if not code:
        raise Trouble("refused")
    return code


def _read(answer: requests.Response, until: float) -> bytes:
    content = b""
    for piece in answer.iter_content(8192):
        content += piece
        if len(content) > MOST:
            raise Trouble("too_large")
        if monotonic() > until:
            raise Trouble("timeout")
    return content
