"""Tasks and letters that were given up: every administrator hears of it, once, and of the next ones again."""

from datetime import timedelta

import pytest
from django.utils import translation
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from people.given_up import LETTERS, TASKS, watch_given_up
from people.models import User
from people.retrying import TRIES
from people.roles import Role
from tests import make
from tests.trail import work
from trail import clock
from trail.models import Delivery, Message
from trail.services import tell

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def watched(store):
    """A store with two administrators; `watched(at)` is one look, and gives who was told of what by it."""
    make.person("second", "吴敏", Role.ADMINISTRATOR, store.project)
    names = {str(user.pk): user.username for user in User.objects.all()}

    def look(at):
        with clock.standing_at(at):
            watch_given_up.call()
        told = Message.objects.filter(kind__in=(TASKS, LETTERS), at=at).order_by("kind", "to")
        return [(one.kind, names[one.to], one.facts["count"]) for one in told]

    return look


def task(at):
    id_ = work.fail.enqueue("王先生 13912345678").id
    DBTaskResult.objects.filter(pk=id_).update(status=TaskResultStatus.FAILED, finished_at=at)
    return id_


def letter(store, at, kind="x.y"):
    tell(to=store.li.user.pk, kind=kind, sentence="有事", at=at)
    row, _new = Delivery.objects.get_or_create(
        message=Message.objects.latest("pk"), channel="email", defaults={"to": store.li.user.pk, "due_at": at}
    )
    Delivery.objects.filter(pk=row.pk).update(state="failed", tries=TRIES, why="timeout", done_at=at)


def both(kind, count):
    return [(kind, "admin", count), (kind, "second", count)]


def test_of_what_is_done_or_tried_again_nobody_hears(watched):
    work.write.enqueue("x")
    DBTaskResult.objects.filter(pk=work.fail.enqueue("y").id).update(worker_ids=["a"], run_after=make.MOMENT + MINUTE)
    assert watched(make.MOMENT) == []


def test_every_administrator_hears_once_of_a_task_that_was_given_up(watched):
    task(make.MOMENT)
    assert watched(make.MOMENT + MINUTE) == both(TASKS, 1)
    Message.objects.filter(kind=TASKS).update(read_at=make.MOMENT + MINUTE)
    assert watched(make.MOMENT + timedelta(days=3)) == []


def test_of_another_one_they_hear_again_unless_they_have_not_yet_looked(watched):
    task(make.MOMENT)
    watched(make.MOMENT + MINUTE)
    task(make.MOMENT + timedelta(days=1))
    assert watched(make.MOMENT + timedelta(days=1, minutes=1)) == []
    Message.objects.filter(kind=TASKS).update(read_at=make.MOMENT + timedelta(days=2))
    assert watched(make.MOMENT + timedelta(days=2, minutes=1)) == both(TASKS, 2)


def test_what_was_dropped_meanwhile_is_not_told_of(watched):
    DBTaskResult.objects.filter(pk=task(make.MOMENT)).delete()
    assert watched(make.MOMENT + MINUTE) == []


def test_they_hear_of_letters_too_but_not_of_those_that_told_of_it(store, watched):
    letter(store, make.MOMENT)
    assert watched(make.MOMENT + MINUTE) == both(LETTERS, 1)
    Message.objects.filter(kind=LETTERS).update(read_at=make.MOMENT + MINUTE)
    letter(store, make.MOMENT + timedelta(days=1), LETTERS)
    assert watched(make.MOMENT + timedelta(days=1, minutes=1)) == []


def test_it_leads_to_the_page_and_says_nothing_of_anybody(store, watched):
    task(make.MOMENT)
    watched(make.MOMENT + MINUTE)
    one = Message.objects.filter(kind=TASKS).first()
    assert one.link == "/settings/jobs"
    assert str(one) == "后台有 1 个任务试完了还没做成。看出了什么事，再试或不管了"
    with translation.override("en"):
        assert str(one) == "1 task in the background was given up. See what went wrong, then try again or let it be"
