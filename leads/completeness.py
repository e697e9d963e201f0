"""What a record lacks: COMPLETE is a record of which nothing is missing. What must be there is laid down by the clause."""

from typing import Any

from django.utils.translation import gettext_lazy as _

NAME, PHONE, NOTE, AMOUNT, TERM = _("姓名"), _("手机号整号"), _("详细记录"), _("金额"), _("期限")
NEEDS, INTENT = _("需求"), _("意向")


def _lacking(*parts: tuple[Any, Any]) -> list[Any]:
    return [word for word, there in parts if not there]


def collected(*, name: str, phone: bool) -> list[Any]:
    """A line of the collection notebook needs name and phone (D01-3.b1f)."""
    return _lacking((NAME, name), (PHONE, phone))


def visited(*, note: str | None) -> list[Any]:
    """A line of the visit notebook has its time and needs a detailed record (D01-3.b2f)."""
    return _lacking((NOTE, (note or "").strip()))


def signed(*, name: str, phone: bool, amount_fen: int | None, term_months: int | None) -> list[Any]:
    """A line of the signed notebook needs name, phone, amount and term (D01-3.b3f)."""
    return _lacking((NAME, name), (PHONE, phone), (AMOUNT, amount_fen), (TERM, term_months))


def reported(*, name: str, phone: bool, needs: str) -> list[Any]:
    """A report needs name, contact data and what the customer needs (D08-5.1b, D03-2.2a)."""
    return _lacking((NAME, name), (PHONE, phone), (NEEDS, needs.strip()))


def contacted(*, needs: str, intent: str) -> list[Any]:
    """Of a customer somebody was in touch with, needs and intention are on record (D13-4.3a)."""
    return _lacking((NEEDS, needs.strip()), (INTENT, intent.strip()))
