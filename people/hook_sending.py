"""Webhooks on their way: in order for each hook, at least once, signed as Standard Webhooks has it.

    look    which hooks have something due; a hook whose first delivery waits for its next try has nothing due
    lock    that first delivery: two workers never have the same hook in hand
    send    guarded (people/outgoing.py), signed anew with the time of this try; the id stays, so that who got it twice knows

Hooks that failed are tried apart from those that took what they were last sent: the worker has a lane for them (config/schedule.py).

A delivery is tried at once and then after each of WAITS, a day in all, then it has failed and the next has its turn. A hook that
took nothing for PATIENCE, or answers that it is gone (410), is switched off, and whoever keeps the settings hears of it.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext_noop

from people.models import Hook, HookDelivery, Membership
from people.outgoing import Answer, NotReached, post
from people.roles import Right, roles_with
from trail import services as trail
from trail.vault import unseal

MARK = "whsec_"  # what a secret begins with; the rest is its bytes in base64
WAITS = tuple(
    timedelta(seconds=n) for n in (10, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 8 * 3600, 8 * 3600)
)  # fmt: skip
PATIENCE = timedelta(days=5)
KEPT = timedelta(days=30)
ROUND, HOOKS, IN_A_ROW = 8.0, 20, 50  # seconds, hooks, and deliveries of one hook that a round takes at most
KIND = "hook.off"
SWITCHED_OFF = {
    "gone": gettext_noop("一个 Webhook 的对方说不再收（410），已停用。核对地址，再打开"),
    "failing": gettext_noop("一个 Webhook 连着五天没收到，已停用。核对对方的服务器，再打开"),
}
State = HookDelivery.State


def drain_well(*, at: datetime) -> int:
    """Send what is due to the hooks that took what they were last sent."""
    return _drain(_due(at, failing=False), at)


def drain_failing(*, at: datetime) -> int:
    """Try again with the hooks that did not: apart, for each of them may take all the time that it is given."""
    return _drain(_due(at, failing=True), at)


def well_is_due(at: datetime) -> bool:
    """Whether `drain_well` has something to do."""
    return _due(at, failing=False).exists()


def failing_is_due(at: datetime) -> bool:
    """Whether `drain_failing` has something to do."""
    return _due(at, failing=True).exists()


def _due(at: datetime, *, failing: bool) -> QuerySet[HookDelivery]:
    waiting = HookDelivery.objects.filter(state=State.WAITING, due_at__lte=at, hook__on=True)
    return waiting.filter(hook__failing_since__isnull=not failing)


def _drain(due: QuerySet[HookDelivery], at: datetime) -> int:
    until, count = monotonic() + ROUND, 0
    hooks = due.values_list("hook").annotate(first=Min("due_at")).order_by("first").values_list("hook", flat=True)
    for pk in hooks[:HOOKS]:
        for _one in range(IN_A_ROW):
            if not _next(pk, at):
                break
            count += 1
            if monotonic() > until:
                return count
    return count


@transaction.atomic
def _next(hook: UUID, at: datetime) -> bool:
    """Send the first waiting delivery of a hook, if its time has come; whether it arrived, so that the next may go."""
    row = _lock(hook, at)
    if row is None:
        return False
    answer, why = attempt(row, at)
    return settle(row, answer, why, at)


def _lock(hook: UUID, at: datetime) -> HookDelivery | None:
    """None where another worker has it in hand, or it waits for its next try; then whatever stands behind it waits as long."""
    mine: QuerySet[HookDelivery] = HookDelivery.objects.filter(hook=hook, state=State.WAITING)
    first = mine.order_by("pk").first()
    if first is None:
        return None
    if first.due_at > at:
        mine.filter(due_at__lt=first.due_at).update(due_at=first.due_at)
        return None
    rows = mine.filter(pk=first.pk, due_at__lte=at, hook__on=True).select_related("hook__project")
    return rows.select_for_update(skip_locked=True, of=("self",)).first()


def attempt(row: HookDelivery, at: datetime) -> tuple[Answer | None, str]:
    """Post it once: what came back, and else why not, as a code of `people.outgoing`."""
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        answer = post(row.hook.address, body=body, headers=_headers(row, body, str(int(at.timestamp()))))
    except NotReached as wrong:
        return None, wrong.code
    except InvalidTag:
        return None, "key"
    return answer, "" if answer.taken else "answered"


def _headers(row: HookDelivery, body: bytes, seconds: str) -> dict[str, str]:
    event = str(row.event)
    return {
        "Content-Type": "application/json", "webhook-id": event, "webhook-timestamp": seconds,
        "webhook-signature": signature(unseal(row.hook.sealed_secret), event, seconds, body),
    }  # fmt: skip


def signature(secret: str, event: str, seconds: str, body: bytes) -> str:
    """v1: HMAC-SHA256 over id, time and body under the bytes of the secret, in base64."""
    key = base64.b64decode(secret.removeprefix(MARK))
    digest = hmac.new(key, f"{event}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def settle(row: HookDelivery, answer: Answer | None, why: str, at: datetime) -> bool:
    """Note what became of a try; whether it arrived."""
    row.tries, row.answer, row.why = row.tries + 1, answer.status if answer else None, why
    if not why:
        row.state, row.done_at = State.SENT, at
        recovered(row.hook, at)
    elif row.tries > len(WAITS):
        row.state, row.done_at = State.FAILED, at
    else:
        row.due_at = at + WAITS[row.tries - 1]
    row.save(update_fields=["tries", "answer", "why", "state", "done_at", "due_at"])
    if why:
        _failing(row.hook, answer, at)
    return not why


def recovered(hook: Hook, at: datetime) -> None:
    """It takes what it gets again: what waits behind is sent at once."""
    if hook.failing_since is not None:
        Hook.objects.filter(pk=hook.pk).update(failing_since=None)
        hook.deliveries.filter(state=State.WAITING, due_at__gt=at).update(due_at=at)


def _failing(hook: Hook, answer: Answer | None, at: datetime) -> None:
    since = hook.failing_since or at
    Hook.objects.filter(pk=hook.pk, failing_since__isnull=True).update(failing_since=since)
    if answer and answer.status == HTTPStatus.GONE:
        _give_up(hook, "gone", at)
    elif at - since >= PATIENCE:
        _give_up(hook, "failing", at)


def _give_up(hook: Hook, why: str, at: datetime) -> None:
    """Switch it off, and tell whoever keeps the settings of its project."""
    off(hook, at)
    code = hook.project.code
    trail.note(by="system", action=KIND, subject=f"hook:{hook.pk}", at=at, project=code, why=why)
    for pk in Membership.objects.people(hook.project, roles_with(Right.SETTINGS), at):
        trail.tell(
            to=pk, kind=KIND, project=code, link=f"/settings/webhooks/{hook.pk}", at=at, sentence=SWITCHED_OFF[why]
        )


def off(hook: Hook, at: datetime) -> None:
    """From now on it hears of nothing; what waits has failed, and can be sent again one by one when it is on."""
    Hook.objects.filter(pk=hook.pk).update(on=False)
    hook.deliveries.filter(state=State.WAITING).update(state=State.FAILED, why="off", done_at=at)


def forget(*, at: datetime) -> int:
    """Deliveries are kept a month after they arrived or failed."""
    count, _by_kind = HookDelivery.objects.filter(done_at__lt=at - KEPT).exclude(state=State.WAITING).delete()
    return count
