"""Terms that wait for the other side, and an appeal against the last ruling whose term still runs."""

from datetime import datetime, timedelta

from arbitration import services as cases
from arbitration.appeals import days_of, until
from arbitration.models import Collision, Ruling, Settlement
from config.demo.cast import House
from people.models import User
from people.workplace import Workplace, workplace


def procedure(house: House, now: datetime) -> None:
    """In the store: the second party of the oldest open case offers to share; whoever got nothing of the last ruling appeals."""
    case = Collision.objects.filter(project=house.store, state=Collision.State.OPEN).order_by("opened_at").first()
    if case and not Settlement.objects.filter(collision=case).exists():
        _offer(case, now - timedelta(hours=3))
    _appeal(house, now - timedelta(hours=2))


def _offer(case: Collision, at: datetime) -> None:
    sides = cases.sides_of(case)
    here, shares = _at(case, sides[1].people[0], at), {side.key: 0 for side in sides}
    shares |= {sides[0].key: 4_000, sides[1].key: 6_000}
    text = "客户由后来接待的人跟，先报备的人分四成。"
    agreement = cases.Agreement(text, shares, sides[1].people[0])
    cases.write_terms(here=here, case=case, agreement=agreement, at=at)


def _appeal(house: House, at: datetime) -> None:
    rows = Ruling.objects.filter(collision__project=house.store, superseded_by=None, at__lte=at).select_related(
        "collision"
    )
    ruling = rows.order_by("-at").first()
    if ruling is None or at >= until(ruling, days_of(ruling.collision)) or not ruling.collision.closed:
        return
    paid = {key.pk for key, _bp in ruling.shares()}
    loser = ruling.collision.claims.exclude(user__in=paid).select_related("user").order_by("letter").first()
    if loser and loser.user != ruling.owner:
        reason = "我报备在先，中间一直有联系，裁定没有提到。"
        cases.open_appeal(here=_at(ruling.collision, loser.user, at), ruling=ruling, reason=reason, at=at)


def _at(case: Collision, user: User, at: datetime) -> Workplace:
    here = workplace(user, case.project, at)
    assert here is not None  # noqa: S101 — a party of the demo works there
    return here
