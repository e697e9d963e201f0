"""Somebody in a notebook by name, pinyin, initials, or number: whole, masked, or the last four digits. By index alone."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Collate

from leads import vault
from leads.models import NotebookEntry, Phone, Registration
from leads.screening import phones
from people.models import Project

BEGINNINGS = [str(three) for three in range(130, 200)]  # every mobile number of the country begins with one of these


def named(lines: QuerySet[NotebookEntry], text: str) -> QuerySet[NotebookEntry]:
    """Lines about a customer whom this may mean."""
    kind, key = phones.partial(text)
    if kind == "whole":
        return lines.filter(customer__in=Phone.objects.whole(key).values("customer"))
    if kind == "last4":
        return lines.filter(customer__in=Phone.objects.ending(key).values("customer"))
    if kind == "masked":
        return lines.filter(customer__in=[phone.customer_id for phone in Phone.objects.fitting(key)])
    begins = [("name", text.strip())] if not text.isascii() else [(by, _plain(text)) for by in ("pinyin", "initials")]
    lines = lines.alias(**{f"by_{by}": Collate(f"customer__{by}", "C") for by, _start in begins})
    wanted = Q()
    for by, start in begins:
        wanted |= Q(**{f"by_{by}__startswith": start})
    return lines.filter(wanted)


def _plain(text: str) -> str:
    return text.lower().replace(" ", "")


def of_text(waiting: QuerySet[Registration], project: Project, text: str) -> QuerySet[Registration]:
    """Masked reports that this may mean. A number is looked for in its bucket, and then compared digit by digit."""
    kind, key = phones.partial(text)
    if kind == "name":
        return waiting.filter(name__startswith=text.strip())
    digits = phones.national(key)
    starts, wanted = (BEGINNINGS, f"{'*' * 7}{digits}") if kind == "last4" else ([digits[:3]], digits)
    buckets = [vault.ends(start, digits[-3:]) for start in starts]
    fitting = waiting.filter(project=project, ends33__in=buckets)
    return waiting.filter(pk__in=[report.pk for report in fitting if _fits(report, wanted)])


def _fits(report: Any, wanted: str) -> bool:
    return phones.mask_fits(wanted, report.number)
