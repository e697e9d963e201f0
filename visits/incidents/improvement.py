"""The review of complaints by cause (D06-1): what they were about in a month, so that somebody writes what is improved."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.models import Routine
from people.routines import Sheet, span
from visits.incidents import figures

WORDS: dict[str, Any] = {"complaints": _("投诉"), "late_steps": _("晚了的步骤")}


def improvement(*, routine: Routine, at: datetime, page: str | None = None) -> Sheet:
    """Complaints of the month by cause; the steps that were late, of every kind."""
    counted = figures.month(routine.project, *span(routine), at)
    complaints = sum(n for _cause, n, _closed in counted.causes)
    kept = {"complaints": complaints, "late_steps": counted.late}
    return Sheet(kept, "visits/_incident_plots.html", {"plots": counted.plots[1:], **figures.PLOT})
