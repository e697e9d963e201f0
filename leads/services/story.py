"""What is added to a customer's story: relations; and the look at a whole number."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from leads import claims
from leads.models import Customer, Phone, Relation
from leads.models.register import Answer
from leads.reads import visible
from leads.screening import phones
from leads.screening.matching import DIRECT_KIN
from leads.services.number_looks import count_look
from leads.services.precheck import precheck
from leads.signals import claim_contested
from people.models import Project, User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

# Who buys as one: families, and companies that are recorded as linked (G-15, G-38).
ONE_BUYER = {*DIRECT_KIN, Relation.Kind.LINKED}


@transaction.atomic
def relate(
    *, here: Workplace, customer: Customer, other: Customer | None, staff: User | None, kind: str, at: datetime
) -> Relation:
    """The customer is kin or friend of another customer, or of somebody who works here; a company's contact, or linked to it.

    Counts from its entry. One household, or linked companies, whom two people follow contest their claims (家人分批来).
    Raises Refusal for what is no relation, or known.
    """
    if kind not in Relation.Kind.values:
        raise Refusal("relation_unknown", _("选一种关系"), field="kind")
    if (other is None) == (staff is None) or other == customer:
        raise Refusal("relation_to_whom", _("选一位客户或一位同事，只选一边，不能是本人"), field="other")
    _fits(kind, customer, other)
    for one in sorted(filter(None, (customer, other)), key=lambda c: c.pk):  # the order in which everybody locks
        claims.lock_customer(one)
    if _related(customer, other, staff).filter(kind=kind).exists():
        raise Refusal("relation_known", _("这条关系已经登记过了"), field="kind", status=409)
    relation = Relation.objects.create(
        customer=customer, other=other, staff=staff, kind=kind, declared_at=at, by=here.user
    )
    if other and kind in ONE_BUYER:
        _contest_household(here.project, customer, other, relation, at)
    trail.note(
        by=here.user.pk, action="customer.relate", subject=f"customer:{customer.pk}", at=at, project=here.project.code
    )
    return relation


def _fits(kind: str, customer: Customer, other: Customer | None) -> None:
    """A contact is a person of a company, and companies are linked with companies (G-38)."""
    kinds = sorted(one.kind for one in (customer, other) if one)
    company, person = Customer.Kind.COMPANY, Customer.Kind.PERSON
    wanted = {Relation.Kind.CONTACT: [company, person], Relation.Kind.LINKED: [company, company]}
    sentences = {
        Relation.Kind.CONTACT: _("联系人是公司和个人之间的关系，选一家公司和一个人"),
        Relation.Kind.LINKED: _("关联公司是两家公司之间的关系，选另一家公司"),
    }
    if kind in wanted and kinds != wanted[Relation.Kind(kind)]:
        raise Refusal("relation_does_not_fit", sentences[Relation.Kind(kind)], field="kind")


def _related(customer: Customer, other: Customer | None, staff: User | None) -> "QuerySet[Relation]":
    if staff:
        return Relation.objects.filter(customer=customer, staff=staff)
    return Relation.objects.filter(Q(customer=customer, other=other) | Q(customer=other, other=customer))


def _contest_household(project: Project, a: Customer, b: Customer, relation: Relation, at: datetime) -> None:
    """Two people follow two of one household: the case is about the customer who was followed first. Locks are held."""
    held = [claim for one in (a, b) if (claim := claims.current(project, one, at)) and claim.user]
    if len({claim.user_id for claim in held}) < 2:
        return
    first, second = sorted(held, key=lambda claim: (claim.since, claim.pk))
    claim_contested.send(
        sender=Relation, project=project, customer=first.customer, trigger="relation", source=f"GX-{relation.pk}", deal=None,
        claimants=[(claim.user, claim.source, None) for claim in (first, second)], at=at,
    )  # fmt: skip


def other_customer(*, here: Workplace, text: str, at: datetime) -> Customer:
    """Whom somebody means as the other end of a relation: by name among the customers they may see, or by whole number.

    In-house, a whole number also finds somebody else's customer, as a pre-check does; it is kept and counted as one.
    Raises Refusal for nobody, or several.
    """
    kind, key = phones.partial(text)
    seen: list[Customer] = []
    if kind == "name" and key:
        called = visible(here).annotate(called=Concat("name", "honorific"))
        seen = list(called.filter(Q(name=key) | Q(called=key))[:2])
    elif kind == "whole":
        seen = list(visible(here).filter(phones__in=Phone.objects.whole(key)))
        if not seen and not here.outside:
            finding, _owner = precheck(here=here, number=text, at=at)
            seen = [finding.customer] if finding.customer and finding.answer == Answer.TAKEN else []
    if not seen:
        raise Refusal("other_unknown", _("没有找到这位客户：写手机号整号，或你看得到的客户的全名"), field="other")
    if len(seen) > 1:
        raise Refusal("other_several", _("同名的客户不止一位，写手机号整号"), field="other")
    return seen[0]


@transaction.atomic
def reveal(*, here: Workplace, customer: Customer, reason: str, at: datetime) -> list[str]:
    """The customer's whole numbers, to somebody who may, for a reason; the look is on record before it is given.

    Raises Refusal: not theirs, no reason, or too many in thirty days without leave (`number_looks`).
    """
    if not here.may(Right.REVEAL) and not _follows(here, customer, at):
        raise Refusal("reveal_not_yours", _("这位客户不归你跟进，看不到完整号码"), status=404)
    reason = need_words(reason, "reveal_why", _("写明为什么要看完整号码"), field="reason")
    count_look(here=here, lines=1, at=at)
    trail.note(
        by=here.user.pk, action="phone.reveal", subject=f"customer:{customer.pk}", at=at, project=here.project.code,
        reason=reason[:100],
    )  # fmt: skip
    return [phone.national for phone in customer.phones.order_by("pk")]


def _follows(here: Workplace, customer: Customer, at: datetime) -> bool:
    return customer.ownerships.live_at(at).filter(project=here.project, user=here.user).exists()
