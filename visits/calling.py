"""Who is called after somebody who did not answer, as the policy in force says."""

from dataclasses import dataclass
from datetime import datetime

from people.models import User
from visits.models import Duty, Place, Reception, Visit
from visits.routing import queue_of

Mode, Why = Reception.Mode, Reception.Why
ANYBODY = frozenset({Mode.IN_TURN, Mode.ON_DUTY, Mode.ASSIGNED})  # nobody had asked for whoever received so


@dataclass(frozen=True, slots=True)
class Next:
    """Who is called next and how. `among`: those of whom the rotation chose them, which uses up their turn; empty: none is."""

    user: User
    mode: str
    why: str
    stands_in_for: User | None = None
    among: tuple[int, ...] = ()


def whose(now: Reception) -> User | None:
    """Whose visitor it stays although somebody else receives them. None: nobody's in particular, and whoever was called did not come."""
    if now.stands_in_for:
        return now.stands_in_for
    return None if now.unanswered and now.mode in ANYBODY else now.by


def after(visit: Visit, now: Reception, at: datetime) -> Next | None:
    """The next one: whoever has the party now, a stand-in by rotation, or who is dealt the visitor by duty or rotation.

    Only who is free, and whom this visitor has not waited for already. None where there is nobody.
    """
    rotation = queue_of(visit.site, at)
    called = set(visit.receptions.values_list("by", flat=True))
    free = [place for place in rotation.free(at) if place.user_id not in called]
    if now.why == Why.PARTY and (found := _party(visit, called)):
        return found
    if now.stands_in_for or now.mode not in ANYBODY:
        user = free[0].user if free else None
        return Next(user, Mode.STAND_IN, Why.UNANSWERED, now.stands_in_for or now.by) if user else None
    return _dealt(visit, free, at)


def _party(visit: Visit, called: set[int]) -> Next | None:
    """Whoever receives the others of the party by now."""
    rows = Reception.objects.filter(visit__site=visit.site_id, visit__party=visit.party, until__isnull=True)
    others = rows.exclude(visit=visit.pk).exclude(by__in=called).select_related("by", "stands_in_for")
    other = others.order_by("since", "pk").first()
    return Next(other.by, Mode.ASSIGNED, Why.PARTY, other.stands_in_for) if other else None


def _dealt(visit: Visit, free: list[Place], at: datetime) -> Next | None:
    """The policy's ways for a visitor of nobody's: duty and rotation, in its order."""
    duties = Duty.objects.filter(site=visit.site_id, since__lte=at, until__gt=at).values_list("user", flat=True)
    on_duty = set(duties) if Why.ON_DUTY in visit.project.terms.routing else set()
    ways = {
        Why.ON_DUTY: (Mode.ON_DUTY, [place for place in free if place.user_id in on_duty]), Why.ROTATION: (Mode.IN_TURN, free),
    }  # fmt: skip
    for way in visit.project.terms.routing:
        mode, places = ways.get(Why(way), ("", []))
        if places:
            among = tuple(place.user_id for place in places)
            return Next(places[0].user, mode, Why.UNANSWERED, None, among)
    return None
