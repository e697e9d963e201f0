"""The slips of paper of a day: which were entered, which are void, which nobody has brought back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Project, Site
from visits.models import PaperSlip

STATES: dict[str, Any] = {
    "used": _("已录入"),
    "void": pgettext_lazy("paper slip", "作废"),
    "open": _("没用"),
    "missing": pgettext_lazy("paper slip", "缺"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A slip with what became of it: `used`, `void`, `open` while its day lasts, `missing` afterwards."""

    slip: PaperSlip
    state: str

    @property
    def word(self) -> Any:
        """The state for people."""
        return STATES[self.state]


def of_project(project: Project) -> QuerySet[PaperSlip]:
    """All slips of a project's sites."""
    rows: QuerySet[PaperSlip] = PaperSlip.objects.filter(site__project=project)
    return rows.select_related("site__project")


def of_day(site: Site, on: date, at: datetime) -> list[Row]:
    """In the order of their numbers."""
    slips = PaperSlip.objects.filter(site=site, printed_on=on).select_related("visit").order_by("pk")
    over = localtime(at, site.project.zone).date() > on
    return [Row(slip, _state(slip, over)) for slip in slips]


def _state(slip: PaperSlip, over: bool) -> str:
    if slip.visit_id:
        return "used"
    return "void" if slip.voided_at else "missing" if over else "open"
