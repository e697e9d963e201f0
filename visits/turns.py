"""The turns of a site as they were dealt: today's, each with its reason, and how many each person had."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leads.periodic.allocation import LEFT, LONGEST, plot
from people.models import Site, User
from people.routines import midnight
from trail.models import Entry
from trail.together import fill
from visits import roster
from visits.models import Reception, TurnChange
from visits.receptions import because

Kind = TurnChange.Kind
DEALT = (Kind.TAKEN, Kind.MADE_UP)
NOBODY_FREE = gettext_lazy("没有空着的下一位，找人接")
MOST = 60  # lines of a day
# Who changed the order, as the audit log keeps it.
MOVES: dict[str, Any] = {
    "rotation.away": gettext_lazy("%(who)s记暂离"), "rotation.back": gettext_lazy("%(who)s记回来了"),
    "rotation.join": gettext_lazy("%(who)s加进轮接"), "rotation.leave": gettext_lazy("%(who)s移出轮接"),
    "rotation.up": gettext_lazy("%(who)s往前移一位"), "rotation.down": gettext_lazy("%(who)s往后移一位"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened to somebody's turn: what kind of thing, why, and the visit or ruling that it came from."""

    at: datetime
    who: str
    kind: str
    what: str
    why: str = ""
    visit: str = ""
    source: str = ""


def today(site: Site, at: datetime) -> list[Line]:
    """Today's turns, the newest first: dealt, made up, missed, passed over, given by rulings; who stood in; who moved the order."""
    since, until = roster.days_span(site.project, localtime(at, site.project.zone).date(), 1)
    span = {"at__gte": since, "at__lt": until}
    rows = Reception.objects.filter(visit__site=site, since__gte=since, since__lt=until)
    rows = rows.select_related("by", "stands_in_for", "arranged_by", "visit").order_by("-since", "-pk")[:MOST]
    changes = TurnChange.objects.filter(site=site, **span).select_related("user").order_by("-at", "-pk")[:MOST]
    moves = Entry.objects.filter(
        project=site.project.code, action__startswith="rotation.", detail__site=site.pk, **span
    )
    moves = moves.order_by("-at", "-pk")[:MOST]
    fill(rows, changes, moves)
    receptions = {(row.visit.no, row.by_id): row for row in rows}
    dealt = {(change.source, change.user_id) for change in changes if change.kind in DEALT}
    lines = [_turn(change, receptions) for change in changes]
    lines += [_without_turn(row) for key, row in receptions.items() if key not in dealt]
    return sorted([*lines, *_moves(moves)], key=lambda line: line.at, reverse=True)[:MOST]


def _turn(change: TurnChange, receptions: dict[Any, Reception]) -> Line:
    found = receptions.get((change.source, change.user_id))
    of_visit = change.kind in (*DEALT, Kind.MISSED, Kind.PASSED)
    what = str(Kind(change.kind).label)
    if change.kind in (Kind.MAKE_UP, Kind.SKIP):
        what = ngettext("%(what)s %(n)s 次", "%(what)s %(n)s 次", change.count) % {"what": what, "n": change.count}
    elif change.kind == Kind.SUSPEND:
        what = ngettext("停接 %(n)s 天", "停接 %(n)s 天", change.count) % {"n": change.count}
    return Line(
        change.at, change.user.name, change.kind, what, because(found) if found and change.kind in DEALT else "",
        change.source if of_visit else "", "" if of_visit else change.source,
    )  # fmt: skip


def _without_turn(row: Reception) -> Line:
    what = _("代%(who)s接，不占轮次") % {"who": row.stands_in_for.name} if row.stands_in_for else _("接待，不占轮次")
    return Line(row.since, row.by.name, "other", what, because(row), row.visit.no)


def _moves(entries: Iterable[Entry]) -> list[Line]:
    subjects = {entry: entry.subject.removeprefix("user:") for entry in entries}
    ids = {int(text) for text in (*subjects.values(), *(entry.actor for entry in entries)) if text.isdigit()}
    names = {str(pk): user.name for pk, user in User.objects.in_bulk(ids).items()}
    lines = []
    for entry in entries:
        action = (
            entry.action if entry.action != "rotation.move" else f"rotation.{'up' if entry.detail['up'] else 'down'}"
        )
        said = str(MOVES[action]) % {"who": names.get(entry.actor, "–")}
        lines.append(Line(entry.at, names.get(subjects[entry], "–"), "moved", said))
    return lines


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody had of the rotation: normal turns this week and this month; of the month also made up, missed, passed over."""

    name: str
    week: int
    month: int
    made_up: int
    missed: int
    passed: int


def fairness(site: Site, at: datetime) -> dict[str, Any]:
    """Turns of each person this week and this month: make-up turns, which were owed, stand apart."""
    day = localtime(at, site.project.zone).date()
    week = midnight(day - timedelta(days=day.weekday()), site.project.zone)
    month = midnight(day.replace(day=1), site.project.zone)
    rows: Any = TurnChange.objects.filter(site=site, at__gte=min(week, month), at__lte=at).values("user__name")
    figures = {
        name: Count("pk", filter=Q(kind=kind, at__gte=since))
        for name, kind, since in (
            ("week", Kind.TAKEN, week), ("month", Kind.TAKEN, month), ("made_up", Kind.MADE_UP, month),
            ("missed", Kind.MISSED, month), ("passed", Kind.PASSED, month),
        )
    }  # fmt: skip
    shares = [Share(row.pop("user__name"), **row) for row in rows.annotate(**figures).order_by("user__name", "user")]
    shares = [share for share in shares if any((share.week, share.month, share.made_up, share.missed, share.passed))]
    drawn = plot(_("本月轮接"), [(share.name, share.month) for share in shares])
    return {"shares": shares, "plot": drawn, "width": LEFT + LONGEST + 50, "left": LEFT}
