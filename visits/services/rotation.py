"""Turns in the rotation (轮接) of a site: dealt, owed, skipped; who stands in it and in which order."""

from collections import deque
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from people.models import Project, Site, User
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import Place, TurnChange
from visits.roster import sells_at
from visits.routing import in_order, suspension
from visits.services.roster import lock_site


@transaction.atomic
def take_turn(*, site: Site, user: User, source: str, at: datetime, among: Collection[int] = ()) -> None:
    """A turn was dealt: a make-up turn is used up, else the place goes to the end.

    `among`: the users whom the rotation chose from, where it chose. Turns that some of them had to miss (错过一轮) come and go
    first, each to the end in its turn. Whoever the desk chose itself takes their own turn early; nobody else's changes.
    """
    places = in_order(site, at, lock=True)
    mine = next((place for place in places if place.user_id == user.pk), None)
    if mine is None:
        return
    kind, end = TurnChange.Kind.MADE_UP, _end(site)
    line = deque(place for place in places if place.user_id in among and not place.owed)
    while not mine.owed and line and line[0].skips:
        passed = line.popleft()
        line.append(passed)
        passed.skips, passed.position, end = passed.skips - 1, end, end + 1
        passed.save(update_fields=["skips", "position"])
        TurnChange.objects.create(
            site=site, user=passed.user, kind=TurnChange.Kind.PASSED, count=1, source=source, at=at
        )  # fmt: skip
    if mine.owed:
        mine.owed -= 1
    else:
        kind, mine.position = TurnChange.Kind.TAKEN, end
    mine.save(update_fields=["owed", "position"])
    TurnChange.objects.create(site=site, user=user, kind=kind, count=1, source=source, at=at)


def _end(site: Site) -> int:
    """The position behind everybody's, also of those who do not sell here now."""
    return (Place.objects.filter(site=site).aggregate(last=Max("position"))["last"] or 0) + 1


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
    before = Place.history.filter(site=site, user=user).order_by("-history_date", "-history_id").first()
    turns = {key: getattr(before, key) for key in ("owed", "skips")} if before else _balance(site, user)
    since, until = suspension(site.project, user) or (None, None)
    place = Place.objects.create(
        site=site, user=user, position=_end(site), suspended_since=since, suspended_until=until, **turns
    )
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
        _note(here, "rotation.move", place, at, up=up)


def _lock_place(place: Place) -> Place:
    """The site, then the place. Raises Refusal when somebody took it out meanwhile."""
    site = lock_site(place.site)
    locked: Place | None = Place.objects.select_for_update().filter(pk=place.pk, site=site).first()
    if locked is None:
        raise Refusal("turn_gone", _("这个人刚被移出轮接"), status=409)
    return locked


def _note(here: Workplace, action: str, place: Place, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"user:{place.user_id}", at=at, project=here.project.code,
        site=place.site_id, **detail,
    )  # fmt: skip


@transaction.atomic
def adjust_turns(*, project: Project, user: User, kind: str, count: int, source: str, at: datetime) -> None:
    """A ruling owes somebody turns, lets them miss some, or suspends them for days (G-52).

    Turns are given at the first site where they stand in the rotation; a suspension holds at all. For somebody who stands in none
    it is kept for when they join.
    """
    rows = Place.objects.select_for_update(of=("self",)).filter(site__project=project, user=user)
    places = list(rows.select_related("site").order_by("pk"))
    site = places[0].site if places else Site.objects.filter(project=project).order_by("closed_at", "pk").first()
    if site is None:
        return
    TurnChange.objects.create(site=site, user=user, kind=kind, count=count, source=source, at=at)
    if kind == TurnChange.Kind.SUSPEND:
        _set_suspension(project, user, places)
    elif places:
        places[0].owed += count if kind == TurnChange.Kind.MAKE_UP else 0
        places[0].skips += count if kind == TurnChange.Kind.SKIP else 0
        places[0].save(update_fields=["owed", "skips"])


@transaction.atomic
def lift_suspension(*, project: Project, user: User, source: str, at: datetime) -> None:
    """What is left of a suspension falls away: whatever it rested on was reversed. Nothing happens where it never reached a site."""
    given = TurnChange.objects.filter(site__project=project, user=user, kind=TurnChange.Kind.SUSPEND, source=source)
    row = given.select_related("site").first()
    if row is None:
        return
    TurnChange.objects.create(
        site=row.site, user=user, kind=TurnChange.Kind.LIFTED, count=0, source=source, at=at
    )  # fmt: skip
    places = Place.objects.select_for_update(of=("self",)).filter(site__project=project, user=user)
    _set_suspension(project, user, list(places.order_by("pk")))


def _set_suspension(project: Project, user: User, places: list[Place]) -> None:
    since, until = suspension(project, user) or (None, None)
    for place in places:
        place.suspended_since, place.suspended_until = since, until
        place.save(update_fields=["suspended_since", "suspended_until"])


def _balance(site: Site, user: User) -> dict[str, int]:
    """What somebody has who was given turns before they stood in any rotation."""
    rows = TurnChange.objects.filter(site=site, user=user, kind__in=(TurnChange.Kind.MAKE_UP, TurnChange.Kind.SKIP))
    given = dict(rows.values_list("kind").annotate(count=Sum("count")))
    return {"owed": given.get(TurnChange.Kind.MAKE_UP, 0), "skips": given.get(TurnChange.Kind.SKIP, 0)}


def owed_turns(*, project: Project, user: User, at: datetime) -> int:
    """How many make-up turns (补接) somebody is owed at the sites of a project; they end with whoever leaves."""
    owed: int | None = Place.objects.filter(site__project=project, user=user).aggregate(owed=Sum("owed"))["owed"]
    return owed or 0
