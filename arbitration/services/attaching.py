"""Files for a case (证据附件): staged, submitted, withdrawn while staged, covered, opened. Decoding happens before the transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.cases.attachments import ORIGINAL, TAKEN, Seen, Viewer, seen_file
from arbitration.models import Attachment, AttachmentContent, CaseEvent, Collision
from arbitration.services.opening import evidence_came, in_time, lock, touch
from arbitration.services.recording import note, tell_parties
from arbitration.uploads import JPEG, PDF, Box, Safe, cover, make_safe
from arbitration.uploads.pages import as_file, pack, unpack
from leads import vault
from leads.screening import phones
from people.roles import Right
from people.workplace import Workplace
from trail import limits
from trail.refusals import Refusal, need_words

State = Attachment.State
ENDINGS = {JPEG: "jpg", "image/png": "png", "image/webp": "webp", PDF: "pdf", "text/csv": "csv"}
A_DAY = timedelta(days=1)
FILES_A_DAY, BYTES_A_DAY = 60, 200_000_000  # of one person
FILES_OF_ONE, BYTES_OF_CASE = 20, 200_000_000  # of one person in one case; of a case
MOST_BOXES = 60
READ_AGAIN = timedelta(minutes=15)  # looking at page after page is one reading


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a file: bytes and pages; digest and size are those of what was brought."""

    content: bytes
    media_type: str
    shown: bytes | None
    digest: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Opened:
    """Bytes that are handed out, what they are, and under which name."""

    content: bytes
    media_type: str
    name: str


def take_in(*, here: Workplace, case: Collision, content: bytes, at: datetime) -> Safe:
    """Look at a file before anything is stored: who may bring it, how many a day, what it is, what is shown of it.

    Raises Refusal. Called outside a transaction, since a file may take seconds.
    """
    _may_bring(here, case, at)
    count_file(here, content, at)
    return make_safe(content)


def count_file(here: Workplace, content: bytes, at: datetime) -> None:
    """One more file of this person's today. Raises Refusal for one too many, and for too many bytes."""
    key = f"files:{here.user.pk}"
    size = max(1, len(content) // 1000)
    if not (
        limits.take(key, limit=FILES_A_DAY, within=A_DAY, at=at)
        and limits.take(f"{key}:kb", limit=BYTES_A_DAY // 1000, within=A_DAY, at=at, cost=size)
    ):
        raise Refusal("files_today", _("你今天传的文件太多了，明天再传"), field="file", status=429)


def _may_bring(here: Workplace, case: Collision, at: datetime) -> None:
    """A party until the ruling and within its term for evidence; the site until the ruling."""
    party = case.claims.filter(user=here.user).exists()
    if case.project_id != here.project.pk or not (party or here.may(Right.EVIDENCE)):
        raise Refusal("not_yours_to_record", _("这不归你补录"), status=404)
    if case.closed:
        raise Refusal("case_ruled", _("这件案子已经结了，不能再补充"), status=409)
    if party:
        in_time(case, at)


@transaction.atomic
def stage_file(
    *, here: Workplace, case: Collision, content: bytes, safe: Safe, kind: str, says: str, at: datetime,
    event: CaseEvent | None = None,
) -> Attachment:  # fmt: skip
    """Keep a file that was taken in, seen by nobody else until it is submitted. `says`: what it proves, in a line.

    `event`: what is on record already and is shown by it.
    """
    kept = Kept(content, safe.media_type, pack(safe.pages), hashlib.sha256(content).digest(), len(content))
    return store(here=here, case=case, kept=kept, kind=kind, says=said(says), event=event, at=at)


def said(text: str) -> str:
    """What a file proves, in a line, without anybody's number. Raises Refusal."""
    plain = need_words(" ".join(text.split()), "says_nothing", _("写一句：这份证据说明什么"), field="says")
    digits = [
        part for part in plain.translate(dict.fromkeys(map(ord, "，。、；：,;:()（）"), " ")).split() if len(part) > 10
    ]
    if any(phones.read(part).kind in ("mobile", "landline") for part in digits):
        raise Refusal("says_number", _("这里别写电话号码，文件里有就够了"), field="says")
    return plain[:200]


def store(
    *, here: Workplace, case: Collision, kept: Kept, kind: str, says: str, event: CaseEvent | None, at: datetime
) -> Attachment:
    """Keep these bytes as a file that is staged. Raises Refusal where there is no room, or it is there already."""
    locked = lock(case)
    _may_bring(here, locked, at)
    if event is not None and event.collision_id != locked.pk:
        raise Refusal("event_of_other", _("选这件案子里的一条"), field="event")
    _room(here, locked, kept)
    count = locked.attachments.count() + 1
    file = Attachment.objects.create(
        collision=locked, by=here.user, kind=kind, says=says, name=f"{locked.no}-{count}.{ENDINGS[kept.media_type]}",
        media_type=kept.media_type, size=kept.size, sha256=kept.digest, staged_at=at, event=event,
    )  # fmt: skip
    shown = vault.seal_bytes(kept.shown) if kept.shown is not None else None
    AttachmentContent.objects.create(attachment=file, original=vault.seal_bytes(kept.content), shown=shown)
    _note(here, file, "attachment.stage", at, sha256=kept.digest.hex())
    return file


def _room(here: Workplace, case: Collision, kept: Kept) -> None:
    """Not twice, not too many, not too much."""
    held = list(case.attachments.exclude(state=State.WITHDRAWN).values_list("by", "sha256", "size", "redacted_of"))
    mine = [bytes(sha) for by, sha, _size, covers in held if by == here.user.pk and covers is None]
    if kept.digest in mine:
        raise Refusal("file_twice", _("这个文件你已经传过了"), field="file", status=409)
    if len(mine) >= FILES_OF_ONE:
        raise Refusal("files_enough", _("一件案子每人最多 20 个文件：撤下没用的，再传"), field="file", status=409)
    if sum(size for _by, _sha, size, _covers in held) + kept.size > BYTES_OF_CASE:
        raise Refusal("case_full", _("这件案子的文件已经太多了，找主管处理"), field="file", status=409)


@transaction.atomic
def submit_files(*, here: Workplace, case: Collision, files: Sequence[int], at: datetime) -> list[Attachment]:
    """Submit what one has staged: from now on it is final, and the task to bring evidence is done."""
    locked = lock(case)
    _may_bring(here, locked, at)
    rows = list(locked.attachments.select_for_update().filter(pk__in=files, by=here.user, state=State.STAGED))
    if not rows or len(rows) != len(set(files)):
        raise Refusal("nothing_staged", _("没有可以提交的文件：先存一份"), status=409)
    for file in rows:
        file.state, file.submitted_at = State.SUBMITTED, at
        file.save(update_fields=["state", "submitted_at"])
        _note(here, file, "attachment.submit", at)
    evidence_came(locked, here.user, at)
    touch(locked, here.user, at)
    tell_parties(locked, "collision.file", gettext_noop("【撞单】%(no)s 有新的记录"), at, but=here.user)
    return rows


@transaction.atomic
def withdraw_file(*, here: Workplace, case: Collision, file: int, at: datetime) -> Attachment:
    """Take back what was staged: its bytes are gone at once, that it was there is not."""
    found = case.attachments.select_for_update().filter(pk=file, by=here.user).exclude(state=State.WITHDRAWN).first()
    if found is None:
        raise Refusal("no_such_file", _("没有这个文件"), status=404)
    if found.state != State.STAGED:
        raise Refusal("file_final", _("提交了就不能撤，可以再补充"), status=409)
    found.state = State.WITHDRAWN
    found.save(update_fields=["state"])
    AttachmentContent.objects.filter(attachment=found).delete()
    _note(here, found, "attachment.withdraw", at)
    return found


def covered_pages(*, here: Workplace, case: Collision, file: int, boxes: Sequence[Box]) -> list[bytes]:
    """The pages of a file with black in these places; its owner, and who rules, may cover. Raises Refusal.

    Called outside a transaction, like `take_in`.
    """
    seen = _coverable(here, case, file)
    pages = unpack(vault.unseal_bytes(seen.file.content.shown or b""))
    fits = all(
        0 <= box.page < len(pages) and 0 <= box.left < 1 and 0 <= box.top < 1 and 0 < box.width <= 1 and 0 < box.height <= 1
        for box in boxes
    )  # fmt: skip
    if not 0 < len(boxes) <= MOST_BOXES or not fits:
        raise Refusal("boxes_wrong", _("先框出要遮住的地方，最多 60 处"), field="boxes")
    return cover(pages, boxes)


def _coverable(here: Workplace, case: Collision, pk: int) -> Seen:
    seen = seen_file(Viewer(here, case), pk)
    if seen is None or not may_cover(here, seen):
        raise Refusal("no_such_file", _("没有这个文件"), status=404)
    return seen


def may_cover(here: Workplace, seen: Seen) -> bool:
    """Whether this person may make a copy of it in which something is covered: who brought it, or who rules."""
    return (
        seen.own and seen.file.state == State.SUBMITTED and seen.file.media_type != "text/csv"
        and (seen.file.by_id == here.user.pk or here.may(Right.RULE))
    )  # fmt: skip


@transaction.atomic
def redact_file(*, here: Workplace, case: Collision, file: int, pages: list[bytes], at: datetime) -> Attachment:
    """Keep a covered copy: after the ruling the other side sees it, the newest of several; the original stays for who rules."""
    locked = lock(case)
    whole = _coverable(here, locked, file).file
    media_type, content = as_file(pages)
    count = locked.attachments.count() + 1
    copy = Attachment.objects.create(
        collision=locked, by=here.user, kind=whole.kind, says=whole.says, name=f"{locked.no}-{count}.{ENDINGS[media_type]}",
        media_type=media_type, size=len(content), sha256=hashlib.sha256(content).digest(), state=State.SUBMITTED,
        staged_at=at, submitted_at=at, redacted_of=whole, event=whole.event,
    )  # fmt: skip
    AttachmentContent.objects.create(
        attachment=copy, original=vault.seal_bytes(content), shown=vault.seal_bytes(pack(pages))
    )
    _note(here, copy, "attachment.redact", at, of=whole.name)
    return copy


def open_file(*, here: Workplace, case: Collision, file: int, what: str, at: datetime) -> Opened | None:
    """The bytes of what somebody may see: ORIGINAL as it was sent, TAKEN as we made it, or a page by its number from 0.

    Whoever opens what is not of their own side leaves a line in the audit log. None where there is nothing for them.
    """
    row = Attachment.objects.filter(pk=file, collision=case).first()
    viewer = Viewer(here, case)
    seen = seen_file(viewer, row.redacted_of_id or row.pk) if row else None
    if row is None or seen is None or not _shown_to(seen, row):
        return None
    if what == ORIGINAL and not seen.own:
        return None
    opened = _bytes(row, what)
    if opened and not viewer.mine(seen.file.by_id):
        _opened_by_other(here, row, what, at)
    return opened


def _shown_to(seen: Seen, row: Attachment) -> bool:
    return row == seen.copy or (seen.own and row in seen.covered)


def _bytes(row: Attachment, what: str) -> Opened | None:
    content = AttachmentContent.objects.filter(attachment=row).first()
    return handed(row.name, content, what) if content else None


def handed(name: str, content: Any, what: str) -> Opened | None:
    """What is handed out of a file that is kept as `original` and `shown`: as it was sent, as we made it, or a page."""
    if what == ORIGINAL or content.shown is None:
        return (
            Opened(vault.unseal_bytes(content.original), "application/octet-stream", name)
            if what == ORIGINAL and content.original
            else None
        )
    pages = unpack(vault.unseal_bytes(content.shown))
    stem = name.rpartition(".")[0]
    if what == TAKEN:
        media_type, made = as_file(pages)
        return Opened(made, media_type, f"{stem}-copy.{ENDINGS[media_type]}")
    number = int(what) if what.isascii() and what.isdigit() else len(pages)
    return Opened(pages[number], JPEG, f"{stem}-{number + 1}.jpg") if number < len(pages) else None


def pages_of(file: Attachment) -> int:
    """How many pages there are to look at."""
    content = AttachmentContent.objects.filter(attachment=file).first()
    return len(unpack(vault.unseal_bytes(content.shown))) if content and content.shown is not None else 0


def _opened_by_other(here: Workplace, file: Attachment, what: str, at: datetime) -> None:
    """Taking away leaves a line each time, reading one for all its pages."""
    reading = what not in (ORIGINAL, TAKEN)
    if not reading or limits.take(f"file-read:{file.pk}:{here.user.pk}", limit=1, within=READ_AGAIN, at=at):
        _note(here, file, "attachment.read" if reading else "attachment.take", at)


def _note(here: Workplace, file: Attachment, action: str, at: datetime, **detail: Any) -> None:
    note(here, file.collision, action, at, file=file.name, **detail)
