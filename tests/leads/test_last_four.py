"""Somebody knows the last four digits of a number, as people do: many customers share them."""

from datetime import timedelta

import pytest

from leads import identity
from leads.models import Phone
from tests import make

pytestmark = pytest.mark.django_db


def registered(store, count):
    """So many customers whose numbers end in 3333, one a minute; by name, the last first."""
    for minute in range(count):
        at = make.MOMENT + timedelta(minutes=minute)
        make.registered(store.li, at, number=f"1391{minute:03d}3333", name=f"张{'甲乙丙丁戊己庚辛壬癸'[minute]}")
    return [f"张{one}" for one in reversed("甲乙丙丁戊己庚辛壬癸"[:count])]


def test_of_many_who_share_their_last_four_those_entered_last_are_shown(store):
    names = registered(store, 10)
    kind, found = identity.search(store.project, "3333")
    assert (kind, [one.name for one in found]) == ("last4", names[: identity.MOST])


def test_a_customer_with_two_such_numbers_is_shown_once(store):
    names = registered(store, 3)
    first = make.customer("13910003333")
    Phone.of(first, "+8613910093333", make.MOMENT).save()
    assert [one.name for one in identity.search(store.project, "3333")[1]] == ["张甲", *names[:2]]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("陈建国", "陈建国"), ("陳建國", "陈建国"), ("陈", "陈建国"), ("陈先生", "陈建国"), ("欧阳", "歐陽雪"),
        ("阿卜杜拉买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"), ("ouyang", "歐陽雪"), ("abodulamai", "阿卜杜拉·买买提"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(store, typed, name):
    for number, said in enumerate(("陈建国", "歐陽雪", "阿卜杜拉·买买提")):
        make.registered(store.li, make.MOMENT, number=f"1391000000{number}", name=said)
    assert [one.name for one in identity.search(store.project, typed)[1]] == [name]
