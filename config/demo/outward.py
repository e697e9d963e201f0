"""A program of the house that hears of what happens: delivered, and one that the other side did not take."""

from datetime import timedelta
from uuid import uuid4

from people.hook_sending import State
from people.hooks import EVENTS, sent
from people.models import Hook
from people.services.hooks import make_hook
from people.workplace import Workplace
from trail import clock

ADDRESS = "https://93.184.216.34/guishu"  # by number: nobody is asked for a name


def tell_a_program(admin: Workplace) -> Hook:
    """A webhook of the project, switched off since its trial, with what was sent before; nothing leaves the machine."""
    now = clock.now()
    hook, _secret = make_hook(here=admin, name="ERP", address=ADDRESS, events=list(EVENTS), at=now - timedelta(days=7))
    rows = (
        ("visit.registered", 6, State.SENT, 200, ""),
        ("collision.opened", 5, State.SENT, 202, ""),
        ("visit.left", 2, State.FAILED, 503, "answered"),
    )
    for kind, days, state, answer, why in rows:
        at = now - timedelta(days=days)
        body = sent(kind, at, {"project": admin.project.code})
        hook.deliveries.create(
            event=uuid4(),
            kind=kind,
            body=body,
            at=at,
            due_at=at,
            state=state,
            tries=1,
            answer=answer,
            why=why,
            done_at=at,
        )
    Hook.objects.filter(pk=hook.pk).update(on=False)
    return hook
