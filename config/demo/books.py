"""What salespeople know of their customers, what they have to do, and whose region is whose."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import House
from leads.models import Customer, NotebookEntry, Ownership
from leads.services import add_task, give_territory, grade, keep_profile, write_note
from people.workplace import Workplace

SELLERS = ("liqiang", "wangfang", "zhaolei", "sunli")
REGIONS = (("城北", "liqiang"), ("城东", "wangfang"), ("城西", "zhaolei"))
KNOWN = (  # needs, intention, region, trade
    ("四居室整装，老人和孩子同住", "比较三家", "城北", "教育"),
    ("两居室翻新，先做厨房和卫生间", "预算二十万", "城东", "医疗"),
    ("复式楼全屋定制", "等交房", "城南", "互联网"),
    ("出租房简装", "未定", "城西", ""),
    ("", "", "", ""),
)
GRADES = ((3, 3, True, True), (3, 2, False, True), (2, 2, True, False), (1, 2, False, False))
PLANNED = (("发报价单", 1), ("约到店看样板间", 2), ("回访：上次问了环保板材", -1))
TALKED = (
    "看了样板间，问整装包含哪些",
    "带图纸来的，问工期和付款",
    "比较了两套方案，下周再来",
    "问旧房翻新，约了上门量房",
)


def books(house: House, now: datetime) -> None:
    """Regions are drawn; each seller of the store knows some customers, has tasks, and wrote down most visits."""
    boss = house.people["hejing"]
    for region, who in REGIONS:
        give_territory(
            here=boss, region=region, industry="", user=house.people[who].user, team=None, at=_back(now, 90, 10)
        )
    for who in SELLERS:
        here = house.people[who]
        customers = _followed(here, now)
        _know(here, boss, customers, now)
        _plan(here, customers, now)
        _write(here, now)


def _back(now: datetime, days: int, hour: int) -> datetime:
    """So many days ago, at this hour."""
    return localtime(now).replace(hour=hour, minute=23, second=0, microsecond=0) - timedelta(days=days)


def _followed(here: Workplace, now: datetime) -> list[Customer]:
    held = Ownership.objects.live_at(now).filter(project=here.project, user=here.user).select_related("customer")
    return [row.customer for row in held.order_by("-since", "pk")[:10]]


def _know(here: Workplace, boss: Workplace, customers: list[Customer], now: datetime) -> None:
    for n, customer in enumerate(customers):
        needs, intent, region, industry = KNOWN[n % len(KNOWN)]
        if needs:
            stage = "quote" if n % 4 == 1 else "follow"
            keep_profile(
                here=here, customer=customer, needs=needs, intent=intent, region=region, industry=industry, stage=stage,
                at=_back(now, 2, 11),
            )  # fmt: skip
        if n < len(GRADES):
            potential, importance, loyal, profitable = GRADES[n]
            grade(
                here=boss, customer=customer, potential=potential, importance=importance, loyalty_high=loyal,
                profit_high=profitable, at=_back(now, 1, 15),
            )  # fmt: skip


def _plan(here: Workplace, customers: list[Customer], now: datetime) -> None:
    """Things to do today, tomorrow, and one that was due yesterday."""
    for customer, (what, days) in zip(customers, PLANNED, strict=False):
        due = _back(now, -days, 17)
        add_task(here=here, customer=customer, what=what, due_at=due, at=_back(now, 3, 10))


def _write(here: Workplace, now: datetime) -> None:
    """The record of each visit of the last three weeks but every fourth, within the hour."""
    lines = NotebookEntry.objects.filter(project=here.project, user=here.user, book=NotebookEntry.Book.VISIT)
    for n, line in enumerate(lines.filter(at__gte=now - timedelta(days=21)).order_by("at", "pk")):
        if n % 4 and (at := line.at + timedelta(minutes=50)) <= now:
            write_note(here=here, line=line, note=TALKED[n % len(TALKED)], at=at)
