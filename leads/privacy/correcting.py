"""What is wrong about a customer is put right (PIPL 46): name, how they are addressed, a number; the old version and the reason stay."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from leads import claims
from leads.identity import name_keys
from leads.models import Customer, Phone
from leads.numbers import read_number
from leads.services.merging import lock_everywhere
from leads.signals import not_stopped
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words


@transaction.atomic
def correct(
    *, here: Workplace, customer: Customer, reason: str, at: datetime, name: str | None = None, honorific: str | None = None,
    number: tuple[Phone, str] | None = None,
) -> Customer:  # fmt: skip
    """Put right what is given; None stays. A number counts from its correction on, never backwards (G-13).

    Raises Refusal without a reason or a name, where nothing changes, for a number that is masked or somebody else's, and for a
    customer who is frozen or erased.
    """
    why = need_words(reason, "correct_why", _("写明根据什么更正"), field="reason")
    lock_everywhere([customer], *([_read(number[1])[0]] if number else ()))
    locked = claims.lock_customer(customer)
    not_stopped(locked)
    done = [*_named(locked, name, honorific), *(_numbered(here, locked, *number, why, at) if number else ())]
    if not done:
        raise Refusal("correct_nothing", _("和现在的一样，没有要更正的"))
    locked._change_reason = why[:100]  # type: ignore[attr-defined]
    locked.save()
    trail.note(
        by=here.user.pk, action="customer.corrected", subject=f"customer:{locked.pk}", at=at, project=here.project.code, fields=done
    )  # fmt: skip
    return locked


def _named(customer: Customer, name: str | None, honorific: str | None) -> list[str]:
    done = []
    if name is not None and name.strip() != customer.name:
        customer.name = need_words(name, "name_missing", _("写姓名"), field="name", least=1)[:80]
        keys: dict[str, Any] = name_keys(customer.name, customer.kind)
        for column, key in keys.items():
            setattr(customer, column, key)
        done.append("name")
    if honorific is not None and honorific.strip() != customer.honorific:
        customer.honorific = honorific.strip()[:12]
        done.append("honorific")
    return done


def _numbered(here: Workplace, customer: Customer, phone: Phone, typed: str, why: str, at: datetime) -> list[str]:
    e164, masked = _read(typed)
    if masked:
        raise Refusal("phone_masked", _("要整号，问一下中间四位"), field="number")
    row = Phone.objects.select_for_update().get(pk=phone.pk, customer=customer)
    if row.e164 == e164:
        return []
    if Phone.objects.whole(e164).exists():
        raise Refusal("number_taken", _("这个号码已经登记了：先确认是不是同一位客户"), field="number", status=409)
    right = Phone.of(customer, e164, at)
    right.pk, right.entered_by, right.proof = row.pk, here.user, why[:100]
    right.save(force_update=True)
    return ["number"]


def _read(typed: str) -> tuple[str, bool]:
    """As `read_number`; what is wrong is about the new number: which one it replaces is another input."""
    try:
        return read_number(typed)
    except Refusal as wrong:
        wrong.field = "number"
        raise
