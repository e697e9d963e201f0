"""A receiver that takes all the time it is given holds a lane of its own: jobs, notices and other receivers go on meanwhile."""

import time as clockwork
from datetime import timedelta

import pytest

from config.schedule import OUTWARD, steady
from people import hook_sending, robots
from people.models import HookDelivery, RobotPost
from tests import make
from tests.listening import listener, stalling
from tests.mailbox import connected, mail_server
from tests.people.hooked import hooked
from tests.robots import groups, robot
from tests.trail import work
from tests.trail.work import did
from trail import clock
from trail.models import Delivery
from trail.services import tell
from trail.vault import seal
from trail.worker import Worker

LATER = make.MOMENT + timedelta(minutes=1)
State = HookDelivery.State
LANES = {work: lanes for work, _due, lanes in OUTWARD}


@pytest.fixture
def patient(monkeypatch):
    """No receiver is cut off while the test lasts: what arrives did not wait for a time-out."""
    monkeypatch.setattr("people.outgoing.TIMEOUT", 600)


def rounds_until(worker, true):
    """Let it work, round after round, until this is so."""
    for _round in range(500):
        worker.round()
        if true():
            return
        clockwork.sleep(0.02)
    raise AssertionError("it did not happen")


def ruled(here):
    """Somebody is told of a ruling: by mail, and by the robots of the project."""
    given = {"kind": "collision.ruled", "sentence": "%(no)s 已裁定，看结果和理由", "link": "/cases/ZD-1", "no": "ZD-1"}
    tell(to=here.user.pk, project=here.project.code, at=make.MOMENT, **given)


@pytest.mark.parametrize("drips", [False, True], ids=["says nothing", "drips"])
def test_one_that_never_ends_its_answer_holds_up_nobody_else(committed, settings, patient, drips):
    """It keeps a webhook and a robot waiting; the job, the mail, the other webhook and the other robot go through meanwhile."""
    with stalling(drips=drips) as bad, listener() as good, mail_server() as box, groups() as chat:
        settings.GUISHU_HOOKS_INSIDE |= {bad.place, good.place}
        store, at_bad = make.store(), HookDelivery.objects.filter(hook__name="slow")
        connected(box, make.MOMENT)
        store.li.user.email = "li@example.com"
        store.li.user.save()
        hooked(store.admin, bad, "visit.registered", name="slow")
        hooked(store.admin, good, "visit.registered", name="quick")
        slow = robot(chat, project=store.project, name="慢")
        slow.sealed_address = seal(f"http://{bad.place}/cgi-bin/webhook/send?key=k")
        slow.save()
        robot(chat, project=store.project, name="快")
        make.arrived(store, make.MOMENT)
        ruled(store.li)
        work.write.enqueue("beside")
        worker = Worker(steady=steady())
        with clock.standing_at(LATER):
            rounds_until(worker, lambda: len(bad.held) == 2)
            rounds_until(worker, lambda: did("beside") == 1)
            rounds_until(worker, lambda: good.got and len(box.subjects()) == 1 and chat.posts)
            rounds_until(worker, lambda: HookDelivery.objects.filter(state=State.SENT).count() == 1)
            assert [(row.state, row.tries) for row in at_bad.all()] == [(State.WAITING, 0)], (
                "it has not been given up yet"
            )
            assert len(bad.held) == 2, "nor asked twice at the same time"
            bad.over.set()
            worker._wait()
        assert [(row.state, row.tries) for row in at_bad.all()] == [(State.WAITING, 1)]
        assert Delivery.objects.filter(channel="email", state="sent").exists()
        assert not RobotPost.objects.filter(robot=slow, state="sent").exists()


def test_those_that_failed_wait_for_each_other_and_for_nobody_else(committed, settings, patient):
    """However many never answer: once they failed they share one lane, and a hook that takes what it gets has its own."""
    with stalling(drips=False) as bad, listener() as good:
        settings.GUISHU_HOOKS_INSIDE = frozenset({bad.place, good.place})
        store = make.store()
        for n in range(4):
            hook, _secret = hooked(store.admin, bad, "visit.registered", name=f"slow {n}")
            hook.failing_since = make.MOMENT
            hook.save()
        hooked(store.admin, good, "visit.registered", name="quick")
        make.arrived(store, make.MOMENT)
        worker = Worker(steady=steady())
        with clock.standing_at(LATER):
            rounds_until(worker, lambda: bad.held and good.got)
            rounds_until(worker, lambda: not hook_sending.well_is_due(LATER))
            assert len(bad.held) == LANES[hook_sending.drain_failing] == 1
            bad.over.set()
            worker._wait()


def test_a_lane_is_there_only_while_there_is_something_to_do(committed):
    make.store()
    worker = Worker(steady=steady())
    worker.round()
    assert [one._begun for one in worker.steady if hasattr(one, "_begun")] == [[]] * len(OUTWARD)
    assert not robots.is_due(LATER)
