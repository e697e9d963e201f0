"""The files of a case on its page: what one sees of them, and the form to bring one."""

from datetime import datetime
from typing import Any

from arbitration.cases.attachments import Seen, Sight, Viewer, link_to, seen_files
from arbitration.cases.judgement import judgements
from arbitration.forms.attachments import StageForm
from arbitration.models import Attachment, Collision
from people.access import WorkRequest
from people.models import User
from trail import clock
from trail.forms import Form


def panel(request: WorkRequest, case: Collision, bound: Form | None) -> dict[str, Any]:
    """Staged ones apart; of the rest, what this person may see and whether it was believed."""
    viewer, now = Viewer(request.workplace, case), clock.now()
    files = seen_files(viewer)
    letters = {claim.user_id: claim.letter for claim in case.claims.all()}
    believed = {about: row.payload["accepted"] for about, row in judgements(case.events.all()).items()}
    over = request.user.pk in viewer.parties and case.evidence_due is not None and case.evidence_due <= now
    may_bring = viewer.may_bring and not case.closed and not over
    sent = bound if isinstance(bound, StageForm) else None
    return {
        "staged": [one.file for one in files if one.file.state == Attachment.State.STAGED],
        "files": [_line(one, letters, believed) for one in files if one.file.state == Attachment.State.SUBMITTED],
        "stage_form": (sent or StageForm(here=request.workplace, case=case)) if may_bring or sent else None,
        "file_key": Form(), "evidence_over": over and not case.closed, "may_bring_calls": may_bring and request.user.pk in viewer.parties,
    }  # fmt: skip


def _line(one: Seen, letters: dict[int, str], believed: dict[str, bool]) -> dict[str, Any]:
    """One file in a line; of what it is about only to whom it is shown."""
    shown = one.sight >= Sight.PAGES
    return {
        "file": one.file, "letter": letters.get(one.file.by_id, ""), "shown": shown, "says": one.file.says if shown else "",
        "believed": believed.get(f"f{one.file.pk}"), "covered": len(one.covered), "event": one.file.event if shown else None,
    }  # fmt: skip


def links(copy: Attachment, pages: int, user: User, at: datetime) -> list[str]:
    """The address of each page."""
    return [link_to(copy, str(n), user, at) for n in range(pages)]
