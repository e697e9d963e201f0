"""Who receives a visitor, and why. The policy's order, applied to the records; the reason is always given."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, OuterRef, When
from django.db.models.functions import Extract, JSONObject

from leads.claims import days_after
from leads.models import Customer, Ownership, Registration
from people.models import Membership, Project, Site, User
from people.roles import SELLING
from visits.models import Duty, Place, Reception, TurnChange

Span = tuple[datetime, datetime]
Why = Reception.Why
# What leads to one person, whose visitor it then is: where they cannot come, somebody stands in for them.
NAMED = frozenset({Why.OWNER, Why.ASKED_FOR, Why.INVITER, Why.PREVIOUS})
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """What the desk knows of somebody who arrived: the customer on record, the first two answers, who came along."""

    customer: Customer | None = None
    invited_by: User | None = None
    asked_for: User | None = None
    brought_by: User | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """Who receives and why. `stand_in` is whoever would take over if they cannot; `unsettled` asks for a calm word.

    `receiver` None: nobody can be called now, and the visitor waits for whoever is free next. `dealt`: the visitor is nobody's in
    particular, so that whoever receives has used up a turn; where the rotation chose, out of `among`. `stands_in_for`: whom `why`
    is about, where they cannot be called (away or suspended), so that the receiver stands in for them.
    """

    receiver: User | None
    why: str
    stand_in: User | None
    unsettled: bool
    queue: tuple[int, ...]
    dealt: bool
    among: tuple[int, ...] = ()
    stands_in_for: User | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """The rotation of a site as it stands: places in order, and who is with a visitor now."""

    places: list[Place]
    busy: frozenset[int]

    def next(self, at: datetime) -> list[Place]:
        """Whose turn is next, in order: the available who are free; where nobody is, those who are with a visitor.

        These are not called, and lose no turn by it (D17-2.1, G-52): the desk may send one, or the visitor waits.
        """
        return self.free(at) or _by_turn(place for place in self.places if available(place, at))

    def free(self, at: datetime) -> list[Place]:
        """The available who are with nobody, in order; whoever has turns to miss comes after the others, make-up turns apart."""
        ready = (place for place in self.places if available(place, at))
        return _by_turn(place for place in ready if place.user_id not in self.busy)

    def only(self, users: Iterable[User]) -> "Queue":
        """The same without anybody else: the rotation of those on duty."""
        wanted = {user.pk for user in users}
        return Queue([place for place in self.places if place.user_id in wanted], self.busy)


def _by_turn(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda place: 0 if place.owed else place.skips)


def queue_of(site: Site, at: datetime) -> Queue:
    """The rotation now."""
    here = Reception.objects.filter(visit__site=site, until__isnull=True, visit__left_at__isnull=True)
    return Queue(in_order(site, at), frozenset(here.values_list("by", flat=True)))


def route(project: Project, site: Site, visitor: Visitor, at: datetime, rotation: Queue | None = None) -> Routing:
    """The first of the policy's ways that leads to somebody, or to a stand-in by rotation for them; NOBODY when none does."""
    rotation = rotation or queue_of(site, at)
    queue = tuple(place.user_id for place in rotation.places)
    ready = rotation.free(at)
    duty = cache(lambda: on_duty(project, site, rotation, at))
    held = _held(project, visitor.customer, at)
    ways: dict[str, Callable[[], User | None]] = {
        Why.OWNER: lambda: held.user if held else None,
        Why.ASKED_FOR: lambda: visitor.asked_for,
        Why.INVITER: lambda: visitor.invited_by,
        Why.PREVIOUS: lambda: _previous(project, visitor.customer),
        Why.ON_DUTY: lambda: duty()[0],
        Why.ROTATION: lambda: ready[0].user if ready else None,
    }
    for why in project.terms.routing:
        found = ways[why]()
        if found is None or not _sells_here(project, found, at):
            continue
        stand_in = _first_but(ready, found)
        among = (
            tuple(place.user_id for place in ready) if why == Why.ROTATION else duty()[1] if why == Why.ON_DUTY else ()
        )
        unsettled = _unsettled(project, visitor, held)
        if why in NAMED and hindered(project, site, found, at, rotation):
            second = _first_but(rotation.next(at), found, stand_in)
            why = why if stand_in else Why.NOBODY
            return Routing(stand_in, why, second, unsettled, queue, False, stands_in_for=found)
        return Routing(found, why, stand_in, unsettled, queue, bool(among), among)
    dealt = Why.ROTATION in project.terms.routing
    return Routing(None, Why.NOBODY, _first_but(rotation.next(at)) if dealt else None, False, queue, dealt)


def _first_but(places: Iterable[Place], *others: User | None) -> User | None:
    return next((place.user for place in places if place.user not in others), None)


def in_order(site: Site, at: datetime, *, lock: bool = False) -> list[Place]:
    """The rotation of those who sell here now: make-up turns first (the oldest grant first), then by position (G-52)."""
    selling = Membership.objects.at(at).filter(project=site.project_id, role__in=SELLING).values("user")
    places = Place.objects.filter(site=site, user__is_active=True, user__in=selling).order_by("pk")
    if lock:  # first, and by itself: what was granted while we waited is read afterwards
        list(places.select_for_update(of=("self",)).values_list("pk", flat=True))
    found = places.select_related("user").annotate(grants=GRANTS)
    return sorted(found, key=lambda p: (p.owed == 0, _oldest_grant(p), p.position, p.pk))


# What somebody was granted who is owed make-up turns, the newest first, asked for with their place: when, its id, how many.
GRANTS = Case(
    When(
        owed__gt=0,
        then=ArraySubquery(
            TurnChange.objects.filter(site=OuterRef("site"), user=OuterRef("user"), kind=TurnChange.Kind.MAKE_UP)
            .order_by("-at", "-pk")
            .values(grant=JSONObject(at=Extract("at", "epoch"), pk="pk", count="count"))
        ),
    )
)


def _oldest_grant(place: Any) -> tuple[float, int]:
    """Which of somebody's grants is the oldest that was not served: the last ones add up to what is owed."""
    left, oldest = place.owed, (0.0, 0)
    for grant in place.grants or []:
        if left > 0:
            left, oldest = left - grant["count"], (grant["at"], grant["pk"])
    return oldest


def available(place: Place, at: datetime) -> bool:
    """Whether somebody may be called now: neither away nor suspended."""
    return not (place.away or suspended(place, at))


def suspended(place: Place, at: datetime) -> bool:
    """Whether this person receives nobody now (停接, D17-1.h3), half-open."""
    since, until = place.suspended_since, place.suspended_until
    return until is not None and until > at and (since is None or since <= at)


def hindered(project: Project, site: Site, user: User, at: datetime, rotation: Queue | None = None) -> bool:
    """Whether somebody who sells here cannot be called now: away from this site, or suspended, be it at another site's."""
    place = next((place for place in rotation.places if place.user_id == user.pk), None) if rotation else None
    if place is not None:
        return not available(place, at)
    places = list(Place.objects.filter(site__project=project, user=user))
    if not places:
        span = suspension(project, user)
        return span is not None and span[0] <= at < span[1]
    return any(suspended(place, at) or (place.away and place.site_id == site.pk) for place in places)


def suspension(project: Project, user: User) -> Span | None:
    """From when until when this person's last suspension runs: whole local days after the day of each decision (D17-1.h3).

    One that is decided while another runs is served after it; one that was reversed ends when it was.
    """
    kinds = (TurnChange.Kind.SUSPEND, TurnChange.Kind.LIFTED)
    rows = list(TurnChange.objects.filter(site__project=project, user=user, kind__in=kinds).order_by("at", "pk"))
    lifted = {row.source: row.at for row in rows if row.kind == TurnChange.Kind.LIFTED}
    span: Span | None = None
    for row in rows:
        if row.kind == TurnChange.Kind.LIFTED:
            continue
        if span and row.at < span[1]:
            since, begins, ends = span[0], span[1], days_after(project, span[1] - INSTANT, row.count)
        else:
            since = begins = days_after(project, row.at, 0)
            ends = days_after(project, row.at, row.count)
        span = since, max(begins, min(ends, lifted.get(row.source, ends)))
    return span


def _held(project: Project, customer: Customer | None, at: datetime) -> Ownership | None:
    if customer is None:
        return None
    held: Ownership | None = (
        Ownership.objects.live_at(at).filter(project=project, customer=customer).select_related("user").first()
    )
    return held


def _previous(project: Project, customer: Customer | None) -> User | None:
    """Who received this customer last (D01-2.A3), be it through a stand-in; not who was called and did not come."""
    if customer is None:
        return None
    rows = Reception.objects.filter(visit__project=project, visit__customer=customer, unanswered=False)
    last = rows.select_related("by", "stands_in_for").order_by("-since", "-pk").first()
    return last.whose if last else None


def on_duty(project: Project, site: Site, rotation: Queue, at: datetime) -> tuple[User | None, tuple[int, ...]]:
    """Who of those on duty receives, and among whom the rotation chose: nobody where one alone is there (G-24).

    Of several the rotation calls who is free. One alone is called with a visitor, too: no turn is at stake.
    """
    rows = Duty.objects.filter(site=site, since__lte=at, until__gt=at).select_related("user").order_by("since", "pk")
    there = (duty.user for duty in rows if _sells_here(project, duty.user, at))
    users = [user for user in there if not hindered(project, site, user, at, rotation)]
    if len(users) < 2:
        return next(iter(users), None), ()
    theirs = rotation.only(users)
    if not theirs.places:
        return users[0], ()
    free = theirs.free(at)
    return (free[0].user, tuple(place.user_id for place in free)) if free else (None, ())


def _sells_here(project: Project, user: User, at: datetime) -> bool:
    return user.is_active and Membership.objects.at(at).filter(project=project, user=user, role__in=SELLING).exists()


def _unsettled(project: Project, visitor: Visitor, held: Ownership | None) -> bool:
    """Whether more than one claim is alive: then the desk says «to be confirmed», and nothing more."""
    if held is None or visitor.customer is None:
        return False
    named = {user.pk for user in (visitor.invited_by, visitor.asked_for, visitor.brought_by) if user}
    if named - {held.user_id}:
        return True
    ruled = held.reason == Ownership.Reason.RULING
    others = Registration.objects.filter(project=project, customer=visitor.customer).exclude(by=held.user)
    return not ruled and others.exists()
