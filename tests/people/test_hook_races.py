"""Two workers at one hook: each event arrives once, in the order in which it was written."""

from datetime import timedelta

from people import hook_sending
from people.models import HookDelivery
from tests import make, racing
from tests.draining import drain_hooks as drain
from tests.listening import listener
from tests.people.hooked import hooked

LATER = make.MOMENT + timedelta(minutes=1)


def arrivals_in_order(settings):
    """Six visitors, three workers; the numbers of the visits, and of what was heard."""
    with listener() as heard:
        settings.GUISHU_HOOKS_INSIDE = frozenset({heard.place})
        store = make.store()
        hooked(store.admin, heard, "visit.registered")
        visits = [make.arrived(store, make.MOMENT, number=f"1380000{n:04d}").no for n in range(6)]
        for _round in range(10):  # a worker that finds another at it leaves the hook to it
            assert racing.mistakes(racing.at_once(*[lambda: drain(at=LATER)] * 3)) == []
            if not HookDelivery.objects.filter(state="waiting").exists():
                break
        return visits, [got.json["data"]["visit"] for got in heard.got]


def test_workers_send_each_event_once_and_in_order(committed, settings):
    visits, heard = arrivals_in_order(settings)
    assert heard == visits


def test_without_the_lock_they_would_send_some_twice(committed, settings, monkeypatch):
    """The guard off: whoever looks at the same time takes the same one."""

    def unlocked(hook, at):
        return (
            HookDelivery.objects.filter(hook=hook, state="waiting")
            .select_related("hook__project")
            .order_by("pk")
            .first()
        )

    monkeypatch.setattr(hook_sending, "_lock", unlocked)
    visits, heard = arrivals_in_order(settings)
    assert len(heard) > len(visits)
