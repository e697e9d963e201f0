"""Telephone numbers at rest: encrypted, and found again by keyed blind indexes.

An unkeyed hash of a mobile number is no protection (all of them are tried in minutes), so the indexes are HMACs under a key
that is never in the database. Without both keys a dump tells nothing of any number.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes, as AES-GCM wants
INDEX = 16  # bytes kept of each HMAC: enough that two numbers never meet


@lru_cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(key))


@lru_cache
def _index_key(key: str) -> bytes:
    return base64.urlsafe_b64decode(key)


def seal(text: str) -> bytes:
    """Encrypt. The same text gives other bytes each time."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.PHONE_KEY).encrypt(nonce, text.encode(), None)


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt. Raises cryptography.exceptions.InvalidTag when the key is another one or the bytes were changed."""
    raw = bytes(sealed)
    return _cipher(settings.PHONE_KEY).decrypt(raw[:NONCE], raw[NONCE:], None).decode()


def index(kind: str, known: str) -> bytes:
    """The blind index of the known digits of one kind (`whole`, `m34`, `ends33`, `last4`)."""
    return hmac.new(_index_key(settings.INDEX_KEY), f"{kind}|{known}".encode(), hashlib.sha256).digest()[:INDEX]


def whole(e164: str) -> bytes:
    """Index of the whole number."""
    return index("whole", e164)


def first3_last4(first3: str, last4: str) -> bytes:
    """Index of 前三后四: 139****3333 and 13912343333 share it."""
    return index("m34", first3 + last4)


def ends(first3: str, last3: str) -> bytes:
    """Index of the first and last three digits: the bucket in which every other mask is looked for."""
    return index("ends33", first3 + last3)


def last4(digits: str) -> bytes:
    """Index of the last four digits, which people know by heart."""
    return index("last4", digits)
