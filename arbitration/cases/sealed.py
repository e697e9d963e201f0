"""Telephone numbers inside a JSON payload: sealed like every number of the product, as text."""

import base64

from leads import vault
from leads.screening import phones


def seal(e164: str) -> str:
    """Encrypted, as text."""
    return base64.b64encode(vault.seal(e164)).decode()


def unseal(text: str) -> str:
    """The number in clear; no page shows it."""
    return vault.unseal(base64.b64decode(text))


def masked(text: str) -> str:
    """前三后四, for the case page."""
    return phones.mask34(unseal(text))
