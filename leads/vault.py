"""Telephone numbers at rest: sealed, and found again by what somebody may know of them.

Without both keys a dump tells nothing of any number (trail/vault.py).
"""

from trail.vault import index, opener, seal, seal_bytes, unseal, unseal_bytes

__all__ = ["ends", "first3_last4", "index", "last4", "opener", "seal", "seal_bytes", "unseal", "unseal_bytes", "whole"]


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
