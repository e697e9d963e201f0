"""Who receives a visitor, and why. The policy's order, applied to the records; the reason is always given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from leads.models import Customer, Ownership, Registration
from people.models import Membership, Project, Site, User
from people.roles import SELLING
from visits.models import Duty, Place, Reception

Why = Reception.Why


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

    `dealt`: the rotation chose the receiver, which uses up their turn.
    """

    receiver: User | None
    why: str
    stand_in: User | None
    unsettled: bool
    queue: tuple[int, ...]
    dealt: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The rotation of a site as it stands: places in order, and who is with a visitor now."""

    places: list[Place]
    busy: frozenset[int]

    def callable(self, at: datetime) -> list[Place]:
        """Whom the rotation may call, in order: the available who are free; where nobody is free, whoever is next."""
        ready = [place for place in self.places if available(place, at)]
        return [place for place in ready if place.user_id not in self.busy] or ready


def queue_of(site: Site, at: datetime) -> Queue:
    """The rotation now."""
    here = Reception.objects.filter(visit__site=site, until__isnull=True, visit__left_at__isnull=True)
    return Queue(in_order(site, at), frozenset(here.values_list("by", flat=True)))


def route(project: Project, site: Site, visitor: Visitor, at: datetime, rotation: Queue | None = None) -> Routing:
    """The first of the policy's ways that leads to somebody; NOBODY when none does."""
    rotation = rotation or queue_of(site, at)
    queue = tuple(place.user_id for place in rotation.places)
    ready = [place.user for place in rotation.callable(at)]
    on_duty = cache(lambda: _on_duty(project, site, rotation, at))
    held = _held(project, visitor.customer, at)
    ways: dict[str, Callable[[], User | None]] = {
        Why.OWNER: lambda: held.user if held else None,
        Why.ASKED_FOR: lambda: visitor.asked_for,
        Why.INVITER: lambda: visitor.invited_by,
        Why.PREVIOUS: lambda: _previous(project, visitor.customer),
        Why.ON_DUTY: lambda: on_duty()[0],
        Why.ROTATION: lambda: ready[0] if ready else None,
    }
    for why in project.terms.routing:
        receiver = ways[why]()
        if receiver and _sells_here(project, receiver, at):
            stand_in = next((user for user in ready if user != receiver), None)
            dealt = why == Why.ROTATION or (why == Why.ON_DUTY and on_duty()[1])
            return Routing(receiver, why, stand_in, _unsettled(project, visitor, held), queue, dealt)
    return Routing(None, Why.NOBODY, None, False, queue, False)


def in_order(site: Site, at: datetime, *, lock: bool = False) -> list[Place]:
    """The rotation of those who sell here now: make-up turns first (oldest place first), then by position (G-52)."""
    selling = Membership.objects.at(at).filter(project=site.project_id, role__in=SELLING).values("user")
    places = Place.objects.filter(site=site, user__is_active=True, user__in=selling)
    places = places.select_related("user").order_by("pk")
    if lock:
        places = places.select_for_update(of=("self",))
    return sorted(places, key=lambda place: (place.owed == 0, place.position, place.pk))


def available(place: Place, at: datetime) -> bool:
    """Whether somebody may be called now: not away, not suspended, no skipped turn due."""
    suspended = place.suspended_until is not None and place.suspended_until > at
    return not (place.away or suspended or place.skips)


def _held(project: Project, customer: Customer | None, at: datetime) -> Ownership | None:
    if customer is None:
        return None
    held: Ownership | None = (
        Ownership.objects.live_at(at).filter(project=project, customer=customer).select_related("user").first()
    )
    return held


def _previous(project: Project, customer: Customer | None) -> User | None:
    """Who received this customer last."""
    if customer is None:
        return None
    last = (
        Reception.objects.filter(visit__project=project, visit__customer=customer)
        .select_related("by")
        .order_by("-since")
        .first()
    )
    return last.by if last else None


def _on_duty(project: Project, site: Site, rotation: Queue, at: datetime) -> tuple[User | None, bool]:
    """Who is on duty, and whether there were several: then the rotation says which of them (G-24)."""
    rows = Duty.objects.filter(site=site, since__lte=at, until__gt=at).select_related("user").order_by("since", "pk")
    users = [duty.user for duty in rows if _sells_here(project, duty.user, at)]
    if len(users) < 2:
        return next(iter(users), None), False
    theirs = [place for place in rotation.places if place.user in users]
    turn = next(iter(Queue(theirs, rotation.busy).callable(at)), None)
    return turn.user if turn else users[0], True


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
