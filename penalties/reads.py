"""Sanctions, accusations and rewards as people may see them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from arbitration.appeals import pending
from arbitration.models import PolicyVersion
from penalties import repeats
from penalties.models import Accusation, Nature, Reward, Sanction, SanctionStep, Wage
from penalties.payable import pays
from penalties.powers import CONDUCT
from people.models import Acknowledgement, Membership, Project, User
from people.roles import RULING, Right, Role, roles_with
from people.workplace import Workplace
from visits.models import Conduct

K = SanctionStep.Kind
LATELY = timedelta(days=90)
LATEST = 200  # wages on a page
MOST = 20  # of my own rewards, on my page
TABS = ("notice", "answer", "decide", "decided", "payable", "closed")


def sanctions(here: Workplace) -> QuerySet[Sanction]:
    """All that this person may see, with all that a list shows."""
    return full(visible(here))


def visible(here: Workplace) -> QuerySet[Sanction]:
    """Who works with sanctions sees all of the project; others their own, and their agency's, once they were told."""
    rows: QuerySet[Sanction] = Sanction.objects.filter(project=here.project)
    return rows if here.may(Right.SANCTIONS) else rows.filter(own(here))


def own(here: Workplace) -> Q:
    """Those against this person, or the agency that they work for; nothing that nobody has told them of yet."""
    mine = Q(to=here.user)
    if here.outside:
        mine |= Q(organisation=here.organisation)
    return mine & Q(pk__in=SanctionStep.objects.filter(kind=K.NOTICED).values("sanction"))


def full(rows: QuerySet[Sanction]) -> QuerySet[Sanction]:
    """With all that a page shows of each, in five queries; the newest first."""
    named = rows.select_related("to", "organisation", "by", "project", "replaces", "replaced_by")
    return named.prefetch_related("steps__by").order_by("-at", "-pk")


def in_tab(rows: QuerySet[Sanction], project: Project, tab: str, at: datetime) -> QuerySet[Sanction]:
    """Those of a tab of the list."""
    return _measured(rows).filter(_tabs(project, at)[tab])


def _measured(rows: QuerySet[Sanction]) -> Any:
    """With the last step's kind and term, and what is left to post."""
    steps = SanctionStep.objects.filter(sanction=OuterRef("pk"))
    last = steps.order_by("-number")
    said = steps.filter(kind__in=(K.DECIDED, K.APPEAL_DECIDED), amount_fen__isnull=False).order_by("-number")
    posted = steps.filter(kind=K.POSTED).order_by().values("sanction").annotate(sum=Sum("amount_fen"))
    zero = Value(0, output_field=BigIntegerField())
    return rows.annotate(
        state=Subquery(last.values("kind")[:1]), term=Subquery(last.values("due_at")[:1]),
        owed=Coalesce(Subquery(said.values("amount_fen")[:1]), "amount_fen", zero),
        posted=Coalesce(Subquery(posted.values("sum")[:1]), zero),
        reversed=Subquery(steps.filter(kind=K.REVERSED).values("pk")[:1]),
        released=Subquery(steps.filter(kind=K.PAYABLE).values("pk")[:1]),
    )  # fmt: skip


def _tabs(project: Project, at: datetime) -> Mapping[str, Q]:
    recorded = [nature for nature in Nature.values if not pays(project, nature)]
    over = Q(state__in=(K.ACKNOWLEDGED, K.REFUSED_TO_SIGN, K.APPEAL_DECIDED), nature__in=recorded)
    signed = Q(state__in=(K.DECIDED, K.ACKNOWLEDGED, K.REFUSED_TO_SIGN, K.APPEAL_DECIDED))
    left = Q(released__isnull=False) & (
        Q(reversed__isnull=True) & ~Q(owed=F("posted")) | Q(reversed__isnull=False) & ~Q(posted=0)
    )
    return {
        "notice": Q(state=K.PROPOSED),
        "answer": Q(state=K.NOTICED, term__gt=at),
        "decide": Q(state__in=(K.ANSWERED, K.APPEALED)) | Q(state=K.NOTICED, term__lte=at),
        "decided": signed & ~over,
        "payable": left,
        "closed": over | Q(state__in=(K.DROPPED, K.POSTED, K.REVERSED)) & ~left,
    }


def counts(rows: QuerySet[Sanction], project: Project, at: datetime) -> dict[str, int]:
    """How many there are in each tab: one query."""
    tabs = {tab: Count("pk", filter=held) for tab, held in _tabs(project, at).items()}
    found: dict[str, int] = _measured(rows.order_by()).aggregate(**tabs)
    return found


def unpunished(here: Workplace, at: datetime) -> list[Conduct]:
    """Conduct that was found within the last ninety days and has no sanction: for managers who have no part in it to look at."""
    taken = repeats.standing(Sanction.objects.filter(act__startswith=CONDUCT)).values_list("act", flat=True)
    known = [int(act.removeprefix(CONDUCT)) for act in taken]
    rows = Conduct.objects.filter(project=here.project, finding__established=True, finding__at__gte=at - LATELY)
    rows = rows.exclude(pk__in=known).exclude(Q(by=here.user) | Q(against=here.user) | Q(reported_by=here.user))
    return list(rows.select_related("by", "finding").order_by("-finding__at", "-pk")[:MOST])


def paused(row: Sanction) -> bool:
    """Whether the ruling that it comes from is under appeal: nothing goes on meanwhile (G-27)."""
    return pending().filter(ruling__no=row.act).exists()


def paused_numbers(rows: Iterable[Sanction]) -> set[str]:
    """Of these the numbers of those that wait for an appeal against their ruling: one query."""
    acts = {row.act: row.no for row in rows}
    waiting = set(pending().filter(ruling__no__in=list(acts)).values_list("ruling__no", flat=True))
    return {row.no for row in rows if row.act in waiting}


def signed(row: Sanction) -> datetime | None:
    """When whom it is against signed that they know the rules it rests on (签收, D09-9); None where they never did."""
    pack, _at, version = row.policy.partition("@")
    held = PolicyVersion.objects.filter(pack=pack, version=version)
    subjects = [f"policy:{bytes(sha).hex()}" for sha in held.values_list("sha256", flat=True)]
    rows = Acknowledgement.objects.filter(project=row.project, user=row.to, subject__in=subjects)
    found: datetime | None = rows.order_by("-at").values_list("at", flat=True).first()
    return found


def accusations(here: Workplace, at: datetime) -> QuerySet[Accusation]:
    """Those that this person reported, and those that they handle: nobody else knows of them, the accused least of all."""
    rows: QuerySet[Accusation] = Accusation.objects.filter(project=here.project)
    seen = Q(by=here.user)
    if here.may(Right.PUNISH):
        seen |= _handled(here, at)
    rows = rows.filter(seen).select_related("against", "by", "project")
    return rows.prefetch_related("steps__by", "steps__file").order_by("-at", "-pk")


def _handled(here: Workplace, at: datetime) -> Q:
    mine = ~Q(by=here.user) & ~Q(against=here.user)
    if Role.GENERAL_MANAGER in here.roles:
        return mine
    bosses = Membership.objects.at(at).filter(project=here.project, role__in=RULING).values("user")
    return mine & ~Q(against__in=bosses)


def handles(here: Workplace, row: Accusation, at: datetime) -> bool:
    """Whether it is for this person to investigate: of a manager only the general manager does."""
    rows = Accusation.objects.filter(pk=row.pk, project=here.project)
    return here.may(Right.PUNISH) and rows.filter(_handled(here, at)).exists()


def accusation_handlers(row: Accusation, at: datetime) -> list[int]:
    """Who investigates: managers, of a manager the general manager; not who reported, nor whom it names."""
    led = Membership.objects.at(at).filter(project=row.project, user=row.against_id, role__in=RULING).exists()
    roles = [Role.GENERAL_MANAGER] if led else roles_with(Right.PUNISH)
    return [pk for pk in Membership.objects.people(row.project, roles, at) if pk not in (row.by_id, row.against_id)]


def rewards(here: Workplace) -> QuerySet[Reward]:
    """Who works with sanctions all of the project; others their own once they are approved."""
    rows: QuerySet[Reward] = Reward.objects.filter(project=here.project)
    if not here.may(Right.SANCTIONS):
        rows = rows.filter(to=here.user, steps__kind="approved")
    return rows.select_related("to", "by").prefetch_related("steps__by").order_by("-at", "-pk")


def approved_rewards(here: Workplace) -> list[Reward]:
    """My own rewards that were approved, the newest first."""
    rows = Reward.objects.filter(project=here.project, to=here.user, steps__kind="approved")
    return list(rows.select_related("to", "by").prefetch_related("steps__by").order_by("-at", "-pk")[:MOST])


def staff(project: Project, at: datetime) -> QuerySet[User]:
    """Employees of the house at work here, by name."""
    held = Membership.objects.at(at).filter(project=project).exclude(organisation__kind="distributor")
    return User.objects.filter(memberships__in=held, is_active=True).distinct().order_by("name", "pk")


def accusable(here: Workplace, at: datetime) -> QuerySet[User]:
    """Whom somebody may accuse: whoever works here; an agency's people only the house's, and their own colleagues."""
    held = Membership.objects.at(at).filter(project=here.project)
    if here.outside:
        held = held.filter(~Q(organisation__kind="distributor") | Q(organisation=here.organisation))
    users = User.objects.filter(memberships__in=held, is_active=True).exclude(pk=here.user.pk)
    return users.distinct().order_by("name", "pk")


def wages(project: Project) -> list[tuple[str, list[Wage]]]:
    """The wages of the last months, the newest month first; of several for one person the last that was entered."""
    rows = Wage.objects.filter(project=project).select_related("user", "by").order_by("-month", "user__name", "-pk")
    found: dict[str, dict[int, Wage]] = {}
    for row in rows[:LATEST]:
        found.setdefault(row.month, {}).setdefault(row.user_id, row)
    return [(month, list(people.values())) for month, people in found.items()]
