"""Many questions at the same instant stay within the limits. First the proof that the race is there."""

import time

from leads.models import PreCheck
from leads.services import look_first
from leads.services.precheck import TRIES_OF_A_MASK
from leads.services.probing import alert_probing
from tests import make
from tests.racing import at_once, mistakes
from trail import limits
from trail.models import Allowance, Message

ASKERS = 8


def ask(here, numbers):
    asked = (lambda number=number: look_first(here=here, number=number, at=make.MOMENT) for number in numbers)
    assert mistakes(at_once(*asked)) == []


def counted_by_looking(uses, *, within, at):
    """A limit without its guard: read, breathe, write."""
    return [looked(use, at) for use in uses]


def looked(use, at):
    row = Allowance.objects.filter(key=use.key).first()
    used = row.used if row else 0
    time.sleep(0.05)
    if used + use.cost > use.limit:
        return False
    Allowance.objects.update_or_create(key=use.key, defaults={"since": at, "used": used + use.cost})
    return True


def answered():
    return PreCheck.objects.filter(over=False).count()


def test_without_the_guard_more_are_answered_than_a_day_has(committed, monkeypatch):
    store = make.store()
    make.terms(store.project, questions_a_day=2)
    Allowance.objects.create(key=f"precheck:{store.li.user.pk}", since=make.MOMENT, used=0)
    monkeypatch.setattr(limits, "take_each", counted_by_looking)
    ask(store.li, [f"138{n:04d}{n:04d}" for n in range(10, 10 + ASKERS)])
    assert answered() > 2, "no race: the test below would prove nothing"


def test_of_eight_questions_at_once_as_many_are_answered_as_the_day_has(committed):
    store = make.store()
    make.terms(store.project, questions_a_day=2)
    ask(store.li, [f"138{n:04d}{n:04d}" for n in range(10, 10 + ASKERS)])
    assert answered() == 2
    assert PreCheck.objects.filter(over=True).count() == ASKERS - 2, "each is on record"


def test_of_eight_numbers_behind_one_mask_three_are_answered_whoever_of_an_agency_asks(committed):
    estate = make.estate()
    other = make.person("e_anju2", "高飞", "agent", estate.project, organisation=make.agency("安居公司"))
    asked = (
        lambda here=(estate.anju, other)[n % 2], n=n: look_first(here=here, number=f"1390{n}{n}03333", at=make.MOMENT)
        for n in range(ASKERS)
    )
    assert mistakes(at_once(*asked)) == []
    assert answered() == TRIES_OF_A_MASK


def test_two_workers_tell_the_managers_once(committed):
    store = make.store()
    make.terms(store.project, questions_a_day=0)
    look_first(here=store.li, number=make.PHONE, at=make.MOMENT)
    assert mistakes(at_once(*[lambda: alert_probing(at=make.MOMENT)] * 4)) == []
    assert Message.objects.filter(kind="precheck.probing", to=str(store.manager.user.pk)).count() == 1
