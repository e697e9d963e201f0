"""Turns in the rotation (轮接) of a site: dealt, owed, skipped; who stands in it and in which order."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from people.models import Project, Site, User
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Place, TurnChange
from visits.roster import sells_at
from visits.routing import in_order
from visits.services.roster import lock_site


@transaction.atomic
def take_turn(*, site: Site, user: User, source: str, at: datetime) -> None:
    """A turn was dealt: a make-up turn is used up, else the place goes to the end. Skips due to those passed are used up."""
    places = in_order(site, at, lock=True)
    mine = next((place for place in places if place.user_id == user.pk), None)
    if mine is None:
        return
    for place in places[: places.index(mine)]:
        if place.skips:
            place.skips -= 1
            place.save(update_fields=["skips"])
    if mine.owed:
        mine.owed -= 1
    else:
        mine.position = max(place.position for place in places) + 1
    mine.save(update_fields=["owed", "position"])
    TurnChange.objects.create(site=site, user=user, kind=TurnChange.Kind.TAKEN, count=1, source=source, at=at)


@transaction.atomic
def set_away(*, here: Workplace, place: Place, away: bool, at: datetime) -> None:
    """Somebody is away (暂离), or back; the turn passes to the next meanwhile. Raises Refusal once they are out of it."""
    locked = _lock_place(place)
    locked.away = away
    locked.save(update_fields=["away"])
    _note(here, "rotation.away" if away else "rotation.back", locked, at)


@transaction.atomic
def add_to_rotation(*, here: Workplace, site: Site, user: User, at: datetime) -> Place:
    """Somebody joins the rotation of a site, at its end; whoever was in it before has the turns that they left with (G-52).

    Raises Refusal for who is no salesperson of the house here, or is in it already.
    """
    site = lock_site(site)
    if not sells_at(site.project, user, at):
        raise Refusal("turn_not_theirs", _("%(who)s不是这个项目的业务员，换一个人") % {"who": user.name}, field="user")
    if Place.objects.filter(site=site, user=user).exists():
        raise Refusal("turn_held", _("%(who)s已经在轮接里") % {"who": user.name}, field="user", status=409)
    last = Place.objects.filter(site=site).aggregate(last=Max("position"))["last"] or 0
    before = Place.history.filter(site=site, user=user).order_by("-history_date", "-history_id").first()
    turns = {key: getattr(before, key) for key in ("owed", "skips", "suspended_until")} if before else {}
    place = Place.objects.create(site=site, user=user, position=last + 1, **turns)
    _note(here, "rotation.join", place, at)
    return place


@transaction.atomic
def remove_from_rotation(*, here: Workplace, place: Place, at: datetime) -> None:
    """Somebody leaves the rotation of a site. Raises Refusal when they had left it already."""
    locked = _lock_place(place)
    _note(here, "rotation.leave", locked, at)
    locked.delete()


@transaction.atomic
def move_place(*, here: Workplace, place: Place, up: bool, at: datetime) -> None:
    """One step up or down in the rotation, by buttons; nothing happens at either end.

    Raises Refusal for somebody who is not, or no longer, in it.
    """
    _lock_place(place)
    places = in_order(place.site, at, lock=True)
    order = sorted(places, key=lambda p: (p.position, p.pk))
    i = next((i for i, p in enumerate(order) if p.pk == place.pk), None)
    if i is None:
        raise Refusal("turn_of_leaver", _("这个人已经不在这里卖，不参加轮接"), status=409)
    j = i - 1 if up else i + 1
    if 0 <= j < len(order):
        order[i], order[j] = order[j], order[i]
        for position, moved in enumerate(order, start=1):
            moved.position = position
            moved.save(update_fields=["position"])
        _note(here, "rotation.move", place, at)


def _lock_place(place: Place) -> Place:
    """The site, then the place. Raises Refusal when somebody took it out meanwhile."""
    site = lock_site(place.site)
    locked: Place | None = Place.objects.select_for_update().filter(pk=place.pk, site=site).first()
    if locked is None:
        raise Refusal("turn_gone", _("这个人刚被移出轮接"), status=409)
    return locked


def _note(here: Workplace, action: str, place: Place, at: datetime) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"user:{place.user_id}", at=at, project=here.project.code)


@transaction.atomic
def adjust_turns(*, project: Project, user: User, kind: str, count: int, source: str, at: datetime) -> None:
    """A ruling owes somebody turns, lets them miss some, or suspends them for days (G-52)."""
    for place in Place.objects.select_for_update().filter(site__project=project, user=user).order_by("pk")[:1]:
        if kind == TurnChange.Kind.MAKE_UP:
            place.owed += count
        elif kind == TurnChange.Kind.SKIP:
            place.skips += count
        else:
            place.suspended_until = at + timedelta(days=count)
        place.save(update_fields=["owed", "skips", "suspended_until"])
        TurnChange.objects.create(site=place.site, user=user, kind=kind, count=count, source=source, at=at)


def owed_turns(*, project: Project, user: User, at: datetime) -> int:
    """How many make-up turns (补接) somebody is owed at the sites of a project; they end with whoever leaves."""
    owed: int | None = Place.objects.filter(site__project=project, user=user).aggregate(owed=Sum("owed"))["owed"]
    return owed or 0
