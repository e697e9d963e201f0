"""The public pool, the offers to somebody, and the transfers that wait: what may be seen of each, with bounded queries."""

from datetime import datetime
from typing import Any

from django.db.models import CharField, DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from leads.models import Customer, Deed, Offer, Ownership, Profile, Transfer
from people.roles import Right
from people.workplace import Workplace


def in_pool(here: Workplace, at: datetime, *, region: str = "", reason: str = "") -> QuerySet[Any]:
    """Customers of the public pool, the newest first, with their `region`, and until when somebody else is asked first."""
    same = {"project": here.project, "customer": OuterRef("customer")}
    regions = Profile.objects.filter(**same).values("region")[:1]
    asked = Offer.objects.filter(**same, answer=None, until__gt=at).exclude(to=here.user).values("until")[:1]
    rows = Ownership.objects.in_pool().filter(project=here.project).select_related("customer")
    rows = rows.annotate(
        region=Coalesce(Subquery(regions), Value(""), output_field=CharField()),
        asked_until=Subquery(asked, output_field=DateTimeField()),
    )
    rows = rows.filter(region__contains=region) if region else rows
    rows = rows.filter(reason=reason) if reason else rows
    found: QuerySet[Any] = rows.order_by("-since", "-pk")
    return found


def offers_to(here: Workplace, at: datetime) -> QuerySet[Offer]:
    """Customers whom this person is asked to take, the one that ends first before all others."""
    waiting = Offer.objects.filter(project=here.project, to=here.user, answer=None, until__gt=at)
    return waiting.select_related("customer", "registration").order_by("until", "pk")


def transfers(here: Workplace) -> QuerySet[Transfer]:
    """Customers handed over, or to be: of this person, or for whoever decides all of the project. What waits comes first."""
    rows = Transfer.objects.filter(project=here.project).select_related("customer", "giver", "taker", "decided_by")
    if not here.may(Right.ALLOCATE):
        rows = rows.filter(Q(giver=here.user) | Q(taker=here.user))
    return rows.order_by("-at", "-pk")


def deeds(here: Workplace) -> QuerySet[Deed]:
    """Ownership agreements that this person may open: their own, or for managers all of the project."""
    rows = Deed.objects.filter(project=here.project).select_related("customer", "user", "entered_by")
    return rows if here.may(Right.ALLOCATE) else rows.filter(user=here.user)


def known_to_pool(here: Workplace) -> QuerySet[Customer]:
    """Customers who lie, or lay, in this project's pool: whoever comes too late gets a sentence, a stranger nothing."""
    pooled = Ownership.objects.filter(project=here.project, holder=Ownership.Holder.POOL, customer=OuterRef("pk"))
    return Customer.objects.filter(Exists(pooled))


def asked_of(here: Workplace) -> QuerySet[Offer]:
    """Every offer that was ever made to this person here."""
    return Offer.objects.filter(project=here.project, to=here.user).select_related("customer", "registration")


def moves(here: Workplace, owner: dict[str, Any] | None) -> list[tuple[str, str]]:
    """What this person may do about who follows the customer: the page and its label.

    `owner`: the row of `timeline.owners` that is in force, if there is one.
    """
    held: Ownership | None = owner["row"] if owner else None
    mine, boss = bool(owner and owner["mine"]), here.may(Right.ALLOCATE)
    followed = held is not None and held.holder != Ownership.Holder.POOL
    ranged = boss and held is not None and held.protected_until and here.project.terms.protection_min
    ways = (
        ("transfer", _("转交…"), mine and here.may(Right.OWN_BOOKS)), ("allocate", _("分配…"), boss),
        ("release", _("放回公海…"), mine or (boss and followed)), ("protection", _("单独定保护期…"), ranged),
        ("deed_new", _("录入归属协议…"), boss),
    )  # fmt: skip
    return [(name, label) for name, label, may in ways if may]
