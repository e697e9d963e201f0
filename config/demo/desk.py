"""Who is at the desk of the store right now: a couple with a child, and somebody who left no details."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import House
from people.models import Site
from visits import services
from visits.services import Arrival

COUPLE = (("沈立", "17706510081", 1), ("顾盼", "17706510082", 0))


def desk(house: House, now: datetime) -> None:
    """Within the last half hour; the receiver of the couple has answered, the other is being called."""
    here = house.people["zhoumin"]
    site = Site.objects.filter(project=house.store, closed_at__isnull=True).order_by("pk").first()
    if site is None or not site.opens <= localtime(now, house.store.zone).time() < site.closes:
        return  # at night nobody is there
    party, came = "", now - timedelta(minutes=25)
    for name, number, companions in COUPLE:
        arrival = Arrival(name=name, number=number, first_time="first", companions=companions, party=party)
        visit = services.check_in(here=here, site=site, arrival=arrival, at=came)
        party = visit.no
        services.answer(here=here, visit=visit, at=came + timedelta(seconds=20))
    services.check_in(here=here, site=site, arrival=Arrival(refused=True), at=now - timedelta(seconds=15))
