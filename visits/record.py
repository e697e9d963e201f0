"""Whether the record of a visit is complete (D01-1.f: name, phone, arrival, departure, gift), and until when it may be completed.

A departure that the closing-time sweep put down is nobody's knowledge: it counts as missing wherever a departure is asked for.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from visits.models import Visit

PROMPTLY = timedelta(
    hours=24
)  # how long after the customer has left data may still be entered (D01-1.n2a, G-06), inclusive
LABELS: dict[str, Any] = {"name": _("姓名"), "phone": _("手机号"), "left_at": _("离开时间"), "gift": _("礼品")}
FIELDS: dict[str, Any] = {
    "name": _("姓名"), "number": _("手机号"), "arrived_at": _("到访时间"), "left_at": _("离开时间"), "invited_by": _("一问：邀约人"),
    "asked_for": _("二问：找哪位"), "brought_by": _("带看经纪人"), "first_time": _("三问：首次"), "companions": _("随行人数"),
    "gift": _("礼品"),
}  # fmt: skip
STATES: dict[str, Any] = {
    "complete": _("完整"), "pending": _("客户还在"), "incomplete": _("不全"), "refused": _("不肯留信息，缺项合规"),
}  # fmt: skip
# The same in SQL: gone, and something is missing that the customer did not refuse.
INCOMPLETE = Q(left_at__isnull=False) & (
    Q(gift_asked=False) | Q(left_how=Visit.LeftHow.SWEEP) | ~Q(registered=Visit.Registered.REFUSED) & Q(name="")
)


def lacking(visit: Visit) -> list[str]:
    """Which of the five items the record lacks. Arrival is never missing; name and phone of who refused are not asked for."""
    refused = visit.registered == Visit.Registered.REFUSED
    has = {
        "name": refused or visit.name, "phone": refused or visit.sealed_number, "left_at": visit.left_seen,
        "gift": visit.gift_asked,
    }  # fmt: skip
    return [field for field in LABELS if not has[field]]


def state(visit: Visit) -> str:
    """`pending` while the visitor is there, else `incomplete`, `refused` (incomplete, and lawfully so: D01-1.n1) or `complete`."""
    if visit.left_at is None:
        return "pending"
    if lacking(visit):
        return "incomplete"
    return "refused" if visit.registered == Visit.Registered.REFUSED else "complete"


def in_words(visit: Visit) -> dict[str, Any]:
    """For a page: the state, its word, and the names of what is missing."""
    found = state(visit)
    missing = [LABELS[field] for field in lacking(visit)] if found == "incomplete" else []
    return {"state": found, "word": STATES[found], "lacking": missing, "too_late": too_late(visit)}


def term_of(visit: Visit) -> datetime | None:
    """The last moment for entering data after the customer has left, inclusive; None while they are there.

    Where nobody saw them leave it runs from the arrival, as the engine takes it (decision 0014).
    """
    if visit.left_at is None:
        return None
    return (visit.left_seen or visit.arrived_at) + PROMPTLY


def too_late(visit: Visit) -> bool:
    """Whether data were entered later than that: kept all the same, without a claim (D01-1.n2b)."""
    term = term_of(visit)
    return visit.registered == Visit.Registered.LATE and term is not None and visit.registered_at > term


def corrections_of(visit: Visit) -> list[dict[str, Any]]:
    """What was put right of a visit, the latest first, with the names of the fields."""
    rows = visit.corrections.select_related("by").order_by("-at", "-pk")
    return [{"row": row, "label": FIELDS[row.field]} for row in rows]
