"""Webhooks: an address that hears of what happens, made, changed, tried and switched off."""

import base64
from collections.abc import Collection
from datetime import datetime
from secrets import token_bytes
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from people.hook_sending import MARK, attempt, off, recovered
from people.hooks import EVENTS, TRIAL, sent
from people.models import Hook, HookDelivery
from people.outgoing import WORDS, NotReached, look
from people.services.guards import count_trial, refusing
from people.services.versions import locked_unchanged
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal
from trail.vault import seal

SIZE = 32  # random bytes of a secret
MOST = 20  # hooks of a project
State = HookDelivery.State


def make_hook(
    *, here: Workplace, name: str, address: str, events: Collection[str], at: datetime
) -> tuple[Hook, str]:  # fmt: skip
    """A program at this address hears of these events of the project, and the secret that it is signed with, seen this once.

    Raises Refusal: hook_name, name_taken, events_missing, too_many_hooks, and hook_… with why nothing is sent to this address.
    """
    _check(name, address, events)
    secret = MARK + base64.b64encode(token_bytes(SIZE)).decode()
    with transaction.atomic():
        if Hook.objects.filter(project=here.project).count() >= MOST:
            raise Refusal("too_many_hooks", _("一个项目最多 %(n)d 个，先改用已有的") % {"n": MOST}, status=409)
        hook = Hook(
            project=here.project, name=name.strip(), address=address, events=sorted(events), made_by=here.user, made_at=at,
            sealed_secret=seal(secret),
        )  # fmt: skip
        _save(hook, force_insert=True)
        _note(here, "hook.make", hook, at, events=hook.events)
    return hook, secret


@transaction.atomic
def change_hook(
    *, here: Workplace, hook: Hook, name: str, address: str, events: Collection[str], at: datetime, seen: str = ""
) -> Hook:  # fmt: skip
    """Another name, address or choice of events from now on; what waits goes to the new address.

    Refused as `make_hook` is, and: changed_meanwhile since `seen`.
    """
    _check(name, address, events)
    locked: Hook = locked_unchanged(hook, seen)
    moved = locked.address != address
    locked.name, locked.address, locked.events = name.strip(), address, sorted(events)
    _save(locked, update_fields=["name", "address", "events"])
    _note(here, "hook.change", locked, at, events=locked.events, moved=moved)
    if moved:
        recovered(locked, at)
    return locked


@transaction.atomic
def switch_hook(*, here: Workplace, hook: Hook, on: bool, at: datetime) -> Hook:
    """Off: it hears of nothing any more, and what waits is not sent. On: of what happens from now on. Twice changes nothing."""
    locked = Hook.objects.select_for_update().get(pk=hook.pk)
    if locked.on == on:
        return locked
    if on:
        locked.on, locked.failing_since = True, None
        locked.save(update_fields=["on", "failing_since"])
    else:
        off(locked, at)
        locked.on = False
    trail.done(link=f"/settings/webhooks/{locked.pk}", at=at)
    _note(here, "hook.on" if on else "hook.off", locked, at)
    return locked


def try_hook(*, here: Workplace, hook: Hook, at: datetime) -> HookDelivery:
    """Send something harmless now and once, also where it is switched off; gives what became of it.

    Where it arrives, what waits is sent at once. Raises Refusal: too_many_trials (429). Outside a transaction: it takes a while.
    """
    count_trial("hook", here.user, at)
    row = HookDelivery(hook=hook, event=uuid4(), kind=TRIAL, at=at, due_at=at, done_at=at, tries=1)
    row.body = sent(TRIAL, at, {"project": here.project.code, "hook": str(hook.pk)})
    answer, row.why = attempt(row, at)
    row.answer, row.state = answer.status if answer else None, State.FAILED if row.why else State.SENT
    with transaction.atomic():
        row.save()
        _note(here, "hook.try", hook, at, said=row.why or "sent")
        if not row.why:
            recovered(hook, at)
    return row


@transaction.atomic
def send_delivery_again(*, here: Workplace, hook: Hook, delivery: int, at: datetime) -> HookDelivery:
    """Send once more what arrived or failed, before whatever waits. Raises Refusal: hook_off, still_waiting, trial (409)."""
    row = HookDelivery.objects.select_for_update(of=("self",)).select_related("hook").get(hook=hook, pk=delivery)
    if not row.hook.on:
        raise Refusal("hook_off", _("先打开这个 Webhook，再发"), status=409)
    if row.kind == TRIAL:
        raise Refusal("trial", _("试发的不用再发，重新试一次"), status=409)
    if row.state == State.WAITING:
        raise Refusal("still_waiting", _("它还等着发，不用再发"), status=409)
    row.state, row.tries, row.why, row.due_at, row.done_at = State.WAITING, 0, "", at, None
    row.save(update_fields=["state", "tries", "why", "due_at", "done_at"])
    _note(here, "hook.again", hook, at, event=str(row.event))
    return row


def _check(name: str, address: str, events: Collection[str]) -> None:
    """Before anything is written."""
    if not name.strip():
        raise Refusal("hook_name", _("写明给哪个程序用"), field="name")
    if not events or not set(events) <= set(EVENTS):
        raise Refusal("events_missing", _("至少选一样"), field="events")
    look_at(address)


def look_at(address: str) -> None:
    """Raises Refusal (hook_…) with why nothing is sent to this address. The name of the host is looked up, which takes a while."""
    try:
        look(address)
    except NotReached as wrong:
        raise Refusal(f"hook_{wrong.code}", WORDS[wrong.code], field="address") from wrong


def _save(hook: Hook, **how: Any) -> None:
    taken = Refusal("name_taken", _("这个项目已经有叫这个名字的，换一个"), field="name", status=409)
    with refusing({"hook_name_once_in_project": taken}):
        hook.save(**how)


def _note(here: Workplace, action: str, hook: Hook, at: datetime, **detail: Any) -> None:
    trail.note(by=here.user.pk, action=action, subject=f"hook:{hook.pk}", at=at, project=here.project.code, **detail)
