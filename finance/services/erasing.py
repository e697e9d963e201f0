"""What the books have to do with a customer who is to be frozen or erased: commission not paid yet, and files on their way out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from finance.models import Entry, Export, ExportPart, Period
from leads.models import Deal


def owes_for(*, ids: list[Any], at: datetime, erasing: bool) -> Iterator[tuple[str, Any]]:
    """Commission of their deals is not paid out: its month is not closed."""
    closed = Period.objects.filter(project=OuterRef("project"), month=OuterRef("period"), closed_at__isnull=False)
    booked = Entry.objects.filter(deal__customer__in=ids)
    if erasing and booked.filter(~Exists(closed)).exists():
        yield "commission_unpaid", _("这位客户的单还有提成没关账：关账以后再删除，可以先停用")


def drop_files(*, ids: list[Any], at: datetime) -> None:
    """Files of their projects that somebody may still fetch go at once: they may name them."""
    projects = Deal.objects.filter(customer__in=ids).values("project")
    live = Export.objects.filter(Q(expires_at__gt=at) | Q(expires_at=None), project__in=projects)
    ExportPart.objects.filter(export__project__in=projects).delete()
    live.filter(state=Export.State.DONE).update(expires_at=at)
