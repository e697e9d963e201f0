"""Who is expected, and what agents announced who cannot come: laid out for today."""

from datetime import datetime, time, timedelta
from typing import Any

from config.demo.cast import House
from leads.models import Customer, Ownership, Registration
from people.models import Project, Site
from people.workplace import Workplace, workplace
from trail.refusals import Refusal
from visits import expected as reads
from visits import services

MOST = 3


def expected(house: House, now: datetime) -> None:
    """In both projects."""
    for project in (house.store, house.estate):
        expect_some(project, now)


def expect_some(project: Project, at: datetime) -> None:
    """Three customers come today and one tomorrow, each said by whoever follows them; one agent cannot come along."""
    site = Site.objects.filter(project=project, closed_at__isnull=True).order_by("pk").first()
    held = Ownership.objects.live_at(at).filter(project=project, user__isnull=False).select_related("customer", "user")
    if site is None:
        return
    day = reads.local_day(project, at)
    for i, row in enumerate(held.order_by("pk")[: MOST + 1]):
        here = workplace(row.user, project, at) if row.user else None
        if here is not None:
            on = day + timedelta(days=i // MOST)
            _say(here, row.customer, site, on=on, about=time(14 + i), present=True, at=at)
    report = Registration.objects.filter(project=project, organisation__kind="distributor", customer__isnull=False)
    last: Registration | None = report.select_related("customer", "by").order_by("-at").first()
    here = workplace(last.by, project, at) if last else None
    if last and last.customer and here is not None:
        _say(here, last.customer, site, on=day, about=None, present=False, at=at)


def _say(here: Workplace, customer: Customer, site: Site, **given: Any) -> None:
    """Somebody who came already, or whom they may not expect, is left out."""
    try:
        services.expect(here=here, customer=customer, site=site, note="", **given)
    except Refusal:
        return
