"""Changing the company's working calendar: days on which it works or rests otherwise than the state says."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.calendar import FIRST_YEAR, LAST_YEAR, days_of
from people.models import DayChange
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal

MOST_DAYS = 60  # at once: a longer span is a mistyped year


@transaction.atomic
def change_days(*, here: Workplace, first: date, last: date, working: bool, name: str, at: datetime) -> list[DayChange]:
    """The company works, or rests, on each of these days; an earlier change of the same day gives way.

    Raises Refusal for a span that ends before it begins, is longer than MOST_DAYS, or lies outside the calendar's years.
    """
    if last < first:
        raise Refusal("days_backwards", _("最后一天不能早于第一天"), field="last")
    if (last - first).days >= MOST_DAYS:
        raise Refusal("days_too_many", _("一次最多改 %(most)d 天。看一下年份") % {"most": MOST_DAYS}, field="last")
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        years = {"first": FIRST_YEAR, "last": LAST_YEAR}
        raise Refusal("days_out_of_reach", _("日历只到 %(first)d–%(last)d 年") % years, field="first")
    rows = [
        DayChange.objects.update_or_create(day=day, defaults={"working": working, "name": name.strip()})[0]
        for day in days_of(first, last)
    ]
    trail.note(
        by=here.user.pk, action="calendar.change", subject=f"day:{first.isoformat()}", at=at, project=here.project.code,
        until=last.isoformat(), working=working,
    )  # fmt: skip
    return rows


@transaction.atomic
def undo_changes(*, here: Workplace, first: date, last: date, at: datetime) -> None:
    """These days follow the state's calendar again. Raises Refusal where the company had changed none of them."""
    rows = list(DayChange.objects.select_for_update().filter(day__range=(first, last)).order_by("day"))
    if not rows:
        raise Refusal("days_not_changed", _("这几天公司没有改过，可能刚被别人撤销"), status=409)
    for row in rows:
        row.delete()  # one by one: each leaves its line in the history
    trail.note(
        by=here.user.pk, action="calendar.undo", subject=f"day:{first.isoformat()}", at=at, project=here.project.code,
        until=last.isoformat(),
    )  # fmt: skip
