"""What came in by SMS and mail in the last days, what was asked for, and what was reviewed."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.agencies import mobile
from config.demo.cast import House
from leads.inbound import sources
from leads.inbound.receiving import Incoming, receive
from leads.models import InboundSource, Ownership, Phone, Registration
from leads.services import look_first, review_report
from people.models import Project

SMS = (  # sender, days ago, at which hour, text
    ("gaoxiang", 3, 10, "安居房产，秦先生，139****6021"),
    ("fanglei", 2, 15, "恒信地产，白女士，138****4410\n恒信地产，贺总"),
    ("gaoxiang", 1, 11, "你好，明天带客户来看房"),
    ("", 1, 16, "安居房产，柳女士，136****7782"),
)
ASKED = (("zhaolei", 3), ("sunli", 2), ("tangyu", 1))  # who asked for the store's newest customers, days ago


def inbound(house: House, now: datetime) -> None:
    """Both projects have their gateway; four SMS came in. 何静 reviewed what is older than three days."""
    _gateways(house, now)
    _ask(house, now)
    _review(house, now)


def _gateways(house: House, now: datetime) -> None:
    admin, opened = house.there("wuyong", house.estate), _back(now, 60, 10)
    source, _secret = sources.open_gateway(here=admin, kind=InboundSource.Kind.SMS_HOOK, name="短信网关", at=opened)
    for n, (who, days, hour, text) in enumerate(SMS):
        at = _back(now, days, hour)
        sender = mobile(who) if who else "13305517001"
        given = Incoming(f"demo-{n}", sender, text, at - timedelta(seconds=20))
        receive(source=source, given=given, at=at)


def _back(now: datetime, days: int, hour: int) -> datetime:
    """So many days ago, at this hour."""
    return localtime(now).replace(hour=hour, minute=7, second=0, microsecond=0) - timedelta(days=days)


def _ask(house: House, now: datetime) -> None:
    """Colleagues asked for customers whom others follow."""
    held = Ownership.objects.live_at(now).filter(project=house.store).order_by("-since", "pk")
    for username, days in ASKED:
        here = house.people[username]
        for row in held.exclude(user=here.user)[:2]:
            phone = Phone.objects.filter(customer=row.customer_id).order_by("pk").first()
            if phone:
                look_first(here=here, number=phone.e164, at=_back(now, days, 14))


def _review(house: House, now: datetime) -> None:
    for project, username in ((house.store, "hejing"), (house.estate, "zhengtao")):
        for report in _older(project, now):
            review_report(here=house.people[username], report=report, approved=True, why="", at=_back(now, 2, 9))


def _older(project: Project, now: datetime) -> list[Registration]:
    rows = Registration.objects.filter(project=project, at__lt=_back(now, 3, 0)).in_order()
    return list(rows.exclude(by__memberships__role="manager").distinct())
