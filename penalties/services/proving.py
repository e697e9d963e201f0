"""What proves an accusation: words, and a file where there is one. Decoding happens before the transaction.

A file is kept as those of a case are (docs/decisions/0016-evidence-files.md): sealed, shown as pictures of ours, told by its content.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.cases.attachments import ORIGINAL, TAKEN
from arbitration.services.attaching import ENDINGS, READ_AGAIN, Opened, count_file, handed
from arbitration.uploads import Safe, make_safe
from arbitration.uploads.pages import pack, unpack
from leads import vault
from penalties import reads
from penalties.models import Accusation, AccusationFile, AccusationFileContent, AccusationStep
from penalties.services.accusing import DAYS_FOR_EVIDENCE, add_step, own, refuse_closed
from people.workplace import Workplace
from trail import limits
from trail import services as trail
from trail.refusals import Refusal, need_words

MOST_FILES = 20  # of one accusation


@dataclass(frozen=True, slots=True)
class Brought:
    """A file as it was sent, and what was made of it."""

    content: bytes
    safe: Safe


def take_in(*, here: Workplace, accusation: Accusation, content: bytes, at: datetime) -> Brought:
    """Look at a file before anything is stored: who may bring it, how many a day, what it is, what is shown of it.

    Raises Refusal. Called outside a transaction, since a file may take seconds.
    """
    _provable(here, accusation, at)
    count_file(here, content, at)
    return Brought(content, make_safe(content))


@transaction.atomic
def add_evidence(
    *, here: Workplace, accusation: Accusation, text: str, at: datetime, file: Brought | None = None
) -> AccusationStep:
    """Who reported brings something that proves it, within seven days (D11-M6b); `text` says what it is, or what the file shows.

    Raises Refusal: not theirs (404), late, closed, the same file again, too many (409).
    """
    row = _provable(here, accusation, at)
    text = need_words(text, "evidence_empty", _("写明是什么、在哪里看得到"), field="text")
    step = add_step(row, AccusationStep.Kind.EVIDENCE, here.user, at, text=text[:1000])
    if file is not None:
        _keep(row, step, file)
    return step


def _provable(here: Workplace, accusation: Accusation, at: datetime) -> Accusation:
    row = own(here, accusation)
    refuse_closed(row)
    if at > row.at + DAYS_FOR_EVIDENCE:
        raise Refusal("evidence_late", _("举报以后 7 天里交证据，已经过了"), status=409)
    return row


def _keep(row: Accusation, step: AccusationStep, file: Brought) -> None:
    digest = hashlib.sha256(file.content).digest()
    held = AccusationFile.objects.filter(step__accusation=row)
    if held.filter(sha256=digest).exists():
        raise Refusal("file_twice", _("这个文件你已经传过了"), field="file", status=409)
    if held.count() >= MOST_FILES:
        raise Refusal("files_enough", _("一件举报最多 %(n)d 个文件") % {"n": MOST_FILES}, field="file", status=409)
    made = AccusationFile.objects.create(
        step=step, name=f"{row.no}-{step.number}.{ENDINGS[file.safe.media_type]}", media_type=file.safe.media_type,
        size=len(file.content), sha256=digest,
    )  # fmt: skip
    AccusationFileContent.objects.create(
        file=made, original=vault.seal_bytes(file.content), shown=vault.seal_bytes(pack(file.safe.pages))
    )


def open_evidence(*, here: Workplace, accusation: Accusation, number: int, what: str, at: datetime) -> Opened | None:
    """The bytes of the file of a piece of evidence: ORIGINAL as it was sent, TAKEN as we made it, or a page by its number from 0.

    For who reported and who handles it; whoever handles it leaves a line in the audit log. None where there is nothing for them.
    """
    if not reads.accusations(here, at).filter(pk=accusation.pk).exists():
        return None
    found = AccusationFile.objects.filter(step__accusation=accusation, step__number=number)
    file = found.select_related("content").first()
    opened = handed(file.name, file.content, what) if file else None
    if file and opened and accusation.by_id != here.user.pk:
        _opened(here, accusation, file, what, at)
    return opened


def pages_of(file: AccusationFile) -> int:
    """How many pages there are to look at."""
    shown = file.content.shown
    return len(unpack(vault.unseal_bytes(shown))) if shown else 0


def _opened(here: Workplace, row: Accusation, file: AccusationFile, what: str, at: datetime) -> None:
    """Taking away leaves a line each time, reading one for all its pages."""
    reading = what not in (ORIGINAL, TAKEN)
    if reading and not limits.take(f"accusation-read:{file.pk}:{here.user.pk}", limit=1, within=READ_AGAIN, at=at):
        return
    trail.note(
        by=here.user.pk, action="accusation.read" if reading else "accusation.download", subject=f"accusation:{row.no}",
        at=at, project=row.project.code, file=file.name,
    )  # fmt: skip
