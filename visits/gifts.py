"""Gifts of a site as its pages show them (D01-2.s4, G-34)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from people.models import Site
from trail.refusals import Refusal
from visits.models import Gift, GiftMove


def offered(site: Site) -> list[Gift]:
    """What the desk may give a visitor now: not ended, and in stock where it is counted."""
    rows = Gift.objects.filter(Q(stock__isnull=True) | Q(stock__gt=0), site=site, ended_at__isnull=True)
    return list(rows.order_by("name", "pk"))


def gifts_of(site: Site) -> QuerySet[Gift]:
    """All gifts that a site has had, the ended ones last."""
    return Gift.objects.filter(site=site).order_by("ended_at", "name", "pk")


def moves_of(gift: Gift) -> QuerySet[GiftMove]:
    """What came in and went out, the latest first."""
    return gift.moves.select_related("by").order_by("-pk")


def gift_of(site: Site, chosen: str) -> Gift | None:
    """The gift that a button named; None for the button without. Raises Refusal for what this site does not have."""
    if not chosen:
        return None
    found = Gift.objects.filter(site=site, pk=chosen).first() if chosen.isdigit() and len(chosen) < 19 else None
    if found is None:
        raise Refusal("gift_unknown", _("这个案场没有这种礼品，重新选一样"), field="gift")
    return found
