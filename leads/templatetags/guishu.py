"""Filters that every page may use: money, shares, names and numbers as this product shows them."""

from datetime import date, datetime
from typing import Any

import segno
from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe

from leads import money
from leads.countdown import left
from leads.screening import names
from trail import clock

register = template.Library()


@register.filter
def yuan(fen: int | None) -> str:
    """¥18,600.00 from integer fen."""
    return "" if fen is None else money.yuan(fen)


@register.filter
def percent(basis_points: int) -> str:
    """40% from 4000 basis points; 33.33% from 3333."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


@register.filter
def month(period: str) -> str:
    """2026年11月, November 2026: a period of the form yyyymm."""
    return date_format(date(int(period[:4]), int(period[4:]), 1), "YEAR_MONTH_FORMAT")


@register.filter
def of(key: object, table: dict[object, object]) -> object:
    """What a table says of a key; nothing where it says nothing."""
    return table.get(key, "") if table else ""


@register.filter
def masked(name: str) -> str:
    """张** : the first character of a name, for screens that others can see."""
    return names.hidden(name) if name else ""


@register.filter
def grouped(number: str) -> str:
    """139 1234 3333: a mobile number in threes and fours."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == 11 else number


@register.filter
def qr(text: str) -> SafeString:
    """A QR code as inline SVG, as large as its box; the page names it for who cannot see it."""
    drawn = segno.make(text, error="m", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, light="#fff", svgclass=None, lineclass=None))  # noqa: S308 — drawn by segno


SHAPES = {"ok": "✓", "warn": "△", "bad": "✕", "info": "●", "still": "○"}


@register.simple_tag
def shape(kind: str) -> SafeString:
    """The sign in front of a status word; readers of the page hear only the word."""
    return mark_safe(f'<span aria-hidden="true">{SHAPES[kind]}</span>')  # noqa: S308


@register.inclusion_tag("leads/_countdown.html")
def countdown(until: datetime | None) -> dict[str, Any]:
    """还剩 6 天: what is left of a protection, amber in its last day, red in its last three hours; nothing without an end."""
    return {"until": until, "left": left(until, clock.now()) if until else None}
