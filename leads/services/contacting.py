"""Somebody asked for a customer whom a colleague follows, and wants to speak with that colleague now (D02-3.3, D12-6.2b)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from leads.models import Customer, PreCheck
from leads.numbers import read_number
from leads.screening import names
from leads.services.precheck import index_of
from people.models import User
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal

ANSWER_COUNTS = timedelta(hours=24)  # D02-3.2: a query is good for the day before the contact


@transaction.atomic
def contact_follower(*, here: Workplace, number: str, at: datetime) -> User:
    """Tell whoever follows this customer that a colleague wants to speak with them at once; returns whom.

    Only of an owner whom a pre-check of the last 24 hours named; once an hour. Raises Refusal otherwise (ask_first).
    """
    digits, _masked = read_number(number)
    asked = PreCheck.objects.filter(by=here.user, project=here.project, index=index_of(digits), found__isnull=False)
    lately = asked.filter(at__gte=at - ANSWER_COUNTS, at__lte=at).select_related("found", "customer")
    last = lately.order_by("-at").first()
    if last is None or last.found is None or last.customer is None:
        raise Refusal("ask_first", _("先查一下这位客户归谁，再联系"), field="phone", status=409)
    if limits.take(f"precheck-contact:{here.user.pk}:{last.customer.pk}", limit=1, within=timedelta(hours=1), at=at):
        _tell(here, last.customer, last.found, at)
    return last.found


def _tell(here: Workplace, customer: Customer, owner: User, at: datetime) -> None:
    trail.tell(
        to=owner.pk, kind="precheck.contact", project=here.project.code, link=f"/customers/{customer.pk}", to_do=True,
        at=at, name=names.hidden(customer.name),
        sentence=gettext_noop("有同事想现在和你对一下客户 %(name)s。打开看是谁，30 分钟内回话"),
    )  # fmt: skip
    trail.note(
        by=here.user.pk, action="precheck.contact", subject=f"customer:{customer.pk}", at=at, project=here.project.code
    )
