"""What the engine proposes for a case: computed when the case is opened and looked at, stored when it is signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.db.models import Subquery
from django.db.models.functions import Least

from arbitration import casefile
from arbitration.casefile import CaseFile, calendar
from arbitration.cases.naming import read_out
from arbitration.cases.once import once_a_page
from arbitration.cases.parties import agencies_of
from arbitration.engine import Pack, decide, decode_case
from arbitration.engine.backtest import known, stored
from arbitration.engine.facts.matter import Matter
from arbitration.engine.pack import Rule
from arbitration.engine.scope import OVERLAY, scope
from arbitration.models import Collision, PolicyInForce, PolicyVersion, Ruling
from arbitration.shares import Key
from trail.canonical import canonical

# Owners that are no person, as the engine names them.
NOBODY = {"company": Ruling.Owner.COMPANY, "pool": Ruling.Owner.POOL, "reassign": Ruling.Owner.REASSIGN}


@dataclass(frozen=True, slots=True)
class Proposal:
    """The engine's answer with what it rests on. `ruling` is None where no policy governs: then a person decides.

    `talks_until`: when the time to settle is over, exclusive, where the policy has one (G-48).
    """

    policy: PolicyVersion | None
    ruling: dict[str, Any] | None
    case_bytes: bytes | None
    ruling_bytes: bytes | None
    file: CaseFile | None
    names: dict[str, str]
    facts: str = ""
    overlays: tuple[Pack, ...] = ()
    talks_until: datetime | None = None

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule of the policies that were applied, by id."""
        packs = (*self.overlays, *filter(None, [self.pack]))
        return {rule.id: rule for pack in packs for rule in pack.rules}

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

    def named(self, text: str, lang: str = "zh") -> str:
        """A text of the engine with names in place of tokens, and events by kind and time in place of their ids."""
        return read_out(text, self.names, self.file.case["events"] if self.file else (), lang)

    def owner(self) -> tuple[str, int | None]:
        """Who is to follow the customer: kind and user."""
        owner = self.ruling.get("owner") if self.ruling else None
        if owner in NOBODY:
            return NOBODY[owner], None
        user = self._person(owner) if owner else None
        return (Ruling.Owner.PERSON, user) if user else (Ruling.Owner.UNCHANGED, None)

    def _person(self, token: str) -> int | None:
        """The person behind a token; of an agency, whoever of its people claimed first."""
        if self.file is None:
            return None
        of_agency = (p["id"] for p in self.file.case["people"] if p.get("org") == token)
        return self.file.tokens.user(token) or self.file.tokens.user(next(of_agency, None))

    def shares(self) -> list[tuple[Key, int]]:
        """Who gets how many basis points, the engine's order."""
        if not self.ruling or not self.file:
            return []
        return [(self.file.tokens.sharer(to), bp) for to, bp in self.ruling["shares"].items()]

    def findings(self) -> dict[str, list[dict[str, Any]]]:
        """What each event of the case is worth, by its id."""
        return findings_of(self.ruling)


def findings_of(ruling: dict[str, Any] | None) -> dict[str, list[dict[str, Any]]]:
    """The findings of a ruling by what they are about."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in ruling["findings"] if ruling else []:
        found.setdefault(row["about"], []).append(row)
    return found


def policy_of(collision: Collision) -> PolicyVersion | None:
    """The version that governs a case; None where nothing does."""
    held = governing(collision)
    return held.policy if held else None


def governing(collision: Collision) -> PolicyInForce | None:
    """What was in force for matters of this kind, between parties of this kind, at the first claim (G-20: nothing works backwards)."""
    return _governing(collision, in_force(collision))


def _governing(collision: Collision, held: Iterable[PolicyInForce]) -> PolicyInForce | None:
    wanted = scope(collision.matter, kind_of_parties(collision))
    return next((row for row in held if row.scope == wanted), None)


def packs_of(collision: Collision) -> tuple[Pack, ...]:
    """What a case is ruled by: the policy that governs it, and what is laid over it; none where no policy governs."""
    rows = in_force(collision)
    held = _governing(collision, rows)
    return (pack_of(held.policy), *_overlays(rows)) if held else ()


def _overlays(rows: Iterable[PolicyInForce]) -> tuple[Pack, ...]:
    return tuple(pack_of(row.policy) for row in rows if row.scope.startswith(OVERLAY))


@once_a_page
def in_force(collision: Collision) -> Any:
    """Everything that was in force in the project at the first claim, the earliest first."""
    first = collision.claims.order_by("joined_at", "pk").values("registration__at")[:1]
    held = PolicyInForce.objects.at(
        Least(Subquery(first), collision.opened_at)
    )  # of a claim without a report, the opening
    return held.filter(project=collision.project_id).select_related("policy").order_by("since", "pk")


def kind_of_parties(collision: Collision) -> str:
    """Between whom a case is: `staff` of the house, `agencies`, or both (`mixed`)."""
    people, agents = {claim.user_id for claim in collision.claims.all()}, agencies_of(collision).keys()
    if not agents:
        return "staff"
    return "agencies" if agents == people else "mixed"


def pack_of(policy: PolicyVersion) -> Pack:
    """The pack that was published, out of the bytes that were kept."""
    return _pack(bytes(policy.canonical))


@lru_cache(maxsize=64)
def _pack(content: bytes) -> Pack:
    return Pack.from_bytes(content)


def propose(collision: Collision, at: datetime) -> Proposal:
    """What the policy in force says of this case as it stands at `at`, with what is laid over it."""
    rows = in_force(collision)
    held = _governing(collision, rows)
    if held is None:
        return Proposal(None, None, None, None, None, {})
    policy, pack = held.policy, pack_of(held.policy)
    overlays = _overlays(rows)
    by_calendar = calendar.PARAMETER in pack.params
    file = casefile.build(
        collision, f"{policy.pack}@{policy.version}", at, held.params, by_calendar=by_calendar,
        packs=[overlay.id for overlay in overlays],
    )  # fmt: skip
    ruling = decide(decode_case(file.case), pack, overlays=overlays)
    return Proposal(
        policy=policy, ruling=ruling.as_dict(), case_bytes=canonical(file.case).encode(), ruling_bytes=ruling.canonical(),
        file=file, names=casefile.names(file.tokens), facts=stored(known(ruling.matter, pack)), overlays=overlays,
        talks_until=_talks_until(ruling.matter, pack),
    )  # fmt: skip


def proposed(collision: Collision, at: datetime) -> Proposal | None:
    """The same, worked out once for a page that several parts make; None where nobody has to rule any more."""
    if "proposed" not in vars(collision):
        vars(collision)["proposed"] = None if collision.closed else propose(collision, at)
    found: Proposal | None = vars(collision)["proposed"]
    return found


# The end of the time to settle, of the policies that have one.
TALKS = {"walk-in-store": "store.deadline", "channel-contract": "talks_end", "channel-project": "project_talks_end"}


def _talks_until(matter: Matter, pack: Pack) -> datetime | None:
    name = TALKS.get(pack.id) if "nego_days" in pack.params else None
    return matter.moment(name) if name else None
