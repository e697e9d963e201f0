"""Somebody leaves on the last day of March 2025, at noon."""

from datetime import date

from leads.models import Ownership
from leads.services import Targets, hand_customers
from people.services.handing_over import open_hand_over
from tests import make

LAST_DAY = date(2025, 3, 31)
NOON = make.at("2025-03-31 12:00")
EVENING = make.at("2025-03-31 18:00")


def followed(store, count=5):
    return [
        make.registered(store.li, make.at(f"2025-03-0{i + 1} 10:00"), number=f"1380000000{i}").registration.customer
        for i in range(count)
    ]


def leaves(store, here=None, who=None, when=NOON, last_day=LAST_DAY):
    return open_hand_over(
        here=here or store.manager, user=(who or store.li).user, last_day=last_day, reason="回老家", at=when
    )


def hand(store, row, holder=Ownership.Holder.COMPANY, people=(), here=None, **more):
    targets = Targets(holder, tuple(person.user for person in people))
    return hand_customers(here=here or store.manager, hand_over=row, targets=targets, at=NOON, **more)


def holders():
    """Who follows whom now: name, or the kind of holder; sorted."""
    rows = Ownership.objects.open().select_related("user")
    return sorted(row.user.name if row.user else row.holder for row in rows)
