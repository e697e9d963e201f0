"""What must not be read in a dump: sealed at rest, and found again by keyed indexes.

All keys lie outside the database. An unkeyed hash of a mobile number is no protection (all of them are tried in minutes),
so an index is an HMAC. There may be several keys of each kind, the newest first (docs/decisions/0024-keys.md): that one seals, and what is
sealed begins with the id of its key. What was sealed before keys had ids has none: it is tried under each key, and a wrong one cannot
open it.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

ID = 4  # bytes at the beginning: the id of the key
NONCE = 12  # bytes, as AES-GCM wants
PROGRAM, NAMED = "guishu ", 6  # a connection's name has 63 characters
INDEX = 16  # bytes kept of each HMAC: enough that two numbers never meet


@lru_cache
def key_id(key: str) -> bytes:
    """A name for a key that says nothing of it: the keys are random."""
    return hashlib.sha256(b"guishu key " + base64.urlsafe_b64decode(key)).digest()[:ID]


def known_as(keys: tuple[str, ...]) -> str:
    """What a program that has these keys calls its connections to the database: their ids, as many as such a name holds."""
    return PROGRAM + ",".join(key_id(key).hex() for key in keys[:NAMED])


@lru_cache
def _ring(keys: tuple[str, ...]) -> tuple[bytes, AESGCM, dict[bytes, AESGCM]]:
    """The id and cipher that seal, and every cipher by its id."""
    ciphers = {key_id(key): AESGCM(base64.urlsafe_b64decode(key)) for key in keys}
    newest = key_id(keys[0])
    return newest, ciphers[newest], ciphers


@lru_cache
def _keyed(key: str) -> Any:
    """The HMAC after its key: a copy of it costs half of what beginning anew does, and an import takes four a row."""
    return hmac.new(base64.urlsafe_b64decode(key), digestmod="sha256")


def seal(text: str) -> bytes:
    """Encrypt. The same text gives other bytes each time."""
    return seal_bytes(text.encode())


def seal_bytes(content: bytes) -> bytes:
    """The same for what is no text, such as a file."""
    name, cipher, _all = _ring(settings.PHONE_KEYS)
    nonce = os.urandom(NONCE)
    return name + nonce + cipher.encrypt(nonce, content, None)


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt. Raises cryptography.exceptions.InvalidTag when the key is none of ours or the bytes were changed."""
    return unseal_bytes(sealed).decode()


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """The same for what is no text. Of nothing comes nothing: what was erased is empty (trail/personal.py)."""
    return opener()(bytes(sealed))


def opener() -> Callable[[bytes], bytes]:
    """What opens sealed bytes with the keys that there are now: for many of them, the keys are looked up once."""
    ciphers = _ring(settings.PHONE_KEYS)[2]

    def opened(raw: bytes) -> bytes:
        if not raw:
            return b""
        if cipher := ciphers.get(raw[:ID]):
            try:
                return cipher.decrypt(raw[ID : ID + NONCE], raw[ID + NONCE :], None)
            except InvalidTag:  # one of four thousand million without an id begins like one that has
                pass
        for cipher in ciphers.values():
            try:
                return cipher.decrypt(raw[:NONCE], raw[NONCE:], None)
            except InvalidTag:
                continue
        raise InvalidTag

    return opened


def index(kind: str, known: str) -> bytes:
    """The keyed digest of something known, by its kind: the same for the same, and telling nothing without the key."""
    return _index(settings.INDEX_KEYS[0], kind, known)


def indexes(kind: str, known: str) -> list[bytes]:
    """The same under each key that there is, the newest first: for what was kept and cannot be computed anew."""
    return [_index(key, kind, known) for key in settings.INDEX_KEYS]


def _index(key: str, kind: str, known: str) -> bytes:
    found = _keyed(key).copy()
    found.update(f"{kind}|{known}".encode())
    digest: bytes = found.digest()
    return digest[:INDEX]
