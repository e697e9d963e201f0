"""How long what is kept is kept (PIPL 19): classes as data, each with the law behind it, and the nightly jobs that let go and count.

Each app names its own classes (config/wiring.py). What a class loses is personal data; that something happened, and when, stays.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trail import clock
from trail.jobs import job
from trail.models import Erasing, OutlivedCount, Periodic, RetentionTerm
from trail.refusals import Refusal
from trail.services import note

# Of what is older than `before`: how many there are; and let go of a batch, where a cursor says how far it came ("": all done).
Count = Callable[[datetime], int]
Forget = Callable[[datetime, datetime, str], str]
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Kept:
    """One class. `days`: unless somebody set it otherwise, between `least` and `most`; None: never let go.

    `forget` None: its own job lets go of it, after a time that cannot be set.
    """

    code: str
    what: Any
    then: Any
    law: Any
    days: int | None
    least: int = 0
    most: int = 0
    count: Count | None = None
    forget: Forget | None = None

    @property
    def settable(self) -> bool:
        """Whether somebody may set how long."""
        return self.forget is not None


CLASSES: dict[str, Kept] = {}


def register(classes: Iterable[Kept]) -> None:
    """Take down the classes of an app."""
    CLASSES.update({one.code: one for one in classes})


def terms() -> dict[str, int | None]:
    """For how many days each class is kept now."""
    said = dict(RetentionTerm.objects.values_list("code", "days"))
    return {code: said.get(code, one.days) if one.settable else one.days for code, one in CLASSES.items()}


def before(at: datetime, days: int) -> datetime:
    """What is older than this is past a time of so many days."""
    return at - timedelta(days=days)


@transaction.atomic
def change_term(*, code: str, days: int, by: object, project: str, at: datetime) -> RetentionTerm:
    """Keep a class so many days from now on. Raises Refusal for what nobody may set, and outside of what the law leaves open."""
    one = CLASSES.get(code)
    if one is None or not one.settable:
        raise Refusal("not_settable", _("这一类的期限是定的，不能改"), field="days", status=404)
    if not one.least <= days <= one.most:
        raise Refusal(
            "days_outside", _("写 %(least)s 到 %(most)s 天之间") % {"least": one.least, "most": one.most}, field="days"
        )
    term, _made = RetentionTerm.objects.update_or_create(code=code, defaults={"days": days, "by": str(by), "at": at})
    note(by=by, action="retention.change", subject=f"retention:{code}", at=at, project=project, days=days)
    return term


def next_run() -> datetime | None:
    """When what is past its time goes next; None before a worker ran for the first time."""
    return Periodic.objects.filter(name="forget_outlived").values_list("next_at", flat=True).first()


def counts(at: datetime) -> dict[str, OutlivedCount]:
    """How many of each class the next run lets go of; one that was not counted for its present time yet is counted now."""
    known = OutlivedCount.objects.in_bulk()
    new = {code: days for code, days in terms().items() if code not in known or known[code].days != days}
    return known | _count(new, at)


def _count(kept: dict[str, int | None], at: datetime) -> dict[str, OutlivedCount]:
    """Count these classes by the time of the next run, and keep it; those that nobody counts are not in it."""
    run, rows = next_run() or at, {}
    for code, days in kept.items():
        if days is not None and (count := CLASSES[code].count):
            rows[code] = OutlivedCount(code=code, days=days, count=count(before(run, days)), at=at)
    OutlivedCount.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["code"], update_fields=["days", "count", "at"]
    )
    return rows


@job(title=gettext_lazy("数下次要清理多少"))
def count_outlived() -> None:
    """Count anew for the page that says it, once what was past its time has gone."""
    _count(terms(), clock.now())


@job(title=gettext_lazy("清理到期的资料"))
def forget_outlived(code: str = "", after: str = "") -> None:
    """Let go of what is past its time, class by class; a long one batch by batch, each a run of its own."""
    now, kept = clock.now(), terms()
    names = [name for name, one in CLASSES.items() if one.forget]
    for name in names[names.index(code) if code in names else 0 :]:
        days, forget = kept[name], CLASSES[name].forget
        if days is not None and forget is not None and (more := forget(before(now, days), now, after)):
            forget_outlived.enqueue(name, more)
            return
        after = ""


def blanked(rows: "models.QuerySet[Any]", *, code: str, at: datetime, guarded: bool = False, **values: Any) -> str:
    """Set these columns of a batch of rows to what says nothing. `guarded`: their table only grows (trail/operations.py)."""
    with transaction.atomic():
        found = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if found:
            if guarded:
                Erasing.objects.create(subject=f"retention:{code}", kind=Erasing.Kind.ERASED, by="system", at=at)
            rows.model._base_manager.filter(pk__in=found).update(**values)
            note(by="system", action="retention.outlived", subject=f"retention:{code}", at=at, count=len(found))
    return "more" if len(found) == BATCH else ""
