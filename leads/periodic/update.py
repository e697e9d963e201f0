"""Bringing customers up to date once a month (更新客户信息, D05-4.1c): whom somebody follows and has not touched since."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import DateTimeField, F, Max, OuterRef, Subquery
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy, ngettext

from leads.models import Contact, Ownership, Profile, Registration
from people.models import Routine
from people.routines import Sheet, span

A_PAGE = 50
WORDS = {"followed": gettext_lazy("跟进的客户"), "not_updated": gettext_lazy("还没更新")}


def customer_update(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """Done once every customer that this person follows was updated since the period began: a contact, a report, or what is known."""
    begin, _end = span(routine)
    held = followed(routine, at)
    waiting = held.filter(updated__lt=begin)
    lacking, total = waiting.count(), held.count()
    said = ngettext("%(n)d 位客户这个月还没更新", "%(n)d 位客户这个月还没更新", lacking) % {"n": lacking}
    rows = waiting.select_related("customer").prefetch_related("customer__phones").order_by("updated", "pk")
    return Sheet(
        {"followed": total, "not_updated": lacking}, "leads/work/customer_update.html",
        {"page": Paginator(rows, A_PAGE).get_page(page)}, said if lacking else "",
        held.aggregate(last=Max("updated"))["last"],
    )  # fmt: skip


def followed(routine: Routine, at: datetime) -> Any:
    """The customers whom this person follows at this moment and did before the period was over, with when each was updated last."""
    _begin, end = span(routine)
    mine = Ownership.objects.filter(project=routine.project, user=routine.user, since__lt=min(at, end))
    return mine.live_at(at).annotate(
        updated=Greatest(F("since"), _last(Contact, "at"), _last(Registration, "at"), _kept())
    )


def _last(model: type[Contact | Registration], moment: str) -> Subquery:
    """When this person last wrote one of these about the customer."""
    about = {"customer": OuterRef("customer"), "project": OuterRef("project"), "by": OuterRef("user")}
    rows = model.objects.filter(**about).order_by(f"-{moment}")
    return Subquery(rows.values(moment)[:1], output_field=DateTimeField())


def _kept() -> Subquery:
    about = {"customer": OuterRef("customer"), "project": OuterRef("project"), "changed_by": OuterRef("user")}
    return Subquery(Profile.objects.filter(**about).values("changed_at")[:1], output_field=DateTimeField())
