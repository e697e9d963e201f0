"""What somebody is writing on a case and has not sent: kept on the server, sealed, and gone once it is sent."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.cases.opened import drafts_of
from arbitration.models import Collision, Draft
from people.roles import Right
from people.workplace import Workplace
from trail import vault
from trail.refusals import Refusal

DECISION = "decision"
LONGEST = 2000  # characters that are kept of a field


@transaction.atomic
def keep_draft(*, here: Workplace, case: Collision, form: str, typed: Mapping[str, str], at: datetime) -> None:
    """Keep what was typed into a form of this case; nothing typed drops it. Raises Refusal: not one's to rule, or ruled."""
    if not here.may(Right.RULE) or case.project_id != here.project.pk:
        raise Refusal("not_yours_to_rule", _("这件案子不归你裁"), status=404)
    if case.closed:
        raise Refusal("case_ruled", _("这件案子已经结了"), status=409)
    written = {name: text[:LONGEST] for name, text in typed.items() if text.strip()}
    if not written:
        drop_draft(here=here, case=case, form=form)
        return
    content = json.dumps(written, ensure_ascii=False)
    Draft.objects.update_or_create(
        collision=case, by=here.user, form=form, defaults={"sealed": vault.seal(content), "at": at}
    )


def draft_of(here: Workplace, case: Collision, form: str) -> tuple[dict[str, str], datetime | None]:
    """What this person typed there last, and when it was kept; nothing of others."""
    kept = next((row for row in drafts_of(case) if row.by_id == here.user.pk and row.form == form), None)
    return (json.loads(vault.unseal(kept.sealed)), kept.at) if kept else ({}, None)


def drop_draft(*, here: Workplace, case: Collision, form: str) -> None:
    """It was sent, or is not wanted any more."""
    Draft.objects.filter(collision=case, by=here.user, form=form).delete()
