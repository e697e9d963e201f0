"""What a confirmation slip shows, how much of it fits on its paper, and what anybody is told who checks its code."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leads.screening import phones
from visits import desk
from visits.models import Expected, Signature, Slip, Visit
from visits.receptions import last
from visits.wording import texts_of

# How wide a text may be, in Chinese characters, before the slip is set in smaller type: in a field, and in the note.
SIZES = (("", 22, 130), ("dense", 44, 320))
SMALLEST = "tiny"


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the slip."""

    label: str
    text: str
    number: bool = False


def sheet(visit: Visit) -> dict[str, Any]:
    """What the page prints of a visit; the number masked, no rival's name."""
    fields, texts = _fields(visit), texts_of(visit.site, name=visit.name)
    return {"fields": fields, "texts": texts, "density": _density(fields, texts.slip_note, texts.slip_heading)}


def _fields(visit: Visit) -> list[Field]:
    """The items of D01-1, the three answers, and whose showing it was (D07-8.2b)."""
    rows = [
        (_("客户姓名"), visit.name), (_("手机号"), phones.mask34(visit.number) if visit.number else ""),
        (_("到访时间"), _local(visit, visit.arrived_at)), (_("离开时间"), _local(visit, visit.left_at)),
        (_("邀约业务员"), _name(visit.invited_by)), (_("找哪位"), _name(visit.asked_for)),
        (_("是否首次"), visit.get_first_time_display()), (_("接待人"), _receiver(visit)),
        *_showing(visit), (_("领取礼品"), _gift(visit)), (_("登记人"), _name(visit.registered_by)),
    ]  # fmt: skip
    if visit.companions:
        rows.append((_("随行人数"), str(visit.companions)))
    numbers = {_("手机号"), _("到访时间"), _("离开时间")}
    return [Field(label, str(text), label in numbers) for label, text in rows]


def _name(user: Any) -> str:
    return user.name if user else ""


def _local(visit: Visit, moment: datetime | None) -> str:
    return date_format(localtime(moment, visit.project.zone), "Y-m-d H:i") if moment else ""


def _receiver(visit: Visit) -> str:
    """Who received them in the end; nobody who was called and did not answer."""
    found = last(visit)
    return found.by.name if found else ""


def _gift(visit: Visit) -> str:
    return visit.gift or (_("没有") if visit.gift_asked else "")


def _showing(visit: Visit) -> list[tuple[str, str]]:
    """带看: the broker who came along and the agency whose proof this is; else the one who announced the visit (D11-M2a)."""
    if visit.brought_by:
        return [(_("带看经纪人"), visit.brought_by.name), (_("分销公司"), desk.agency_of(visit))]
    row = announced_by(visit)
    if row is None:
        return []
    agency = row.registration.organisation.name if row.registration else ""
    return [(_("带看经纪人"), _("%(name)s（报过，没到场）") % {"name": row.by.name}), (_("分销公司"), agency)]


def announced_by(visit: Visit) -> Expected | None:
    """The agent whose announcement came first of those that count; one name, whoever else may have said so."""
    rows = Expected.objects.filter(visit=visit, present=False, at__lt=F("visit__arrived_at"))
    rows = rows.select_related("by", "registration__organisation", "visit")
    first: Expected | None = rows.order_by("at", "pk").first()
    return first


def _density(fields: list[Field], note: str, heading: str) -> str:
    widest = max([*(_width(f.text) for f in fields), _width(heading) / 1.5])
    length = max(_width(note), 30 * (note.count("\n") + 1))
    for name, field, text in SIZES:
        if widest <= field and length <= text:
            return name
    return SMALLEST


def _width(text: str) -> float:
    """In Chinese characters: a Latin letter is half of one."""
    return sum(1 if unicodedata.east_asian_width(c) in "WF" else 0.55 for c in text)


# ── whether a slip holds ──


@dataclass(frozen=True, slots=True)
class Checked:
    """What a code says to anybody: number, time and place, and nothing about people. `since`: it no longer holds from then on."""

    no: str
    site: str
    arrived: str
    issued: str
    since: str
    newer: bool

    @property
    def holds(self) -> bool:
        """Whether the record is as it was when the slip was issued."""
        return not self.since


def with_code(code: str) -> QuerySet[Slip]:
    """The slip with this code, from an address that anybody may type: what cannot be one is looked for nowhere."""
    code = code.strip().upper()
    rows: QuerySet[Slip] = Slip.objects.filter(code=code) if code.isascii() and code.isalnum() else Slip.objects.none()
    return rows.select_related("visit__site__project", "visit__project")


def checked(code: str) -> Checked | None:
    """The slip with this code; None where there is none."""
    slip = with_code(code).first()
    if slip is None:
        return None
    visit = slip.visit
    return Checked(
        no=visit.no, site=visit.site.name, arrived=_local(visit, visit.arrived_at), issued=_local(visit, slip.issued_at),
        since=_local(visit, over_since(slip)), newer=visit.slips.filter(revision=visit.revision).exclude(pk=slip.pk).exists(),
    )  # fmt: skip


def over_since(slip: Slip) -> datetime | None:
    """When the record was first corrected after the slip was issued; None while it holds."""
    visit = slip.visit
    if visit.revision <= slip.revision:
        return None
    first = visit.corrections.filter(at__gte=slip.issued_at).order_by("at", "pk").first()
    return first.at if first else slip.issued_at


def of_visit(visit: Visit) -> dict[str, Any]:
    """For the visit's page: the slip that holds, and who signed it when."""
    slip = visit.slips.filter(revision=visit.revision).select_related("signature").first()
    return {
        "slip": slip,
        "signature": signature_of(slip),
        "old_slips": visit.slips.exclude(revision=visit.revision).count(),
    }


def signature_of(slip: Slip | None) -> Signature | None:
    """Who signed this slip, if anybody did."""
    signature: Signature | None = getattr(slip, "signature", None)
    return signature
