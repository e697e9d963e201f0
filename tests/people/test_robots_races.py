"""Several workers post at once: nothing twice, and never more than a minute allows. First the proof that they would."""

import itertools
import threading
from datetime import timedelta

import pytest

from people.models import Robot, RobotPost
from people.robots import posting
from tests import make
from tests.draining import drain_robots as drain
from tests.people.test_robots import arrives
from tests.racing import at_once, mistakes
from tests.robots import groups, robot

WORKERS, VISITORS = 3, 25
MINUTE = timedelta(minutes=1)


@pytest.fixture
def chat(committed, monkeypatch):
    monkeypatch.setattr(posting, "TOGETHER", 1)
    with groups() as found:
        yield found


def crowded(store, at):
    """Many visitors, of whom each is to be told apart, wait for all the workers at once."""
    for no in range(VISITORS):
        arrives(store.li, f"DF-{no}", at)
    came_to = at_once(*[lambda: [drain(at=at) for _ in range(VISITORS)]] * WORKERS)
    assert mistakes(came_to) == []
    for _ in range(VISITORS):  # a round that found the robot in another's hand did nothing: what may still go does
        drain(at=at)


def test_whoever_posts_a_minute_holds_eighteen_and_each_goes_once(chat, monkeypatch):
    store, later = make.store(), make.MOMENT + 10 * MINUTE
    robot(chat, project=store.project)
    numbers = itertools.count()
    with monkeypatch.context() as off:
        off.setattr(posting, "_ticket", lambda pk, at: f"robot:free:{next(numbers)}")
        crowded(store, make.MOMENT)
    assert len(chat.posts) == VISITORS > posting.A_MINUTE  # without tickets: all in one minute
    chat.posts.clear()
    crowded(store, later)
    assert len(chat.posts) == posting.A_MINUTE
    for _ in range(VISITORS - posting.A_MINUTE):
        drain(at=later + MINUTE)
    assert len(set(chat.texts())) == len(chat.posts) == VISITORS
    assert not RobotPost.objects.exclude(state="sent").exists()


def test_without_the_lock_something_goes_twice(chat, monkeypatch):
    store = make.store()
    robot(chat, project=store.project)
    monkeypatch.setattr(posting, "_lock", lambda pk: Robot.objects.filter(pk=pk).first())
    chat.meet = threading.Barrier(2)  # the first answer waits until another worker has asked too
    crowded(store, make.MOMENT)
    assert len(set(chat.texts())) < len(chat.posts), "no race: the test above would prove nothing"
