"""No customer goes to another company in silence (PIPL 23): whatever gives one to an agent looks first whether that is on record."""

from datetime import datetime

from django.utils.translation import gettext as _

from leads import reads
from leads.models import Customer, Ownership, Provision
from people.models import Organisation, Project, User
from trail.refusals import Refusal


def must_be_provided(
    *, project: Project, customer: Customer, held: Ownership | None, to: User, by: User, at: datetime
) -> None:
    """Raises Refusal (provision_missing) where another company would get this customer and nothing was written down of it.

    `leads/privacy/giving.py` writes it, in the same transaction.
    """
    company = reads.company_given(project, held, to, at)
    if company and not Provision.objects.filter(customer=customer, recipient=company.name, at=at, by=by).exists():
        raise unprovided(to, company)


def unprovided(to: User, company: Organisation) -> Refusal:
    """Why a customer is not given to an agent without more (PIPL 23)."""
    sentence = _("%(who)s是%(company)s的人：选根据什么把客户给别的公司，写怎么告诉客户的（个人信息保护法 23 条）")
    return Refusal("provision_missing", sentence % {"who": to.name, "company": company.name}, field="ground")
