"""A visitor goes: the fourth and fifth item of the record, departure and gift (D01-1.f4, f5; D01-2.s3, s4)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Gift, Reception, Visit
from visits.services.gifts import give


@transaction.atomic
def leave(
    *, here: Workplace, visit: Visit, gift: Gift | None, at: datetime, how: str = Visit.LeftHow.DESK
) -> Visit:  # fmt: skip
    """The visitor goes. At the desk `gift` None says that none was given; a receiver says nothing of the gift, the desk will.

    Raises Refusal when they had gone already, for who is neither at the desk nor receiving them, and where the last gift was
    given to somebody else meanwhile.
    """
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.left_at:
        raise Refusal("visitor_left", _("这位客户的离开时间已经记过了"), status=409)
    may_say(here, locked)
    locked.left_at, locked.left_how = max(at, locked.arrived_at), how
    if how == Visit.LeftHow.DESK:
        give(here=here, visit=locked, gift=gift, at=at)
    locked.save(update_fields=["left_at", "left_how", "gift", "gift_item", "gift_asked"])
    end_receptions(locked, locked.left_at)
    trail.done(link=f"/visits/{visit.no}", at=at)
    trail.note(
        by=here.user.pk, action="visit.leave", subject=f"visit:{visit.no}", at=at, project=here.project.code, how=how
    )
    return locked


@transaction.atomic
def answer_gift(*, here: Workplace, visit: Visit, gift: Gift | None, at: datetime) -> Visit:
    """The desk says what a visitor got who left without its seeing it. Raises Refusal once that was answered: then it is corrected."""
    locked = Visit.objects.select_for_update().get(pk=visit.pk)
    if locked.gift_asked:
        raise Refusal("gift_answered", _("礼品已经记过了，记错了走更正"), status=409)
    give(here=here, visit=locked, gift=gift, at=at)
    locked.save(update_fields=["gift", "gift_item", "gift_asked"])
    trail.note(by=here.user.pk, action="visit.gift", subject=f"visit:{visit.no}", at=at, project=here.project.code)
    return locked


def end_receptions(visit: Visit, at: datetime) -> None:
    """Nobody receives a visitor who is gone. A reception that began later, by a corrected clock, ends as it began."""
    visit.receptions.filter(until__isnull=True, since__lte=at).update(until=at)
    for reception in visit.receptions.filter(until__isnull=True):
        reception.until = reception.since
        reception.save(update_fields=["until"])


def may_say(here: Workplace, visit: Visit) -> None:
    """Raises Refusal unless this person is at the desk or receives the visitor now: nobody else saw them."""
    now = receiving(visit)
    if not here.may(Right.DESK) and (now is None or now.by_id != here.user.pk):
        raise Refusal("not_receiving", _("只有前台和正在接待的人能记"), status=404)


def receiving(visit: Visit) -> Reception | None:
    """The reception that has not ended."""
    found: Reception | None = visit.receptions.filter(until__isnull=True).first()
    return found
