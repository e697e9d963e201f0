"""Slips of paper numbered in advance, for a day on which the program cannot be reached: printed, entered by number, void (G-35)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from people.models import Site
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from visits.models import PaperSlip
from visits.services.late import lock_paper
from visits.services.roster import lock_site

MOST = 50  # of a printing: an outage of a day


@transaction.atomic
def print_paper(*, here: Workplace, site: Site, count: int, on: date, at: datetime) -> list[PaperSlip]:
    """So many blank slips for a day, each with the number that its visit will have. Raises Refusal for none and for too many."""
    site = lock_site(site)
    if not 1 <= count <= MOST:
        raise Refusal("paper_count", _("一次印 1 到 %(most)d 张") % {"most": MOST}, field="count")
    slips = [
        PaperSlip(site=site, no=trail.next_number("DF", at), printed_on=on, printed_by=here.user, printed_at=at)
        for _n in range(count)
    ]
    PaperSlip.objects.bulk_create(slips)
    trail.note(
        by=here.user.pk, action="paper.print", subject=f"site:{site.pk}", at=at, project=here.project.code,
        first=slips[0].no, last=slips[-1].no,
    )  # fmt: skip
    return slips


@transaction.atomic
def void_paper(*, here: Workplace, paper: PaperSlip, note: str, at: datetime) -> PaperSlip:
    """A slip will not be used: spoilt, thrown away, left blank. Raises Refusal without a note, and for one entered or void (409)."""
    locked = lock_paper(paper, paper.site)
    if not note.strip():
        raise Refusal("void_why", _("写上为什么作废"), field="note")
    locked.void_note, locked.voided_at = note.strip()[:120], at
    locked.save(update_fields=["void_note", "voided_at"])
    trail.note(by=here.user.pk, action="paper.void", subject=f"paper:{paper.no}", at=at, project=here.project.code)
    return locked
