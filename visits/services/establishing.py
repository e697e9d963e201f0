"""From a report of conduct to what was established: whom it names answers, and a manager who is neither says whether it was so.

Only what was established is a fact for a case (arbitration/casefile/conduct.py): D18-6, D18-7, D17-1.1, D17-2.6a, D01-1.q3.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words
from visits import conduct as reads
from visits.models import Conduct, ConductAnswer, ConductFinding

HEARD_WITHIN = timedelta(hours=24)  # G-06: promptly. Of a sanction there is a hearing of its own, of five working days
ESTABLISHED = gettext_noop("接待时记下的一件事认定了，看依据")
DISMISSED = gettext_noop("接待时记下的一件事没有认定，不作数")


def link_of(row: Conduct) -> str:
    """The page of a report."""
    return reverse("conduct_one", args=[row.pk])


@transaction.atomic
def answer_conduct(*, here: Workplace, conduct: Conduct, what: str, at: datetime) -> ConductAnswer:
    """Whom a report names says their side, once. Raises Refusal: not named (404), nothing said, said already or decided (409)."""
    row = _lock(conduct)
    if here.user.pk not in (row.by_id, row.against_id):
        raise Refusal("not_named", _("只有这件事提到的人能说明"), status=404)
    what = need_words(what, "answer_empty", _("写下经过"), field="what")
    if row.answers.filter(by=here.user).exists():
        raise Refusal("conduct_answered", _("你已经说明过了，不能再改"), status=409)
    said = ConductAnswer.objects.create(conduct=row, by=here.user, what=what[:500], at=at)
    trail.done(link=link_of(row), kind="conduct.named", at=at, to=here.user.pk)
    _note(here, "conduct.answer", row, at)
    for user in reads.managers(here.project, at):
        if user != here.user.pk:
            trail.tell(
                to=user, kind="conduct.answered", project=here.project.code, link=link_of(row), at=at,
                sentence=gettext_noop("%(who)s说明了接待时的一件事，可以认定了"), who=here.user.name,
            )  # fmt: skip
    return said


@transaction.atomic
def decide_conduct(
    *, here: Workplace, conduct: Conduct, established: bool, reason: str, at: datetime
) -> ConductFinding:
    """A manager says whether it was so, and why; all whom it concerns hear of it.

    Raises Refusal: no manager (404); who reported it or is named in it, or before whoever did it was heard, 24 hours long (409); no
    reason; decided already (409).
    """
    row = _lock(conduct)
    if here.user.pk not in reads.managers(here.project, at):
        raise Refusal("not_yours", _("由主管认定"), status=404)
    if here.user.pk in (row.by_id, row.against_id, row.reported_by_id):
        raise Refusal("conduct_own", _("你报的、提到你的事，换一位主管认定"), status=409)
    reason = need_words(reason, "conduct_why", _("写明依据"), field="reason")
    if established and not heard(row, at):
        raise Refusal(
            "conduct_unheard", _("先听%(who)s说：还没有说明，记下也没满 24 小时") % {"who": row.by.name}, status=409
        )
    found = ConductFinding.objects.create(
        conduct=row, established=established, reason=reason[:300], by=here.user, at=at
    )
    trail.done(link=link_of(row), at=at)
    _note(here, "conduct.decide", row, at, established=established)
    for user in dict.fromkeys(filter(None, (row.by_id, row.against_id, row.reported_by_id))):
        trail.tell(
            to=user, kind="conduct.decided", project=here.project.code, link=link_of(row), at=at,
            sentence=ESTABLISHED if established else DISMISSED,
        )  # fmt: skip
    return found


def heard(row: Conduct, at: datetime) -> bool:
    """Whether whoever is said to have done it has spoken, entered it themself, or let the time for it go by."""
    own = row.reported_by_id == row.by_id or row.answers.filter(by=row.by_id).exists()
    return own or at > row.reported_at + HEARD_WITHIN


def _lock(conduct: Conduct) -> Conduct:
    """The report, so that one decision is made of it. Raises Refusal once there is one (409)."""
    row = Conduct.objects.select_for_update(of=("self",)).select_related("by").get(pk=conduct.pk)
    if ConductFinding.objects.filter(conduct=row).exists():
        raise Refusal("conduct_decided", _("这件事已经有结论了"), status=409)
    return row  # type: ignore[no-any-return]


def _note(here: Workplace, action: str, row: Conduct, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=action, subject=f"conduct:{row.pk}", at=at, project=here.project.code, **detail
    )  # fmt: skip
