"""What the front desk of the store has at the door: gifts with their stock, a visit put right, slips of paper of today."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import House
from visits import services
from visits.models import Visit


def gifts(house: House, since: datetime) -> None:
    """Before the first visitor comes: an umbrella that nobody counts, cups that are counted."""
    here, site = house.people["zhoumin"], house.sites["store"]
    services.add_gift(here=here, site=site, name="雨伞", stock=None, at=since)
    services.add_gift(here=here, site=site, name="保温杯", stock=400, at=since)


def door(house: House, now: datetime) -> None:
    """A departure that was put right, a forgotten visit entered late, and ten slips of paper of which one is void."""
    here, site = house.people["zhoumin"], house.sites["store"]
    last = Visit.objects.filter(site=site, left_at__isnull=False, left_at__lt=now).order_by("-left_at").first()
    if last and last.left_at:
        given = {"left_at": last.left_at + timedelta(seconds=60)}
        services.correct(here=here, visit=last, given=given, reason="登记时看错了表", at=now)
    midnight = site.project.midnight(now)
    past = services.Past(arrived_at=midnight - timedelta(hours=9), left_at=midnight - timedelta(hours=8))
    arrival = services.Arrival(name="秦岚", number="13700137009", first_time="first")
    services.enter_visit(here=here, site=site, arrival=arrival, past=past, at=now)
    slips = services.print_paper(here=here, site=site, count=10, on=localtime(now, site.project.zone).date(), at=now)
    services.void_paper(here=here, paper=slips[0], note="墨水洇了", at=now)
