"""What is known of a customer because somebody showed it: a further number (G-13), a relation (G-15, D07-8.7)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims
from leads.models import Customer, IdentityQuestion, Phone, Relation
from leads.nearness import Near, owners
from leads.numbers import read_number
from leads.screening.matching import ACCEPTED, DIRECT_KIN
from leads.services.identity import put_question
from leads.services.precheck import count_reports
from leads.signals import customers_near, not_stopped
from people.models import User
from people.roles import Right
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

OTHERS_NUMBER = "number_of_another"


@transaction.atomic
def add_number(
    *, here: Workplace, customer: Customer, number: str, proof: str, at: datetime
) -> IdentityQuestion | None:
    """A further number of a customer, and what shows it: it counts from now on, never backwards (G-13).

    Somebody else's number stays theirs too, and whether the two are one person is asked; the question is returned. An agency is told
    nothing of that, and what it enters counts as a question, so that entering numbers is no way to try them (trust.md §2.3). Raises
    Refusal for a masked number, one that is known, without proof, or from somebody who does not follow the customer.
    """
    _may_add(here, customer, at)
    e164, masked = read_number(number)
    if masked:
        raise Refusal("phone_masked", _("要整号，问一下中间四位"), field="phone")
    proof = need_words(proof, "proof_missing", _("写明怎么知道这是 TA 的号码"), field="proof")
    count_reports(here=here, numbers=[e164], at=at)
    claims.lock_number(here.project, e164)
    others = [phone.customer for phone in Phone.objects.whole(e164).select_related("customer")]
    locked = claims.lock_customers({customer.pk, *(other.pk for other in others)})[customer.pk]
    if locked.pk in {other.pk for other in others}:
        raise Refusal("number_known", _("这个号码已经登记在这位客户名下"), field="phone", status=409)
    phone = Phone.of(locked, e164, at)
    phone.entered_by, phone.proof, phone.shared = here.user, proof[:100], bool(others)
    phone.save()
    trail.note(
        by=here.user.pk, action="customer.number", subject=f"customer:{locked.pk}", at=at, project=here.project.code,
        shared=phone.shared,
    )  # fmt: skip
    return _ask(here, locked, others, at) if others else None


def _ask(here: Workplace, customer: Customer, others: list[Customer], at: datetime) -> IdentityQuestion:
    """Whether they are one; and whoever follows one of them may be after the other's customer (D05-4.3a)."""
    holds = owners(here.project, [customer.pk, *(other.pk for other in others)], at)
    owner = User.objects.filter(pk=holds[customer.pk]).first() if customer.pk in holds else None
    if owner:
        found = [
            Near(owner, other.pk, holds[other.pk], IdentityQuestion.Strength.WHOLE, customer.pk)
            for other in others if holds.get(other.pk, owner.pk) != owner.pk
        ]  # fmt: skip
        customers_near.send(sender=IdentityQuestion, project=here.project, found=found, at=at)
    return put_question(here.project, customer, others, OTHERS_NUMBER, at)


def _may_add(here: Workplace, customer: Customer, at: datetime) -> None:
    not_stopped(customer)
    """Whoever follows the customer, the desk and the managers: to anybody else a number would be a way to claim its owner."""
    mine = customer.ownerships.live_at(at).filter(project=here.project, user=here.user)
    if not (here.may(Right.ALL_CUSTOMERS) or here.may(Right.DESK) or mine.exists()):
        raise Refusal("number_not_yours", _("这位客户不归你跟进，号码由前台或主管补登"), status=404)


@transaction.atomic
def prove_relation(*, here: Workplace, relation: Relation, proof: str, at: datetime) -> Relation:
    """Somebody of the house saw what proves that two customers are direct kin: who, when, which paper; no copy is kept here.

    A statement may be followed by a paper, nothing else by anything. Raises Refusal for other relations, which no paper makes
    kin (G-15), for a paper that does not fit, and for what is proven already.
    """
    locked = Relation.objects.select_for_update().get(pk=relation.pk)
    if locked.kind not in DIRECT_KIN or locked.other_id is None:
        raise Refusal("not_direct_kin", _("只有配偶、父母子女、祖孙算直系亲属，别的关系不用凭据"), field="proof")
    if proof not in Relation.Proof.values:
        raise Refusal("proof_unknown", _("选一种凭据"), field="proof")
    if proof == Relation.Proof.MARRIAGE_CERTIFICATE and locked.kind != Relation.Kind.SPOUSE:
        raise Refusal("proof_does_not_fit", _("结婚证只能证明配偶"), field="proof")
    if locked.proof in ACCEPTED or locked.proof == proof:
        raise Refusal("proven_already", _("这条关系已经有凭据了"), field="proof", status=409)
    locked.proof, locked.proof_at, locked.proof_by = proof, at, here.user
    locked.save(update_fields=["proof", "proof_at", "proof_by"])
    trail.note(
        by=here.user.pk, action="customer.prove", subject=f"customer:{locked.customer_id}", at=at,
        project=here.project.code, proof=proof,
    )  # fmt: skip
    return locked
