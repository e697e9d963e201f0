"""Leave to get in touch with a colleague's customer, and a report of the desk, answered, that waits for a manager."""

from datetime import datetime, timedelta

from config.demo.cast import MANAGERS, House
from leads.models import Customer
from people.workplace import Workplace
from visits.models import Conduct, Permission, Reception
from visits.services import Reported, allow, answer_conduct, report_conduct


def conduct(house: House, now: datetime) -> None:
    """In the store: whoever received last lets a colleague call, a manager assigns another, who cut in before and says why."""
    received = _last_received(house)
    here, first, second = _people(house, received)
    customer = Customer.objects.get(visits=received.visit)
    boss, desk = house.people[MANAGERS["store"]], house.people["zhoumin"]
    kind, at = Permission.Kind.CONTACT, now - timedelta(minutes=30)
    allow(here=here, customer=customer, to=first.user, kind=kind, note="帮我回个电话", at=at)
    allow(here=boss, customer=customer, to=second.user, kind=kind, note="客户要看样板间，临时带一下", at=at)
    told = Reported(
        kind=Conduct.Kind.INTERRUPTION, by=second.user, against=here.user, visit=received.visit, before_customer=True, stopped=True,
        what="谈报价时插话，请他回去就走了", happened_at=received.since,
    )  # fmt: skip
    row = report_conduct(here=desk, report=told, at=now)
    answer_conduct(here=second, conduct=row, what="客户问我样板间在几楼，我答了一句", at=now)


def _last_received(house: House) -> Reception:
    sellers = [here.user for here in house.selling("store")]
    rows = Reception.objects.filter(
        visit__project=house.store,
        visit__customer__isnull=False,
        visit__left_at__isnull=False,
        unanswered=False,
        by__in=sellers,
    )
    return rows.select_related("visit", "by").order_by("-since", "-pk")[:1].get()


def _people(house: House, received: Reception) -> tuple[Workplace, Workplace, Workplace]:
    """Who received, and two colleagues who had no part in it."""
    sellers = house.selling("store")
    here = next(one for one in sellers if one.user == received.by)
    involved = received.visit.receptions.values_list("by", "stands_in_for")
    busy = {pk for pair in involved for pk in pair}
    others = [one for one in sellers if one.user.pk not in busy]
    return here, others[0], others[1]
