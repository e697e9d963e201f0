"""What a salesperson writes into a notebook themselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from leads.models import NotebookEntry
from people.workplace import Workplace
from trail.refusals import Refusal


@transaction.atomic
def write_note(*, here: Workplace, line: NotebookEntry, note: str, at: datetime) -> NotebookEntry:
    """The detailed record of a visit (D01-3.b2f, due within 24 hours: D12-6.3a). Written once, as ink is.

    Raises Refusal for nothing, for a line of another notebook or another person's, or where there is a record already.
    """
    if line.book != NotebookEntry.Book.VISIT or line.user_id != here.user.pk:
        raise Refusal("line_not_yours", _("只能写自己到访本里的记录"), status=403)
    if not note.strip():
        raise Refusal("note_empty", _("写客户问了什么、谈了什么"), field="note")
    empty = NotebookEntry.objects.filter(pk=line.pk, noted_at=None)
    if not empty.update(note=note.strip()[:500], noted_at=at):
        raise Refusal("note_written", _("这条记录写过了，不能改。要补充，写一条跟进"), field="note", status=409)
    line.refresh_from_db(fields=["note", "noted_at"])
    return line
