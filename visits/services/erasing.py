"""Visitors who are here, or are expected, when they are to be frozen or erased."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from visits.models import Visit


def needs_visitor(*, ids: list[Any], at: datetime) -> Iterator[tuple[str, Any]]:
    """They are here."""
    if Visit.objects.on_site().filter(customer__in=ids).exists():
        yield "here_now", _("这位客户还在案场：先记离开")
