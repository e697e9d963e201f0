"""What a call on a customer was for, and what came of it: the items of the weekly visit record (D12-6.1b)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import Contact, VisitNote
from leads.periodic.visit_report import visits_of
from people.models import Routine
from people.workplace import Workplace
from trail.refusals import Refusal


@transaction.atomic
def note_visits(*, here: Workplace, routine: Routine, notes: dict[int, tuple[str, str]], at: datetime) -> int:
    """Write purpose and result of visits by the id of the contact; gives how many changed. An empty one takes nothing away.

    Raises Refusal for another's record, one that was handed in, and a contact that is no visit of that week.
    """
    row = Routine.objects.select_for_update(of=("self",)).get(pk=routine.pk)
    if row.user_id != here.user.pk or row.project_id != here.project.pk:
        raise Refusal("not_yours", _("这份周报不归你填"), status=404)
    if row.done_at:
        raise Refusal("done_already", _("这份周报已经交了"), status=409)
    contacts = visits_of(routine).select_related("visit_note").in_bulk(notes)
    if set(notes) - set(contacts):
        raise Refusal("visit_unknown", _("只能填这一周你自己的拜访"))
    return sum(_note(contacts[pk], purpose.strip(), result.strip(), at) for pk, (purpose, result) in notes.items())


def _note(contact: Contact, purpose: str, result: str, at: datetime) -> bool:
    note = getattr(contact, "visit_note", None) or VisitNote(contact=contact)
    before = (note.purpose, note.result)
    note.purpose, note.result = purpose[:60] or note.purpose, result[:200] or note.result
    if (note.purpose, note.result) == before:
        return False
    if note.result and note.entered_at is None:
        note.entered_at = at
    note.save()
    return True
