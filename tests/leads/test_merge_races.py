"""Two records are merged at the instant in which somebody reports one of them. First the proof that the race is there."""

import time
from contextlib import contextmanager

import pytest
from django.db import transaction

from leads import claims
from leads.models import ClaimKey, Merge, Ownership, Phone, Registration
from leads.registering import stock
from leads.services import answer_question, merge, merging, unmerge
from tests import make, racing
from tests.racing import mistakes
from trail.history import mistakes as rewritten

OTHER = "13700000000"


def at_once(*acts):
    """Each in a transaction of its own, all at the same instant; what was refused is no mistake."""
    return mistakes(racing.at_once(*acts))


def two(store, i):
    """Two records whom nobody follows."""
    numbers = (f"1391000{i:04d}", f"1371000{i:04d}")
    for number in numbers:
        make.registered(store.zhao, make.at("2025-04-01 10:00"), number=number)
        held = Ownership.objects.open().get(customer=make.customer(number))
        held.until, held.ended_for = make.at("2025-04-01 12:00"), "test"
        held.save(update_fields=["until", "ended_for"])
    return numbers


def race(store, i):
    """A merge, and a report of either number. What names the merged record afterwards was lost."""
    numbers = two(store, i)
    kept, gone = (make.customer(number) for number in numbers)
    wrong = at_once(
        lambda: merge(here=store.manager, kept=kept, merged=gone, reason="同一位", at=make.MOMENT),
        lambda: make.registered(store.li, make.MOMENT, number=numbers[0]),
        lambda: make.registered(store.wang, make.MOMENT, number=numbers[1]),
    )
    return wrong, kept, gone


@contextmanager
def guard_off(monkeypatch):
    """Without the key rows, with a breath between looking and writing, and with nobody looking whether a record was merged."""
    load = stock.Stock.load

    def slow_load(self, drafts):
        time.sleep(0.1)
        load(self, drafts)

    monkeypatch.setattr(claims, "lock_keys", lambda project, keys: None)
    monkeypatch.setattr(stock.Stock, "_refresh", lambda self, drafts, locked: None)
    monkeypatch.setattr(stock.Stock, "load", slow_load)
    yield


def test_without_the_guard_a_report_is_put_to_a_record_that_stands_for_nobody(committed, monkeypatch):
    store = make.store()
    lost = 0
    with guard_off(monkeypatch):
        for i in range(5):
            _wrong, _kept, gone = race(store, i)
            lost += Registration.objects.filter(customer=gone).count()
    assert lost, "no race: the test below would prove nothing"


def test_whoever_reports_while_two_records_are_merged_is_put_to_the_one_that_stays(committed, long):
    store = make.store()
    for i in range(60 if long else 8):
        wrong, kept, gone = race(store, i)
        assert wrong == []
        assert Merge.objects.filter(kept=kept, merged=gone).exists()
        assert not Registration.objects.filter(customer=gone).exists()
        assert Registration.objects.filter(customer=kept, at=make.MOMENT).count() == 2
        assert Ownership.objects.open().filter(customer__in=(kept, gone)).count() == 1
    assert list(rewritten()) == []


def test_a_report_while_two_records_are_parted_is_put_to_whose_number_it_is(committed, long):
    store = make.store()
    for i in range(40 if long else 6):
        numbers = two(store, i)
        kept, gone = (make.customer(number) for number in numbers)
        done = merge(here=store.manager, kept=kept, merged=gone, reason="同一位", at=make.MOMENT)
        wrong = at_once(
            lambda done=done: unmerge(here=store.manager, done=done, why="不是", at=make.at("2025-04-28 15:00")),
            lambda number=numbers[1]: make.registered(store.wang, make.at("2025-04-28 15:00"), number=number),
        )
        assert wrong == []
        assert make.customer(numbers[1]) == gone
        assert Ownership.objects.open().filter(customer__in=(kept, gone)).count() == 1
    assert list(rewritten()) == []


def test_two_who_merge_the_same_records_crosswise_merge_them_once(committed):
    store = make.store()
    for i in range(5):
        kept, gone = (make.customer(number) for number in two(store, i))
        wrong = at_once(
            lambda a=kept, b=gone: merge(here=store.manager, kept=a, merged=b, reason="同一位", at=make.MOMENT),
            lambda a=gone, b=kept: merge(here=store.general, kept=a, merged=b, reason="同一位", at=make.MOMENT),
        )
        assert wrong == []
        assert Merge.objects.filter(kept__in=(kept, gone)).count() == 1


@pytest.mark.usefixtures("committed")
def test_the_key_rows_are_those_of_the_register():
    store = make.store()
    customer = make.registered(store.li, make.MOMENT).registration.customer
    before = set(ClaimKey.objects.filter(project=store.project).values_list("kind", "index"))
    with transaction.atomic():
        merging.lock_everywhere([customer])
    assert set(ClaimKey.objects.filter(project=store.project).values_list("kind", "index")) == before


def test_of_two_who_answer_a_question_at_once_one_is_told_that_it_was_answered(committed):
    store = make.store()
    for i in range(5):
        number = f"1391000{i:04d}"
        make.registered(store.li, make.at("2025-04-01 10:00"), number=number)
        report = make.registered(store.wang, make.at("2025-04-02 10:00"), number=number, name="李红").registration
        question, customer = report.questions.get(), make.customer(number)
        said = {"question": question, "why": "看了身份证", "at": make.MOMENT}
        wrong = at_once(
            lambda said=said: answer_question(here=store.desk, same=None, **said),
            lambda said=said, same=customer: answer_question(here=store.manager, same=same, **said),
        )
        assert wrong == []
        question.refresh_from_db()
        assert Phone.objects.whole(f"+86{number}").count() == (2 if question.answer == "other" else 1)
