"""The queue of cases (撞单队列): its tabs and filters, who comes before and after, what may be one customer. Columns only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from arbitration.cases import reads, warnings
from arbitration.models import CLOSED, Claim, Collision
from arbitration.services import NO_PROPOSAL, keys_off
from leads.models import Deal, IdentityQuestion
from leads.screening import names
from people.models import Membership, Team, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail.together import fill

TABS: dict[str, Any] = {
    "todo": _("待我处理"), "others": _("等别人"), "evidence": _("等证据"), "unripe": _("未到可裁日"), "postponed": _("已暂缓"),
    "ruled": _("已裁定"),
}  # fmt: skip
# What the proposal is, by `Collision.proposal`: the status word (style.md §4.3) and what it says.
PROPOSALS: dict[str, tuple[str, Any]] = {
    "": ("still", _("在算")), "decided": ("ok", _("有")), "no_collision": ("ok", _("有：不构成撞单")),
    "needs_evidence": ("warn", _("无：事实不够")), "on_hold": ("still", _("无：还不能裁")), "conflict": ("warn", _("无：条款冲突")),
    "escalated": ("warn", _("无：没有条款能定")), NO_PROPOSAL: ("bad", _("无：没算出来，打开看")),
}  # fmt: skip
ON_HOLD = "on_hold"
DUES: dict[str, Any] = {"over": _("已经到了"), "day": _("今天到"), "week": _("7 天内到")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is asked for. Money in fen; `tab` a key of TABS or nothing for all, `due` a key of DUES."""

    tab: str = "todo"
    trigger: str = ""
    team: int | None = None
    party: int | None = None
    least: int | None = None
    most: int | None = None
    due: str = ""


def _tab(here: Workplace, tab: str, now: datetime) -> Q:
    """What a tab holds; every case stands in exactly one. What was waited for is over by reading the time, without any job."""
    evidence = Q(state=Collision.State.EVIDENCE) & ~Q(state=Collision.State.EVIDENCE, evidence_due__lte=now)
    waits = ~Q(state__in=CLOSED) & ~evidence
    postponed = Q(postponed_until__isnull=False, postponed_until__gt=now)
    # With a day, or until something happens that the policy names.
    unripe = Q(ripe_at__isnull=False, ripe_at__gt=now) | Q(ripe_at__isnull=True, proposal=ON_HOLD)
    due = waits & ~postponed & ~unripe
    return {
        "ruled": Q(state__in=CLOSED), "evidence": evidence, "postponed": waits & postponed, "unripe": waits & ~postponed & unripe,
        "todo": due & _mine(here), "others": due & ~_mine(here),
    }[tab]  # fmt: skip


def _mine(here: Workplace) -> Q:
    """Cases that this person can move: who rules or may pass them up; of who does not rule, all that take evidence."""
    if Role.GENERAL_MANAGER in here.roles:
        return ~Q(pk__in=Claim.objects.filter(user=here.user).values("collision"))
    return Q(with_general_manager=False) if here.may(Right.RULE) else Q(pk__isnull=False)


def rows(here: Workplace, wanted: Wanted, now: datetime) -> Any:
    """The cases asked for, the oldest first; of the ruled, the newest. Each with `at_stake` (fen) and `due_at`."""
    held = _tab(here, wanted.tab, now) if wanted.tab else Q()
    found = reads.visible(here).filter(held).annotate(at_stake=_at_stake(here), due_at=_due_at(now))
    ruled = wanted.tab == "ruled"
    return _filtered(found, here, wanted, now).order_by(
        "-changed_at" if ruled else "opened_at", "-pk" if ruled else "pk"
    )


def shown(found: QuerySet[Collision]) -> QuerySet[Collision]:
    """With what a line of the list shows."""
    claims = Prefetch("claims", Claim.objects.select_related("user", "customer").order_by("letter"))
    return found.select_related("taken_by").prefetch_related(claims, "customer__phones")


def _at_stake(here: Workplace) -> Coalesce:
    """The commissions of all contracts of the customer here; of a case about a thing, of those whom it is claimed for."""
    deals: Any = Deal.objects.filter(project=here.project).order_by().values("project")
    claimed = Claim.objects.filter(collision=OuterRef(OuterRef("pk"))).values("customer")
    total = {"fen": Sum("commission_fen")}
    return Coalesce(
        Subquery(deals.filter(customer=OuterRef("customer")).annotate(**total).values("fen")),
        Subquery(deals.filter(customer__in=claimed).annotate(**total).values("fen")),
    )


def _due_at(now: datetime) -> Case:
    """When something of the case is up: the evidence, the postponement, the day from which it may be ruled."""
    return Case(
        When(state=Collision.State.EVIDENCE, then=F("evidence_due")),
        When(postponed_until__gt=now, then=F("postponed_until")),
        default=F("ripe_at"),
    )


def _filtered(found: Any, here: Workplace, wanted: Wanted, now: datetime) -> QuerySet[Collision]:
    claims = Claim.objects.filter(collision=OuterRef("pk"))
    if wanted.trigger:
        found = found.filter(trigger=wanted.trigger)
    if wanted.team:
        of_team = Membership.objects.filter(project=here.project, team=wanted.team).values("user")
        found = found.filter(Exists(claims.filter(user__in=of_team)))
    if wanted.party:
        found = found.filter(Exists(claims.filter(user=wanted.party)))
    if wanted.least is not None:
        found = found.filter(at_stake__gte=wanted.least)
    if wanted.most is not None:
        found = found.filter(at_stake__lte=wanted.most)
    if wanted.due:
        found = found.filter(due_at__lte=_until(here, wanted.due, now))
    return found


def _until(here: Workplace, due: str, now: datetime) -> datetime:
    days = {"over": None, "day": 1, "week": 8}[due]
    return now if days is None else here.project.midnight(now) + timedelta(days=days)


def count_rows(here: Workplace, now: datetime) -> Any:
    """The row behind `counted`; none where there is no case."""
    held = {tab: Count("pk", filter=_tab(here, tab, now), distinct=True) for tab in TABS}
    return reads.visible(here).order_by().values("project").annotate(**held)


def counted(found: Iterable[dict[str, Any]]) -> dict[str, int]:
    """How many cases each tab holds."""
    row = next(iter(found), {})
    return {tab: row.get(tab, 0) for tab in TABS}


def neighbours(
    here: Workplace, wanted: Wanted, case: Collision, now: datetime
) -> tuple[Collision | None, Collision | None]:
    """The cases before and after this one in the list asked for, also where it has left that list meanwhile."""
    found = rows(here, wanted, now).exclude(pk=case.pk)
    key = "changed_at" if wanted.tab == "ruled" else "opened_at"
    value = getattr(case, key)
    before = found.filter(Q(**{f"{key}__lt": value}) | Q(**{key: value}, pk__lt=case.pk)).order_by(f"-{key}", "-pk")[:1]
    after = found.filter(Q(**{f"{key}__gt": value}) | Q(**{key: value}, pk__gt=case.pk)).order_by(key, "pk")[:1]
    fill(before, after)
    older, newer = next(iter(before), None), next(iter(after), None)
    return (newer, older) if wanted.tab == "ruled" else (older, newer)


def led_by(here: Workplace) -> QuerySet[Any, Any]:
    """Whom this person leads here, by id."""
    return Membership.objects.filter(project=here.project, team__leader=here.user).values_list("user", flat=True)


def only_to_pass_up(here: Workplace, cases: Iterable[Collision], led: Iterable[int] | None = None) -> set[int]:
    """Of these cases, those on which this person may not rule, only pass them up. As `services.recused`. `led`: whom they lead, where
    that is read already.
    """
    if not here.may(Right.RULE) or Role.GENERAL_MANAGER in here.roles:
        return set()
    led = set(led_by(here) if led is None else led)
    parties = {case.pk: {claim.user_id for claim in case.claims.all()} for case in cases}
    return {pk for pk, who in parties.items() if here.user.pk in who or 0 < len(who & led) < len(who)}


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the list, whatever is on it: the counts of the tabs, whom this person leads, whether they have switched the
    keys off, and what the filters offer.
    """

    counts: QuerySet[Any, Any]
    warned: QuerySet[Any, Any]
    led: QuerySet[Any, Any]
    keys_off: QuerySet[Any, Any]
    teams: QuerySet[Team]
    claimants: QuerySet[User]

    @classmethod
    def read(cls, here: Workplace, now: datetime, *also: Any) -> "Around":
        """Ask for all of it in one question, and for other rows with it."""
        around = cls(
            count_rows(here, now), warnings.count_rows(here, now), led_by(here), keys_off(here.user), teams(here), claimants(here)
        )  # fmt: skip
        fill(*(getattr(around, name) for name in cls.__slots__), *also)
        return around


def teams(here: Workplace) -> QuerySet[Team]:
    """Teams of which somebody works here."""
    return Team.objects.filter(memberships__project=here.project).distinct().order_by("name")


def claimants(here: Workplace) -> QuerySet[User]:
    """Everybody who is a party of a case here."""
    return User.objects.filter(claims__collision__project=here.project).distinct().order_by("name", "pk")


def duplicates(here: Workplace, cases: Sequence[Collision]) -> dict[int, list[Collision]]:
    """For each of these cases, other unruled ones whose customer may be the same person; four queries for all.

    Where somebody is asked whether they are one (核身份), or where name and a party are the same. A person says so, never we (G-12).
    """
    mine: dict[Any, Any] = {case.customer_id: case for case in cases if case.customer_id and not case.closed}
    if not mine:
        return {}
    asked = _asked(here, mine)
    alike = Q(customer__name__in=[case.customer.name for case in mine.values()])
    open_ = Collision.objects.unruled().filter(project=here.project, customer__isnull=False)
    others = open_.filter(alike | Q(customer__in={pk for one in asked.values() for pk in one}))
    found: dict[int, list[Collision]] = defaultdict(list)
    for other in others.select_related("customer").prefetch_related("claims").order_by("opened_at", "pk"):
        for pk, case in mine.items():
            if other.pk != case.pk and (other.customer_id in asked[pk] or _alike(case, other)):
                found[case.pk].append(other)
    return found


def _asked(here: Workplace, mine: dict[Any, Any]) -> dict[Any, set[Any]]:
    """Who each of these customers may be, by the questions that wait."""
    about = Q(customer__in=mine) | Q(registration__customer__in=mine) | Q(candidates__in=mine)
    waiting = IdentityQuestion.objects.waiting().filter(about, project=here.project).distinct()
    pairs: dict[Any, set[Any]] = defaultdict(set)
    for question in waiting.select_related("registration").prefetch_related("candidates"):
        who = question.customer_id or (question.registration and question.registration.customer_id)
        for candidate in question.candidates.all():
            pairs[who].add(candidate.pk)
            pairs[candidate.pk].add(who)
    return pairs


def _alike(case: Any, other: Any) -> bool:
    """The same full name, and one party at least is the same."""
    theirs = {claim.user_id for claim in other.claims.all()}
    same = case.customer.name == other.customer.name and not names.is_bare(case.customer.name)
    return same and any(claim.user_id in theirs for claim in case.claims.all())
