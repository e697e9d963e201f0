"""Commission plans of the demo, and what became of some contracts: a price that changed, money given back, one cancelled; and what
Party A has paid for an agency.
"""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import MANAGERS, House
from finance.reads.settling import unsettled
from finance.services import add_plan, settle_deal
from leads.models import Deal, DealChange
from leads.services import Change, change_deal

BECAME = (
    (DealChange.Kind.PRICE, "客户换了户型，合同重签"),
    (DealChange.Kind.REFUND, "少做一间房，退差价"),
    (DealChange.Kind.CANCEL, "客户调动工作，双方解约"),
)
YESTERDAY = timedelta(days=1)


def contracts(house: House, now: datetime) -> None:
    """Three contracts of the store change; the first agency's deal that waits for Party A is settled by half."""
    boss = house.people[MANAGERS["store"]]
    _plans(house, now)
    booked = Deal.objects.filter(project=house.store, entries__isnull=False).distinct().order_by("-signed_at")
    for deal, (kind, reason) in zip(booked[4:7], BECAME, strict=False):
        amount = {DealChange.Kind.PRICE: deal.amount_fen * 9 // 10, DealChange.Kind.REFUND: deal.amount_fen // 20}
        change = Change(kind, amount.get(kind))
        change_deal(here=boss, deal=deal, change=change, reason=reason, at=now - YESTERDAY)
    for deal, waits in unsettled(house.estate)[:1]:
        payer = house.there("qianhui", house.estate)
        settle_deal(here=payer, deal=deal, amount_fen=waits // 2 or 1, slip="FP-20250118", at=now - YESTERDAY)


def _plans(house: House, now: datetime) -> None:
    """Three per cent, and of one product less, from today on: what was typed before stands."""
    general = house.there("chenguang", house.store).user
    today = localtime(now, house.store.zone).date()
    for product, rate_bp in (("", 300), ("软装", 250)):
        add_plan(project=house.store, rate_bp=rate_bp, product=product, since=today, by=general, at=now)
