"""Hash chains: one for each customer, so that a change of ownership can be shown not to have been rewritten."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from trail.models import Link

START = bytes(32)
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(body: dict[str, Any]) -> str:
    """The one way to write a body: sorted keys, no blanks, no floats."""
    return CANONICAL.encode(body)


def digest(chain: str, number: int, at: datetime, kind: str, body: str, before: bytes) -> bytes:
    """SHA-256 over everything in a link and the digest of the link before."""
    head = f"{chain}\n{number}\n{at.astimezone(UTC).isoformat()}\n{kind}\n{body}\n".encode()
    return hashlib.sha256(head + before).digest()


def append(chain: str, kind: str, body: dict[str, Any], *, at: datetime) -> Link:
    """Add a link. The caller holds the lock of the chain's subject, or two links would take the same number."""
    last = Link.objects.filter(chain=chain).order_by("-number").first()
    number, before = (last.number + 1, bytes(last.digest)) if last else (1, START)
    text = canonical(body)
    return Link.objects.create(
        chain=chain, number=number, at=at, kind=kind, body=text, before=before,
        digest=digest(chain, number, at, kind, text, before),
    )  # fmt: skip


def mistakes(links: Iterable[Link]) -> Iterator[str]:
    """What is wrong with these links (ordered by chain and number): a gap, a changed link, a broken joint."""
    for chain, members in groupby(links, key=lambda link: link.chain):
        before, expected = START, 1
        for link in members:
            whole = digest(chain, link.number, link.at, link.kind, link.body, bytes(link.before))
            if link.number != expected:
                yield f"{chain}: link {expected} is missing"
            elif bytes(link.before) != before:
                yield f"{chain}: link {link.number} does not join the one before"
            elif bytes(link.digest) != whole:
                yield f"{chain}: link {link.number} was changed"
            before, expected = bytes(link.digest), link.number + 1
