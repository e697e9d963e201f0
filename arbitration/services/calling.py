"""Call lists (通话清单, D07-8.3 to 8.5): several calls at once, typed or out of an operator's file, with the file that shows them."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.utils.translation import gettext as _

from arbitration.cases.call_files import Read, lines_of, read_calls
from arbitration.models import Attachment, CaseEvent, Collision
from arbitration.services.attaching import Kept, said, store, submit_files
from arbitration.services.evidence import CallList, both_ends, submit_call_list
from arbitration.services.opening import in_time
from leads import vault
from people.exports import as_csv
from people.workplace import Workplace
from trail.refusals import Refusal

MOST_CALLS = 20  # at a time
HELD = timedelta(minutes=30)  # how long a file that was looked at may wait to be kept
State = Attachment.State


@dataclass(frozen=True, slots=True)
class Sheet:
    """An operator's file, and what is said of it: by whom it is, whether it was printed officially, and both numbers."""

    content: bytes
    issuer: str
    official: bool
    own: str
    customer: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file came to, and the parcel that keeps it: only the lines about the customer, sealed, for this person and case."""

    read: Read
    parcel: str


@transaction.atomic
def submit_calls(
    *, here: Workplace, case: Collision, calls: Sequence[CallList], file: int | None, at: datetime
) -> list[CaseEvent]:
    """A party submits calls, and the file that shows them where there is one; a staged one is submitted with them.

    Raises Refusal, for the n-th call at the field `at_n`.
    """
    if not 0 < len(calls) <= MOST_CALLS:
        raise Refusal("calls_none", _("写 1 到 20 条通话"), field="at_0")
    if file is not None:
        _submit(here, case, file, at)
    events = [_submit_one(here, case, call, n, at) for n, call in enumerate(calls)]
    if file is not None:
        Attachment.objects.filter(pk=file, event=None).update(event=events[0])
    return events


def _submit(here: Workplace, case: Collision, pk: int, at: datetime) -> None:
    file = case.attachments.filter(pk=pk, by=here.user, redacted_of=None).exclude(state=State.WITHDRAWN).first()
    if file is None:
        raise Refusal("no_such_file", _("选你自己的一份文件"), field="file")
    if file.state == State.STAGED:
        submit_files(here=here, case=case, files=[file.pk], at=at)


def _submit_one(here: Workplace, case: Collision, call: CallList, n: int, at: datetime) -> CaseEvent:
    same = case.events.filter(type=CaseEvent.Type.CALL_LIST, by=here.user, payload__call_at=call.call_at.isoformat())
    if same.exists():
        raise Refusal("recorded_already", _("这个时间的通话已经记过了"), field=f"at_{n}", status=409)
    try:
        return submit_call_list(here=here, case=case, call=call, at=at)
    except Refusal as refusal:
        if refusal.field == "call_at":
            raise Refusal(refusal.code, refusal.sentence, field=f"at_{n}", status=refusal.status) from None
        raise


def look_at_calls(*, here: Workplace, case: Collision, sheet: Sheet, at: datetime) -> Looked:
    """Read an operator's file; nothing is stored. Raises Refusal."""
    in_time(case, at)
    own, customer = both_ends(sheet.own, sheet.customer)
    read = read_calls(sheet.content, own=own, customer=customer, zone=case.project.zone, now=at)
    parcel = {
        "case": case.pk, "user": here.user.pk, "until": (at + HELD).isoformat(), "own": own, "customer": customer,
        "issuer": sheet.issuer, "official": sheet.official, "digest": hashlib.sha256(sheet.content).hexdigest(),
        "size": len(sheet.content), "others": read.others, "lines": list(lines_of(read)),
    }  # fmt: skip
    return Looked(read, base64.b64encode(vault.seal(json.dumps(parcel))).decode())


def _open(here: Workplace, case: Collision, parcel: str, at: datetime) -> dict[str, Any]:
    try:
        given: dict[str, Any] = json.loads(vault.unseal(base64.b64decode(parcel, validate=True)))
    except (ValueError, InvalidTag):
        given = {}
    if (given.get("case"), given.get("user")) != (case.pk, here.user.pk):
        raise Refusal("parcel_unknown", _("这份清单要重新传一次"), status=409)
    if datetime.fromisoformat(given["until"]) <= at:
        raise Refusal("parcel_over", _("放得太久了，清单要重新传一次"), status=409)
    return given


@transaction.atomic
def keep_calls(*, here: Workplace, case: Collision, parcel: str, rows: Sequence[int], at: datetime) -> list[CaseEvent]:
    """Submit those lines of a file that was looked at; of the file only they are stored, and its digest."""
    given = _open(here, case, parcel, at)
    lines = [line for line in given["lines"] if line["row"] in set(rows)]
    if not lines:
        raise Refusal("calls_none", _("至少选一条通话"), field="rows")
    calls = [
        CallList(
            issuer=given["issuer"], official=given["official"], call_at=datetime.fromisoformat(line["at"]), own=given["own"],
            customer=given["customer"], outgoing=line["out"],
        )
        for line in lines
    ]  # fmt: skip
    kept = Kept(_ours(lines, calls), "text/csv", None, bytes.fromhex(given["digest"]), given["size"])
    says = said(
        _("从清单里留下 %(n)s 条和这位客户的通话，其他 %(others)s 条没有留")
        % {"n": len(lines), "others": given["others"]}
    )
    file = store(here=here, case=case, kept=kept, kind=Attachment.Kind.CALL_LIST, says=says, event=None, at=at)
    return submit_calls(here=here, case=case, calls=calls, file=file.pk, at=at)


def _ours(lines: Sequence[dict[str, Any]], calls: Sequence[CallList]) -> bytes:
    """What is kept of the file, as a file."""
    heading = [_("行"), _("自己的号码"), _("对方号码"), _("通话时间"), _("主叫或被叫")]
    records = [
        [str(line["row"]), call.own, call.customer, line["at"], _("主叫") if call.outgoing else _("被叫")]
        for line, call in zip(lines, calls, strict=True)
    ]
    return b"".join(as_csv(heading, records))
