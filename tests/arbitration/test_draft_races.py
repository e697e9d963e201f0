"""Two at one draft at the same instant: one version comes of two who publish, and nobody changes what is being submitted."""

import threading

import pytest

from arbitration.models import PolicyDraft, PolicyInForce, PolicyVersion
from arbitration.services import drafting, publishing
from tests import make
from tests.arbitration.drafts import begun, submitted, with_days
from tests.racing import at_once, refused_or

pytestmark = pytest.mark.usefixtures("committed")


def publish(here, draft):
    return lambda: publishing.publish_draft(here=here, draft=draft, seen=draft.version, at=make.MOMENT)


def change_and_submit(store, draft):
    return (
        lambda: drafting.set_parameters(
            here=store.general, draft=draft, seen=draft.version, given={"lax_days": 3}, at=make.MOMENT
        ),
        lambda: publishing.submit_draft(
            here=store.manager, draft=draft, seen=draft.version, why="跟进要快", at=make.MOMENT
        ),
    )


def test_without_the_lock_both_go_through(monkeypatch):
    store = make.store()
    draft = with_days(store, begun(store))
    both = threading.Barrier(2, timeout=20)
    get = PolicyDraft.objects.get

    class Reading:
        def get(self, **where):
            row = get(**where)
            both.wait()
            return row

    monkeypatch.setattr(type(PolicyDraft.objects), "select_for_update", lambda _manager: Reading(), raising=False)
    came_to = refused_or(at_once(*change_and_submit(store, draft)), "done")
    assert came_to == ["done", "done"]


def test_of_two_who_publish_at_once_one_does():
    store = make.store()
    draft = submitted(store)
    came_to = refused_or(at_once(publish(store.general, draft), publish(store.admin, draft)), "done")
    assert sorted(came_to) == ["done", "draft_closed"]
    assert PolicyVersion.objects.filter(version__startswith="1.").count() == 1
    assert PolicyInForce.objects.filter(project=store.project, until=None).count() == 1


def test_what_is_submitted_is_what_was_read_or_the_change_is_refused():
    store = make.store()
    draft = with_days(store, begun(store))
    came_to = refused_or(at_once(*change_and_submit(store, draft)), "done")
    assert came_to.count("done") == 1
    kept = PolicyDraft.objects.get()
    if came_to[1] == "done":
        assert (came_to[0], kept.state, kept.params) == ("draft_closed", "submitted", {"lax_days": 10})
    else:
        assert (came_to[1], kept.state, kept.params) == ("draft_changed", "draft", {"lax_days": 3})
