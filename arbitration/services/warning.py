"""Warning at once of what may become a collision, before two people waste a visit (D05-3.3, D05-4.3a).

We warn on the widest definition; a case opens on the policy's (X-17). A name alone never warns (G-13).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from arbitration.cases.parties import agencies
from arbitration.models import Collision, EarlyWarning
from leads import nearness
from leads.models import Customer
from leads.nearness import Near
from people.models import Membership, Project, User
from people.roles import Right, Role
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from trail.sentences import counted_noop

KIND = "collision.warning"
PAGE = "/cases/warnings"
MANAGERS = counted_noop("有 %(n)d 位客户可能撞单，核实之前先报备的优先")
WHO_CAME = counted_noop("你报备或联系的客户有 %(n)d 位可能撞单，先问主管")
OWNERS = counted_noop("你跟进的客户有 %(n)d 位可能撞单，主管会核对")
Cause = EarlyWarning.Cause
Key = tuple[UUID, int, int, str]


def warn_near(*, project: Project, found: Sequence[Near], at: datetime) -> None:
    """Store what was noticed and tell both salespeople and the managers, unless a case is open about it or it was told today."""
    new = _store(project, _without_case(project, found), at)
    _tell_two(project, new, at)
    _tell_managers(project, new, at)


def warn_of_contact(
    *, project: Project, customer: Customer, by: User, act: str, arranged_by: User | None, at: datetime
) -> None:
    """Somebody gets in touch, or plans to, with a customer whom a colleague follows, or with somebody of the same buying unit.

    Who is in touch hears of it on the page, and the owner by a message of its own (D02-3.3): of that only the managers are told.
    What a manager has somebody do warns nobody.
    """
    if arranged_by is not None:
        return
    owner = nearness.owners(project, [customer.pk], at).get(customer.pk)
    cause = Cause.CONTACT if act == "contact" else Cause.PLAN
    found = [Near(by, customer.pk, owner, cause)] if owner and owner != by.pk else []
    found = _without_case(project, [*found, *nearness.by_unit(project, [(by, customer)], at)])
    if found and Membership.objects.at(at).selling().filter(project=project, user=by).exists():
        new = _store(project, found, at)
        _tell_two(project, [row for row in new if row.cause != Cause.CONTACT], at)
        _tell_managers(project, new, at)


def _without_case(project: Project, found: Sequence[Near]) -> list[Near]:
    """Those about whom no case waits: its parties and who rules know already."""
    ids = {near.customer for near in found}
    disputed = set(
        Collision.objects.unruled().filter(project=project, customer__in=ids).values_list("customer", flat=True)
    )
    return [near for near in found if near.customer not in disputed]


def _store(project: Project, found: Sequence[Near], at: datetime) -> list[EarlyWarning]:
    """Keep it; gives what is news: noticed for the first time, or again on another day and not dismissed."""
    wanted = {_key(near): near for near in found}
    ids, people = {near.customer for near in found}, {near.by.pk for near in found}
    rows = EarlyWarning.objects.filter(project=project, customer__in=ids, by__in=people)
    known = {(row.customer_id, row.by_id, row.owner_id, row.cause): row for row in rows if found}
    again = [row for key, row in known.items() if key in wanted]
    EarlyWarning.objects.filter(pk__in=[row.pk for row in again]).update(times=F("times") + 1, last_at=at)
    fresh = [
        EarlyWarning(
            project=project, by=near.by, owner_id=near.owner, customer_id=near.customer, about_id=near.about,
            registration_id=near.registration, cause=near.cause, at=at, last_at=at,
        )
        for key, near in wanted.items() if key not in known
    ]  # fmt: skip
    EarlyWarning.objects.bulk_create(fresh, ignore_conflicts=True)
    today = project.midnight(at)
    return [*fresh, *(row for row in again if row.dismissed_at is None and row.last_at < today)]


def _key(near: Near) -> Key:
    return near.customer, near.by.pk, near.owner, near.cause


def _tell_two(project: Project, rows: Sequence[EarlyWarning], at: datetime) -> None:
    """Each of the two, one message a day for the pair; without a name. Who is of an agency learns nothing of others' customers."""
    outside = agencies(project, {row.by_id for row in rows}) if rows else {}
    for (by, owner), n in Counter((row.by_id, row.owner_id) for row in rows).items():
        if by not in outside:
            _tell(project, by, WHO_CAME, n, at, group=f"{by}-{owner}", link="/me")
        _tell(project, owner, OWNERS, n, at, group=f"{by}-{owner}", link="/me")


def _tell_managers(project: Project, rows: Sequence[EarlyWarning], at: datetime) -> None:
    """One message a day in all; the pairs stand on the page."""
    if not rows:
        return
    two = {pk for row in rows for pk in (row.by_id, row.owner_id)}
    for pk in _without(Membership.objects.people(project, [Role.MANAGER], at), two):
        _tell(project, pk, MANAGERS, len(rows), at, group="", link=PAGE)


def _without(people: Iterable[int], told: set[int]) -> list[int]:
    return [pk for pk in people if pk not in told]


def _tell(project: Project, to: int, sentence: str, n: int, at: datetime, *, group: str, link: str) -> None:
    trail.tell_counted(
        to=to, kind=KIND, sentence=sentence, n=n, group=group, project=project.code, link=link, at=at,
        since=project.midnight(at),
    )  # fmt: skip


@transaction.atomic
def dismiss_warning(*, here: Workplace, warning: EarlyWarning, whole_pair: bool, at: datetime) -> int:
    """Somebody who rules has looked at it, or at all that these two have: it is not shown or told again. Gives how many.

    Raises Refusal where it was dismissed already.
    """
    if not here.may(Right.RULE) or warning.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("没有这一项，或不归你看"), status=404)
    mine: Any = {"project": here.project, "dismissed_at": None}
    rows = EarlyWarning.objects.filter(**mine, by=warning.by_id, owner=warning.owner_id)
    done = (rows if whole_pair else rows.filter(pk=warning.pk)).update(dismissed_by=here.user, dismissed_at=at)
    if not done:
        raise Refusal("dismissed", _("这条预警已经有人看过了"), status=409)
    trail.note(
        by=here.user.pk,
        action="warning.dismiss",
        subject=f"warning:{warning.pk}",
        at=at,
        project=here.project.code,
        n=done,
    )
    return done
