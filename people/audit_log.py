"""The audit log, searched: by person, act, thing, time and address. Piece by piece, never counted: it grows for ever."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from people import cursor
from people.audit import ACTIONS, KINDS, in_words
from people.workplace import Workplace
from trail import clock, seals
from trail.models import Entry, Seal
from trail.services import note

A_PAGE = 50
EXPORTED = 100_000  # lines of a file at most; whoever wants more asks for less at a time
A_BATCH = 1_000
VERIFIED, BROKEN = "history.verified", "history.broken"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; what is empty says nothing. `act`: an action, or all of a thing (`collision`)."""

    by: str = ""
    act: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None  # with this day
    address: str | None = None

    @property
    def names(self) -> list[str]:
        """By what was searched, not for what: so it stands in the log itself."""
        return [field.name for field in fields(self) if getattr(self, field.name)]


def piece(here: Workplace, wanted: Wanted, after: str | None, limit: int = A_PAGE) -> tuple[list[Entry], str | None]:
    """The newest lines, or those behind a cursor, and where to go on. Raises Refusal for a cursor that is none of ours."""
    return cursor.piece(_read(here, wanted, after, limit + 1), limit, by="at")


def records(here: Workplace, wanted: Wanted) -> Iterator[list[str]]:
    """The lines of a file: read some at a time, in words."""
    after: str | None = None
    for _batch in range(EXPORTED // A_BATCH):
        found, after = piece(here, wanted, after, A_BATCH)
        for line in in_words(found):
            at = f"{localtime(line['at'], here.project.zone):%Y-%m-%d %H:%M:%S}"
            yield [at, line["who"], line["did"], line["what"], line["why"], line["address"] or ""]
        if after is None:
            return


def proof() -> dict[str, Any]:
    """The last seal, as it is to be kept elsewhere, and what the last nightly verification found."""
    last = Seal.objects.order_by("-number").first()
    checked = Entry.objects.filter(action__in=[VERIFIED, BROKEN]).order_by("-at", "-pk").first()
    return {"seal": last, "name": seals.name(last) if last else "", "checked": checked}


def looked_at(here: Workplace, action: str, wanted: Wanted, at: datetime) -> None:
    """That somebody read the log or took it away (`audit.read`, `audit.export`) stands in it: by what they searched, not for what."""
    project, more = here.project.code, {"fields": wanted.names} if wanted.names else {}
    note(by=here.user.pk, action=action, subject=f"project:{project}", at=at, project=project, **more)


def heading() -> list[str]:
    """Above the columns of a file."""
    return [_("时间"), _("谁"), _("做了什么"), _("对什么"), _("说明"), _("从哪里")]


def _read(here: Workplace, wanted: Wanted, after: str | None, count: int) -> list[Entry]:
    """Those of this project and those of the company, each by its own index, put together: the log has none over both."""
    parts = []
    for project in ("", here.project.code):
        rows = _matching(Entry.objects.filter(project=project), wanted, here.project.zone)
        rows = cursor.after(rows, after, by="at") if after else rows
        parts.append(rows.order_by("-at", "-pk")[:count])
    return list(parts[0].union(parts[1], all=True).order_by("-at", "-pk")[:count])


def _matching(rows: QuerySet[Entry], wanted: Wanted, zone: ZoneInfo) -> QuerySet[Entry]:
    exact: dict[str, Any] = {
        "actor": wanted.by, "action__in": acts(wanted.act) if wanted.act else None, "address": wanted.address,
        "subject__in": _subjects(wanted.about) if wanted.about else None,
        "at__gte": _midnight(wanted.since, zone) if wanted.since else None,
        "at__lt": _midnight(clock.day_after(wanted.until), zone) if wanted.until else None,
    }  # fmt: skip
    return rows.filter(**{name: value for name, value in exact.items() if value})


def acts(name: str) -> list[str]:
    """The actions that this names: one, or all of a thing."""
    return [name] if name in ACTIONS else [action for action in ACTIONS if action.partition(".")[0] == name]


def _subjects(about: str) -> list[str]:
    """What a number may be the number of; whoever writes the kind (`customer:12`) names it."""
    return [about] if ":" in about else [f"{kind}:{about}" for kind in KINDS]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
