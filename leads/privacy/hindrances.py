"""What still needs somebody: why they cannot be frozen, or erased, yet (PIPL 47: then they are frozen)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from leads.models import Customer, Deal, Deposit, IdentityQuestion, Transfer
from leads.privacy.lines import family
from leads.signals import person_needed

DEALS_KEPT = timedelta(days=3 * 365 + 1)  # how long anybody may sue over a contract (民法典 188)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One reason, in words."""

    code: str
    sentence: Any


def hindrances(customer: Customer, at: datetime, *, erasing: bool) -> list[Hindrance]:
    """Everything that still needs this customer; nothing: they may go. `erasing`: for good, which more stands against."""
    ids = family(customer)
    found = [*_undecided(ids), *(_deals(ids, at) if erasing else ())]
    for _receiver, answer in person_needed.send(sender=Customer, ids=ids, at=at, erasing=erasing):
        reasons: Any = answer
        found += [Hindrance(code, sentence) for code, sentence in reasons]
    return found


def _undecided(ids: list[Any]) -> Iterator[Hindrance]:
    about = Q(customer__in=ids) | Q(candidates__in=ids) | Q(registration__customer__in=ids)
    if IdentityQuestion.objects.waiting().filter(about).exists():
        yield Hindrance("identity_question", _("还有一个「是不是同一位」没回答：先回答"))
    if Transfer.objects.filter(customer__in=ids, state=Transfer.State.ASKED).exists():
        yield Hindrance("transfer_open", _("有人正要把这位客户转交给同事：先批准或撤回"))


def _deals(ids: list[Any], at: datetime) -> Iterator[Hindrance]:
    if Deal.objects.filter(customer__in=ids, signed_at__gt=at - DEALS_KEPT).exists():
        yield Hindrance("deal_kept", _("签过单，合同要留三年：可以先停用"))
    paid = [row for row in Deposit.objects.filter(customer__in=ids) if row.left_fen]
    signed = set(Deal.objects.filter(customer__in=ids).values_list("project", flat=True))
    if any(row.project_id not in signed for row in paid):
        yield Hindrance("deposit_open", _("有定金没退，也没签单：先退定或签单"))
