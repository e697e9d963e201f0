"""Deriving stored rulings again: from the case and the policy that a ruling pins, byte for byte.

What does not come out the same was changed in the database, or decided by an engine that has changed without saying so.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from arbitration.cases.proposals import pack_of
from arbitration.engine import CaseError, PackError, decide, decode_case
from arbitration.engine.ruling import ENGINE
from arbitration.models import PolicyVersion, Ruling


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one ruling: `same`, `nothing` (no policy governed it), or what is wrong."""

    no: str
    result: str
    detail: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.result in ("same", "nothing")


def replay(rulings: Iterable[Ruling]) -> Iterator[Replayed]:
    """Derive each ruling again."""
    return (_replayed(ruling) for ruling in rulings)


def _replayed(ruling: Ruling) -> Replayed:
    if ruling.policy is None or ruling.case_canonical is None or ruling.proposal_canonical is None:
        return Replayed(ruling.no, "nothing", "no policy governed the case")
    kept = {
        "case": (ruling.case_canonical, ruling.case_sha256), "proposal": (ruling.proposal_canonical, ruling.proposal_sha256),
        "policy": (ruling.policy.canonical, ruling.policy.sha256),
    }  # fmt: skip
    damaged = [what for what, (content, digest) in kept.items() if sha256(content).digest() != bytes(digest or b"")]
    if damaged:
        return Replayed(ruling.no, "damaged", f"the hash of its {', '.join(damaged)} is another")
    said = json.loads(bytes(ruling.proposal_canonical))
    if said["engine"] != ENGINE:
        return Replayed(ruling.no, "engine", f"decided by {said['engine']}, this is {ENGINE}")
    return _compared(ruling, said.get("overlays", []))


def _compared(ruling: Ruling, pinned: list[dict[str, str]]) -> Replayed:
    try:
        case = decode_case(json.loads(bytes(ruling.case_canonical)))  # type: ignore[arg-type]
        overlays = [pack_of(PolicyVersion.objects.get(sha256=bytes.fromhex(row["sha256"]))) for row in pinned]
        again = decide(case, pack_of(ruling.policy), overlays=overlays).canonical()  # type: ignore[arg-type]
    except (CaseError, PackError, PolicyVersion.DoesNotExist) as trouble:
        return Replayed(ruling.no, "unreadable", str(trouble))
    if again != bytes(ruling.proposal_canonical):  # type: ignore[arg-type]
        return Replayed(ruling.no, "differs", _where(bytes(ruling.proposal_canonical), again))  # type: ignore[arg-type]
    return Replayed(ruling.no, "same")


def _where(stored: bytes, again: bytes) -> str:
    """The first keys of the ruling that differ."""
    was, now = json.loads(stored), json.loads(again)
    return ", ".join(key for key in sorted(was.keys() | now.keys()) if was.get(key) != now.get(key))
