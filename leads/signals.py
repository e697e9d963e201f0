"""What the left tells the right, inside its own transaction. All connections are in config/wiring.py."""

from datetime import datetime

from django.dispatch import Signal
from django.utils.translation import gettext as _

from leads.models import Customer
from people.models import Project, User
from trail.refusals import Refusal

# Somebody's claim meets another's live one. Sends: project, customer, claimants [(user, ground, registration|None)],
# trigger ("registration" | "visit" | "deal" | "relation" | "deed"), source (number), deal (or None), at.
claim_contested = Signal()

# A deposit was paid. Sends: deposit, by (who entered it), at.
deposit_taken = Signal()

# A contract was signed. Sends: deal, at. Sent after claim_contested where both apply.
deal_signed = Signal()

# A contract has another price, money was given back, or it was cancelled. Sends: deal (as it is now), change, at.
deal_changed = Signal()

# Somebody acts on a customer who may be another's, and no claim meets another: by what screening found, or by the buying unit.
# Sends: project, found [leads.nearness.Near], at.
customers_near = Signal()

# Somebody is about to hand a customer over, or to take them out of the public pool. Sends: project, customer. A receiver that
# has a reason against it raises Refusal.
customer_moving = Signal()

# Somebody is about to get in touch with a customer, or to act on them as one who will. Sends: project, customer, by (who would),
# act (what is planned: contact, task, expected or ownership), claimed_at (when it was, of what happened already; else None),
# arranged_by (who has them do it, or None), at. A receiver that has a reason against it raises Refusal; what happened already it
# cannot prevent, and says whose matter it is.
contact_planned = Signal()

# Two records of one customer were merged: what named `merged` names `kept` now. Sends: kept, merged, by, at.
customers_merged = Signal()

# A merge is being undone, before anything is put back. Sends: kept, merged, merge, by, at. A receiver that has built a
# decision on it raises Refusal.
customers_parted = Signal()

# A person said who a visitor is whose number is on record under another name. Sends: question, same (the customer, or None
# for somebody else, then question.customer), by, at.
visitor_known = Signal()

# A report turned out to be about somebody else than the customer whom it was put to. Sends: report, was (the customer), by, at.
report_moved = Signal()

# Reports came in by mail or SMS and were registered. Sends: message (InboundMessage), registrations (list).
message_registered = Signal()

# A visit turned out to be another customer's (a wrong number was put right). Sends: project, customer (whose it was thought to
# be). A receiver that has built a decision on it raises Refusal.
visit_moving = Signal()

# A customer is to be frozen or erased. Sends: ids (of their record and those merged into it), at, erasing (for good). Receivers
# answer with what still needs them, as (code, sentence).
person_needed = Signal()

# A customer was frozen or erased: copies of what said who they are go. Sends: ids, at.
person_gone = Signal()


def not_stopped(*customers: Customer) -> None:
    """Raise Refusal where one of them is frozen or erased: nothing is done about them (PIPL 47)."""
    if any(customer.stopped for customer in customers):
        raise Refusal("customer_stopped", _("这位客户停用或删除了，不能再做什么"), status=409)


def plan_contact(
    sender: type, *, project: Project, customer: Customer, by: User, at: datetime, claimed_at: datetime | None = None,
    arranged_by: User | None = None,
) -> None:  # fmt: skip
    """Say that somebody is about to get in touch (`contact_planned`). Raises the Refusal of a receiver that has a reason against it,
    and for a customer who is frozen or erased.
    """
    not_stopped(customer)
    contact_planned.send(
        sender=sender, project=project, customer=customer, by=by, act=sender.__name__.lower(), claimed_at=claimed_at,
        arranged_by=arranged_by, at=at,
    )  # fmt: skip
