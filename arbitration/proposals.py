"""What the engine proposes for a case: computed when the case is opened and looked at, stored when it is signed."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from arbitration import casefile
from arbitration.casefile import CaseFile
from arbitration.engine import Pack, decide, decode_case
from arbitration.models import Collision, PolicyInForce, PolicyVersion, Ruling
from trail.chain import canonical

TOKEN = re.compile(r"\b[PC]\d+(?!\w)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The engine's answer with what it rests on. `ruling` is None where no policy governs: then a person decides."""

    policy: PolicyVersion | None
    ruling: dict[str, Any] | None
    case_bytes: bytes | None
    ruling_bytes: bytes | None
    file: CaseFile | None
    names: dict[str, str]

    @property
    def pack(self) -> Pack | None:
        """The policy that was applied."""
        return pack_of(self.policy) if self.policy else None

    @property
    def status(self) -> str:
        """`decided`, or why a person has to look further."""
        return str(self.ruling["status"]) if self.ruling else "escalated"

    @property
    def fingerprint(self) -> str:
        """Short mark of the outcome, so that nobody signs one that has changed since the page was drawn."""
        outcome = {k: self.ruling[k] for k in ("status", "owner", "shares", "turns")} if self.ruling else {}
        return sha256(canonical(outcome).encode()).hexdigest()[:16]

    def named(self, text: str) -> str:
        """A text of the engine with names in place of tokens."""
        return TOKEN.sub(lambda m: self.names.get(m[0], m[0]), text)

    def owner(self) -> tuple[str, int | None]:
        """Who is to follow the customer: kind and user."""
        owner = self.ruling.get("owner") if self.ruling else None
        if owner in ("company", "pool", "reassign"):
            return (Ruling.Owner.COMPANY if owner == "company" else Ruling.Owner.POOL), None
        user = self.file.tokens.user(owner) if self.file and owner else None
        return (Ruling.Owner.PERSON, user) if user else (Ruling.Owner.UNCHANGED, None)

    def shares(self) -> list[tuple[int | None, int]]:
        """(user or None for the company, basis points), the engine's order."""
        if not self.ruling or not self.file:
            return []
        return [(self.file.tokens.user(to), bp) for to, bp in self.ruling["shares"].items()]


def policy_of(collision: Collision) -> PolicyVersion | None:
    """The version in force at the first claim (G-20: the decisive event; nothing works backwards)."""
    first = collision.claims.order_by("joined_at", "pk").first()
    report = first.registration.at if first and first.registration else None
    moment = min(filter(None, [report, collision.opened_at]))
    held = PolicyInForce.objects.filter(project=collision.project, since__lte=moment).select_related("policy")
    governing = held.order_by("-since").first()
    if governing is None or (governing.until and governing.until <= moment):
        return None
    return governing.policy


def pack_of(policy: PolicyVersion) -> Pack:
    """The pack that was published, out of the bytes that were kept."""
    return _pack(bytes(policy.canonical))


@lru_cache(maxsize=64)
def _pack(content: bytes) -> Pack:
    return Pack.from_bytes(content)


def propose(collision: Collision, at: datetime) -> Proposal:
    """What the policy in force says of this case as it stands at `at`."""
    policy = policy_of(collision)
    if policy is None:
        return Proposal(None, None, None, None, None, {})
    file = casefile.build(collision, f"{policy.pack}@{policy.version}", at)
    ruling = decide(decode_case(file.case), pack_of(policy))
    case_bytes = canonical(file.case).encode()
    return Proposal(policy, ruling.as_dict(), case_bytes, ruling.canonical(), file, casefile.names(file.tokens))
