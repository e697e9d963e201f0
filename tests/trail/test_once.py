"""A double tap does a thing once and gets the same answer."""

from uuid import uuid4

import pytest

from tests import make
from tests.racing import at_once
from trail.models import Entry, Once
from trail.refusals import Refusal
from trail.services import note, once


def noting(answer="BB-1"):
    def do():
        note(by=1, action="x", subject="y", at=make.MOMENT)
        return answer

    return do


@pytest.mark.django_db
def test_the_second_tap_gets_the_first_answer():
    key = uuid4()
    assert once(key=key, by=1, act="register", at=make.MOMENT, do=noting()) == ("BB-1", True)
    assert once(key=key, by=1, act="register", at=make.MOMENT, do=noting("BB-2")) == ("BB-1", False)
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_a_refused_act_leaves_the_key_free():
    key = uuid4()

    def refuse():
        raise ValueError

    with pytest.raises(ValueError):
        once(key=key, by=1, act="register", at=make.MOMENT, do=refuse)
    assert not Once.objects.exists()
    assert once(key=key, by=1, act="register", at=make.MOMENT, do=noting())[1]


@pytest.mark.django_db
def test_somebody_elses_key_tells_nothing():
    key = uuid4()
    once(key=key, by=1, act="register", at=make.MOMENT, do=noting("secret"))
    with pytest.raises(Refusal) as refused:
        once(key=key, by=2, act="register", at=make.MOMENT, do=noting())
    assert refused.value.code == "key_taken"
    assert "secret" not in str(refused.value)


def test_taps_at_the_same_instant_do_it_once(committed):
    key = uuid4()
    answers = at_once(*[lambda: once(key=key, by=1, act="register", at=make.MOMENT, do=noting())] * 4)
    assert sorted(answers) == [("BB-1", False)] * 3 + [("BB-1", True)]
    assert Entry.objects.count() == 1
