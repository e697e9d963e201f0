"""试算: a draft over the cases of a period that were ruled on, on the facts as they were frozen, beside what is in force now.

A new version governs later cases only (G-20); a simulation moves nothing. What it keeps holds ids and sums, no names.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet

from arbitration import casefile
from arbitration.casefile import calendar
from arbitration.cases.proposals import pack_of, propose
from arbitration.engine import Case, CaseError, Pack
from arbitration.engine.simulation import CLOSER, OPEN, Outcome, came_to, moved
from arbitration.models import Claim, PolicyDraft, PolicyInForce, Ruling, Simulation
from arbitration.policies import parameters
from arbitration.policies.backtest import pinned
from arbitration.shares import COMPANY, Key, Kind

BATCH, MOST, STEPS = 100, 2_000, 9
Params = Mapping[str, Any]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Version:
    """A policy with what the project sets of it."""

    pack: Pack
    params: Params

    def on(self, case: Case) -> Outcome:
        """What it comes to; the working days stay those of the case. Raises CaseError."""
        days = {name: value for name, value in case.params.items() if name == calendar.PARAMETER}
        return came_to(case, self.pack, {**self.params, **days})

    def setting(self, name: str, value: Any) -> "Version":
        """The same with one parameter otherwise."""
        return Version(self.pack, {**self.params, name: value})


def drafted(draft: PolicyDraft) -> Version:
    """What is drafted. Raises PackError where it is no policy as it stands."""
    return Version(Pack.from_data(draft.content), draft.params)


def present(draft: PolicyDraft) -> Version:
    """What it is held against: the version in force in the project; none is, the one that the draft was begun from."""
    rows = PolicyInForce.objects.filter(project=draft.project_id, until__isnull=True, policy__pack=draft.base.pack)
    held = rows.select_related("policy").order_by("-since").first()
    return Version(pack_of(held.policy), held.params) if held else Version(pack_of(draft.base), {})


def rulings_of(run: Simulation) -> QuerySet[Ruling]:
    """The rulings in force of the period that any version of this policy governed, the oldest first."""
    rows = Ruling.objects.filter(
        collision__project=run.draft.project_id, policy__pack=run.draft.base.pack, superseded_by__isnull=True,
        at__gte=run.begin, at__lt=run.end, case_canonical__isnull=False,
    )  # fmt: skip
    claims = Prefetch("collision__claims", Claim.objects.order_by("joined_at", "pk"))
    return rows.select_related("collision__project", "policy").prefetch_related(claims).order_by("at", "pk")


def cases(run: Simulation) -> Iterator[tuple[Ruling, Case]]:
    """Each ruling with the case that it pinned."""
    for ruling in rulings_of(run).iterator(chunk_size=BATCH):
        yield ruling, pinned(ruling.case_canonical)


# ── who is who ──


def key_text(key: Key) -> str:
    """A payee as a simulation keeps it: `person:12`, `company`."""
    return f"{key.kind}:{key.pk}" if key.pk else str(key.kind)


class Known:
    """Whom the tokens of one case stand for: the parties in the order of joining; anybody else out of the rows, if it must be."""

    def __init__(self, ruling: Ruling) -> None:
        self.ruling = ruling
        self.parties = {f"P{n}": claim.user_id for n, claim in enumerate(ruling.collision.claims.all(), start=1)}
        self._rebuilt: casefile.Tokens | None = None

    def key(self, token: str) -> str:
        """The payee behind a token."""
        if token in (OPEN, CLOSER):
            return token
        if token in self.parties:
            return key_text(Key(Kind.PERSON, self.parties[token]))
        return COMPANY.kind if token == COMPANY.kind else key_text(self._tokens.sharer(token))

    @property
    def _tokens(self) -> casefile.Tokens:
        if self._rebuilt is None:
            file = propose(self.ruling.collision, self.ruling.at).file
            self._rebuilt = file.tokens if file else casefile.Tokens()
        return self._rebuilt


def _told(outcome: Outcome, known: Known) -> dict[str, Any]:
    owner = outcome.owner
    if owner and owner not in ("company", "pool", "reassign"):
        owner = known.key(owner)
    return {
        "status": outcome.status, "owner": owner, "rules": list(outcome.fired),
        "shares": {known.key(who): bp for who, bp in outcome.shares.items()},
    }  # fmt: skip


def _signed(ruling: Ruling) -> dict[str, Any]:
    """What a person decided, comparable with what a policy comes to."""
    owners = {"person": f"person:{ruling.owner_id}", "company": "company", "pool": "pool", "reassign": "reassign"}
    return {"owner": owners.get(ruling.owner_kind), "shares": {key_text(key): bp for key, bp in ruling.shares()}}


# ── two versions over all cases ──


@dataclass
class Tally:
    """What a simulation counts on its way."""

    cases: int = 0
    unread: int = 0
    changed: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0
    undecided: list[str] = field(default_factory=list)
    decided: int = 0
    overruled: int = 0
    said: int = 0
    money: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)

    def add(self, ruling: Ruling, before: Outcome, after: Outcome) -> None:
        """Count one case."""
        known = Known(ruling)
        self.cases += 1
        self.fired.update(after.fired)
        if ruling.kind == Ruling.Kind.OTHERWISE:
            told = _told(after, known)
            self.overruled += 1
            self.said += {name: told[name] for name in ("owner", "shares")} == _signed(ruling)
        if not before.same(after):
            self._changed(ruling, known, before, after)

    def _changed(self, ruling: Ruling, known: Known, before: Outcome, after: Outcome) -> None:
        money = Counter[str]()
        for who, part in moved(before, after).items():
            money[known.key(who)] += part
        self.money.update(money)
        if before.settled and not after.settled:
            self.undecided.append(ruling.collision.no)
        self.decided += after.settled and not before.settled
        if len(self.changed) >= MOST:
            self.more += 1
            return
        self.changed.append(
            {
                "case": ruling.collision.no, "ruling": ruling.no, "before": _told(before, known), "after": _told(after, known),
                "money": {who: part for who, part in money.items() if part},
            }
        )  # fmt: skip

    def result(self, pack: Pack) -> dict[str, Any]:
        """As it is kept."""
        silent = [rule.id for rule in pack.rules if not self.fired[rule.id]] if self.cases else []
        return {
            "cases": self.cases, "unread": self.unread, "changed": self.changed, "more": self.more, "undecided": self.undecided,
            "decided": self.decided, "overruled": self.overruled, "said": self.said, "silent": silent,
            "money": {who: part for who, part in self.money.most_common() if part},
        }  # fmt: skip


def simulate(run: Simulation, tell: Tell) -> dict[str, Any]:
    """Both versions over every case; `tell` hears how many are done. Raises PackError where the draft is no policy."""
    now, then, tally = present(run.draft), drafted(run.draft), Tally()
    start = time.perf_counter()
    for n, (ruling, case) in enumerate(cases(run), start=1):
        try:
            tally.add(ruling, now.on(case), then.on(case))
        except CaseError:
            tally.unread += 1
        if not n % BATCH:
            tell(n)
    return {**tally.result(then.pack), "seconds": round(time.perf_counter() - start, 1)}


# ── one parameter through several values ──


def values_for(draft: PolicyDraft, name: str) -> list[Any]:
    """The values that a parameter is tried with: what it chooses among, yes and no, or some steps between its bounds."""
    version = drafted(draft)
    param = version.pack.params[name]
    own = version.params.get(name, param["value"])
    if isinstance(own, bool):
        return [False, True]
    if name in parameters.ONE:
        return list(parameters.ONE[name])
    if not isinstance(own, int) or "min" not in param:
        return []
    low, high = param["min"], param["max"]
    steps = {low + (high - low) * i // (STEPS - 1) for i in range(STEPS)}
    return sorted(steps | {own, param["value"]})


def sweep(run: Simulation, tell: Tell) -> dict[str, Any]:
    """How many cases would come out otherwise than now, and how many nobody could decide, at each value of one parameter."""
    now, draft, start = present(run.draft), drafted(run.draft), time.perf_counter()
    versions = [draft.setting(run.parameter, value) for value in run.values]
    rows, unread, read = [{"value": value, "changed": 0, "undecided": 0} for value in run.values], 0, 0
    for n, (_ruling, case) in enumerate(cases(run), start=1):
        try:
            before, after = now.on(case), [version.on(case) for version in versions]
        except CaseError:
            unread += 1
            continue
        read += 1
        for row, outcome in zip(rows, after, strict=True):
            row["changed"] += not before.same(outcome)
            row["undecided"] += not outcome.settled
        if not n % BATCH:
            tell(n)
    return {"cases": read, "unread": unread, "sweep": rows, "seconds": round(time.perf_counter() - start, 1)}


def swept(draft: PolicyDraft) -> list[str]:
    """The parameters that can be swept."""
    return [name for name in drafted(draft).pack.params if values_for(draft, name)]


def latest(draft: PolicyDraft) -> Simulation | None:
    """The newest simulation of the draft as it is now; what publishing shows."""
    done = draft.simulations.filter(draft_version=draft.version, state=Simulation.State.DONE, parameter="")
    return done.order_by("-at", "-pk").first()
