"""What is known of the customers of a case beside what was put on record in it: reports, contacts, visits, money."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F

from arbitration.cases.once import once_a_page
from arbitration.models import Collision
from leads.models import Contact, Deal, Deposit, PreCheck, Refund, Registration
from visits.models import Reception, Visit


class History:
    """Of the customer of a case in its project; of a case about a thing, of all for whom it is claimed. Each table by itself."""

    def __init__(self, case: Collision) -> None:
        about = [case.customer_id] if case.customer_id else case.claims.order_by().values("customer")
        mine: dict[str, Any] = {"project": case.project_id, "customer__in": about}
        of_visits, of_deposits = ({f"{of}__{key}": value for key, value in mine.items()} for of in ("visit", "deposit"))
        self.reports, self.contacts = Registration.objects.filter(**mine), Contact.objects.filter(**mine)
        self.asked = PreCheck.objects.filter(**mine).exclude(found=None).exclude(found=F("by"))
        self.visits = Visit.objects.filter(**mine).select_related("invited_by", "asked_for", "brought_by")
        self.receptions = Reception.objects.filter(**of_visits).select_related("by").order_by("since", "pk")
        self.deposits = Deposit.objects.filter(**mine)
        self.refunds = Refund.objects.filter(**of_deposits).select_related("deposit")
        self.deals = Deal.objects.filter(**mine).select_related("closer")

    def tables(self) -> Iterable[Any]:
        """All of them, for whoever reads them at once."""
        return vars(self).values()


@once_a_page
def history_of(case: Collision) -> History:
    """The history of a case; a page that was opened has read it."""
    return History(case)
