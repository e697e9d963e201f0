"""Judging evidence: whoever rules says of each thing that was brought whether it is believed, and why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.cases.judgement import brought
from arbitration.models import CaseEvent, Collision
from arbitration.services.gates import recused
from arbitration.services.opening import lock
from arbitration.services.recording import put_on_record
from people.roles import Right
from people.workplace import Workplace
from trail.refusals import Refusal, need_words


@transaction.atomic
def judge_evidence(
    *, here: Workplace, case: Collision, about: str, accepted: bool, reason: str, at: datetime
) -> CaseEvent:
    """Whether a thing that was brought is taken (采信), and why; the engine is told. A later judgement replaces it.

    `about` is a reference of `arbitration.cases.judgement`. Raises Refusal: not one's to rule, one's own case (G-47), already ruled, no
    such thing, no reason.
    """
    if not here.may(Right.RULE) or case.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("这件案子不归你裁"), status=404)
    locked = lock(case)
    if locked.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再认定证据"), status=409)
    if why := recused(here, locked):
        raise Refusal("recused", why, status=403)
    if about not in {row.ref for row in brought(locked)}:
        raise Refusal("no_such_evidence", _("这件案子里没有这一条证据"), field="about", status=404)
    reason = need_words(reason, "reason_missing", _("写明采信或不采信的理由"), field="why")
    payload = {"about": about, "accepted": accepted, "reason": reason[:300]}
    return put_on_record(
        here=here, case=locked, type_=CaseEvent.Type.EVIDENCE, payload=payload, action="collision.judge", at=at,
        about=about, accepted=accepted,
    )  # fmt: skip
