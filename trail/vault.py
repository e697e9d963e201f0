"""What must not be read in a dump: sealed at rest, and found again by keyed indexes.

Both keys lie outside the database. An unkeyed hash of a mobile number is no protection (all of them are tried in minutes),
so an index is an HMAC.
"""

import base64
import hmac
import os
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes, as AES-GCM wants
INDEX = 16  # bytes kept of each HMAC: enough that two numbers never meet


@lru_cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(key))


@lru_cache
def _keyed(key: str) -> Any:
    """The HMAC after its key: a copy of it costs half of what beginning anew does, and an import takes four a row."""
    return hmac.new(base64.urlsafe_b64decode(key), digestmod="sha256")


def seal(text: str) -> bytes:
    """Encrypt. The same text gives other bytes each time."""
    return seal_bytes(text.encode())


def seal_bytes(content: bytes) -> bytes:
    """The same for what is no text, such as a file."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.PHONE_KEY).encrypt(nonce, content, None)


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt. Raises cryptography.exceptions.InvalidTag when the key is another one or the bytes were changed."""
    return unseal_bytes(sealed).decode()


def unseal_bytes(sealed: bytes | memoryview) -> bytes:
    """The same for what is no text."""
    raw = bytes(sealed)
    return _cipher(settings.PHONE_KEY).decrypt(raw[:NONCE], raw[NONCE:], None)


def index(kind: str, known: str) -> bytes:
    """The keyed digest of something known, by its kind: the same for the same, and telling nothing without the key."""
    found = _keyed(settings.INDEX_KEY).copy()
    found.update(f"{kind}|{known}".encode())
    digest: bytes = found.digest()
    return digest[:INDEX]
