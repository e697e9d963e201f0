"""两步验证 as a duty: whoever holds one of the GUARDED roles and has none does nothing else until it is on.

From which day on, the installation says, so that a company can begin on Monday; without a word from it, at once. A database
that nobody set up as an installation (seeds, measurements) has no such duty.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from people.models import Installation, Membership, SecondFactor, User
from people.roles import GUARDED
from trail.refusals import Refusal

LONGEST = timedelta(days=30)  # how far the day may be put off: a duty that begins next year is none
AT_ONCE = date(1970, 1, 1)


class Duty(NamedTuple):
    """What is asked of somebody who has no second factor: nothing more before it is on, or from which day on."""

    barred: bool = False
    begins: date | None = None


def _days() -> Any:
    """The local day from which on the duty holds; of no installation none."""
    return Installation.objects.values_list(Coalesce("second_factor_from", AT_ONCE), flat=True)


def first_day() -> date | None:
    """The same as a value."""
    return _days().first()


def with_factor(memberships: Any) -> Any:
    """These memberships with what `duty` reads, in the same query: each request asks it."""
    on = SecondFactor.objects.filter(user=OuterRef("user"), confirmed_at__isnull=False)
    return memberships.annotate(factor_on=Exists(on), factor_from=Subquery(_days()[:1]))


def duty(held: Sequence[Any], at: datetime) -> Duty:
    """What is asked of the person who holds these memberships (of `with_factor`), of all projects."""
    if held and not held[0].factor_on and any(m.role in GUARDED for m in held):
        begins = held[0].factor_from
        return Duty(barred=_holds(begins, at, held[0].project.zone), begins=begins)
    return Duty()


def must_have_factor(user: User, at: datetime) -> bool:
    """Whether this person may not do without a second factor at this moment."""
    held = Membership.objects.at_work(at).filter(user=user, role__in=GUARDED).select_related("project").first()
    return held is not None and _holds(first_day(), at, held.project.zone)


def without_factor(at: datetime) -> int:
    """How many people do nothing else before their second factor is on, once it is a duty."""
    held = Membership.objects.at_work(at).filter(role__in=GUARDED, user__is_active=True)
    on = SecondFactor.objects.filter(confirmed_at__isnull=False)
    return held.exclude(user__in=on.values("user")).values("user").distinct().count()


def factor_missing() -> Refusal:
    """What a program is told whose person is barred."""
    return Refusal("second_factor_missing", _("先到 /account/second-factor 开启两步验证，再用接口"), status=403)


def _holds(begins: date | None, at: datetime, zone: Any) -> bool:
    return begins is not None and at.astimezone(zone).date() >= begins
