"""What was given to another company of a customer: to whom, for what, on what basis, how the customer was told (PIPL 23).

Webhooks and robots carry no personal data and an agency's statement names no customer, so nothing is given by itself: whoever
hands something over (a list to a partner, a file to a bank) says so here.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from leads import privacy
from leads.models import Customer, Ground, Provision
from leads.privacy.notices import last_basis
from leads.privacy.requests import no_number
from people.models import Project
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

WORDS = {
    "recipient": 80,
    "reached": 80,
    "purpose": 100,
    "what": 100,
    "told": 100,
}  # what the law asks for, and how long it may be


@transaction.atomic
def record_provision(*, here: Workplace, customer: Customer, ground: str, at: datetime, **said: str) -> Provision:
    """Put on record what another company was given of a customer; `said` are `WORDS`. Raises Refusal as `may_provide` does."""
    told = may_provide(here=here, customer=customer, ground=ground, **said)
    row = Provision.objects.create(project=here.project, customer=customer, ground=ground, at=at, by=here.user, **told)
    trail.note(
        by=here.user.pk, action="provision.record", subject=f"customer:{customer.pk}", at=at, project=here.project.code,
        ground=ground,
    )  # fmt: skip
    return row


def may_provide(*, here: Workplace, customer: Customer, ground: str, **said: str) -> dict[str, str]:
    """The words as they would be kept.

    Raises Refusal where one of them is missing, too long or holds a number, for a ground that is none, for consent that was taken back, and
    for a customer who is frozen or erased (409): nothing of theirs may be given any more.
    """
    told = {name: _words(said.get(name, ""), name) for name in WORDS}
    if ground not in Provision.Ground.values:
        raise Refusal("ground_unknown", _("选根据什么给出去"), field="ground")
    if privacy.state(customer):
        raise Refusal("frozen_already", _("这位客户的资料停用或删除了，不能给别的公司"), status=409)
    last = last_basis(here.project, customer)
    if ground == Provision.Ground.CONSENT and last and last.ground == Ground.WITHDRAWN:
        raise Refusal("withdrawn_already", _("这位客户撤回同意了，不能凭同意给出去"), field="ground", status=409)
    return told


def provisions_of(project: Project, customer: Customer) -> QuerySet[Provision]:
    """What was given of a customer in this project, the newest first."""
    return Provision.objects.filter(project=project, customer=customer).select_related("by").order_by("-at", "-pk")


def _words(text: str, field: str) -> str:
    """What stays on record is what was said, whole: nothing is cut off."""
    said = no_number(need_words(text, "provision_words", _("写明这一项"), field=field), field)
    if len(said) > WORDS[field]:
        raise Refusal("provision_long", _("太长了，最多 %(most)s 个字") % {"most": WORDS[field]}, field=field)
    return said
