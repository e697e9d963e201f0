"""Closing a month: what is to be done first, who may do it in which state, and that closed is closed."""

import pytest
from django.db import IntegrityError, transaction

from arbitration.shares import Key
from finance import services
from finance.models import Account, Entry, Period, PeriodEvent
from finance.reads.holders import holders, month_digest, sides
from finance.reads.months import to_close
from finance.reads.tasks import rewritten, tasks
from finance.services.posting import Line, post
from leads.models import DealChange
from tests import ledger, make
from tests.periods import APRIL, MAY, all_confirm, april, close, contested, deal, shared
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def month(store):
    return april(store)


@pytest.fixture
def ready(month):
    all_confirm(month)
    return month


def refused(act, *args, **given):
    with pytest.raises(Refusal) as refusal:
        act(*args, **given)
    return refusal.value.code


def state(store, at=MAY, **how):
    return {task.code: (task.done, task.blocks) for task in tasks(store.project, APRIL, at, **how)}


def test_everything_is_done_when_all_have_confirmed(ready):
    assert set(state(ready, thorough=True).values()) == {(True, False)}


def test_what_a_case_holds_and_what_nobody_confirmed_stop_the_closing(month):
    make.registered(month.zhao, make.at("2025-04-01 10:00"), number="13800000003")
    make.registered(month.sun, make.at("2025-04-02 10:00"), number="13800000003")
    deal(month.zhao, "13800000003", 100_00)
    told = {task.code: task for task in tasks(month.project, APRIL, MAY)}
    assert [thing.no for thing in told["unruled"].things] == [month.project.collisions.get().no]
    assert (told["unruled"].blocks, told["statements"].blocks) == (True, True)
    assert [thing.name for thing in told["statements"].things] == ["李强", "王芳"]
    assert refused(close, month) == "tasks_open"


def test_a_question_stops_it_whatever_is_said_of_the_term(month):
    services.send_statements(project=month.project, month=APRIL, by=month.finance.user, at=make.at("2025-05-01 09:00"))
    services.answer_statement(
        here=month.li, month=APRIL, key=Key("person", month.li.user.pk), kind="question", text="少了一笔",
        seen=holders(month.project, APRIL)[0].digest, at=MAY,
    )  # fmt: skip
    assert refused(close, month, at=make.at("2025-06-30 10:00"), term_said_over=True) == "tasks_open"


def test_unconfirmed_statements_stop_it_until_finance_says_that_five_working_days_are_over(month):
    sent, last, over = make.at("2025-05-06 09:00"), make.at("2025-05-13 23:59"), make.at("2025-05-14 00:00")
    services.send_statements(project=month.project, month=APRIL, by=month.finance.user, at=sent)
    assert refused(close, month, at=last, term_said_over=True) == "tasks_open"
    assert refused(close, month, at=over) == "tasks_open"
    assert close(month, at=over, term_said_over=True).kind == "close"


def test_a_refund_that_is_not_in_the_ledger_is_named(month):
    signed = month.project.deals.get(customer=make.customer())
    DealChange.objects.create(
        deal=signed, kind="price", was_amount_fen=500_000_00, amount_fen=400_000_00, was_commission_fen=6_000_01,
        commission_fen=5_000_00, reason="改价", by=month.finance.user, at=make.MOMENT,
    )  # fmt: skip
    type(signed).objects.filter(pk=signed.pk).update(commission_fen=5_000_00)
    task = next(task for task in tasks(month.project, APRIL, MAY) if task.code == "corrected")
    assert (task.done, task.blocks, [thing.no for thing in task.things]) == (False, False, [signed.no])


WHO = {"finance": "closed", "general": "not_yours_to_close", "manager": "not_yours_to_close", "li": "not_yours_to_close",
       "admin": "not_yours_to_close", "desk": "not_yours_to_close"}  # fmt: skip


@pytest.mark.parametrize(("who", "came"), WHO.items())
def test_who_closes(ready, who, came):
    by = getattr(ready, who)
    assert came in ("closed" if WHO[who] == "closed" and close(ready, by=by) else refused(close, ready, by=by),)


def test_a_month_that_is_not_over_is_not_closed(ready):
    assert refused(close, ready, at=make.at("2025-04-30 23:59")) == "month_not_over"
    assert close(ready, at=make.at("2025-05-01 00:00"))


def test_months_are_closed_in_order(ready):
    deal(ready.zhao, "13800000004", 100_00, make.at("2025-05-20 10:00"))
    all_confirm(ready, "202505")
    june = make.at("2025-06-02 10:00")
    assert to_close(ready.project, june) == APRIL
    assert refused(close, ready, "202505", june) == "earlier_month_open"
    close(ready, APRIL, june)
    close(ready, "202505", june)
    assert to_close(ready.project, june) == "202506"


def test_closing_says_what_the_ledger_was(ready):
    event = close(ready)
    assert (event.entries, event.payable_fen, event.by) == (4, 7_000_01, ready.finance.user)  # an entry for each book
    assert bytes(event.digest) == month_digest(ready.project, APRIL)
    assert sides(ready.project, APRIL) == {"commission": (7_000_01,) * 2, "credit": (1_000_000_00,) * 2}
    told = Message.objects.filter(kind="period.closed")
    assert {m.to for m in told} == {str(ready.finance.user.pk), str(ready.general.user.pk)}


def test_what_was_looked_over_is_what_is_closed(ready):
    seen = month_digest(ready.project, APRIL)
    deal(ready.zhao, "13800000004", 100_00, make.at("2025-04-30 23:00"))
    all_confirm(ready)
    assert refused(services.close_period, here=ready.finance, month=APRIL, seen=seen, at=MAY) == "stale"


def test_closed_is_closed_and_what_comes_late_goes_to_the_first_open_month(ready):
    close(ready)
    assert refused(close, ready) == "month_closed"
    late = deal(ready.zhao, "13800000004", 100_00, make.at("2025-04-30 23:00"))
    assert {entry.period for entry in late.entries.all()} == {"202505"}
    entry = Entry.objects.filter(period=APRIL).first()
    with pytest.raises(IntegrityError, match="month 202504 is closed"), transaction.atomic():
        ledger.Posting.objects.create(entry=entry, account=Account.objects.first(), amount_fen=1)


def test_a_late_ruling_reverses_and_books_in_the_first_open_month(store):
    contested(store)
    shared(store, make.at("2025-05-20 10:00"))
    assert set(Entry.objects.values_list("period", flat=True)) == {"202505"}
    assert {who.name: fen for who, fen in ledger.sums().items()} == {"李强": 1_999_80, "王芳": 4_000_21}


def test_only_the_general_manager_opens_a_closed_month_and_says_why(ready):
    again = {"month": APRIL, "reason": "王芳的一笔算错了", "at": MAY}
    assert refused(services.reopen_period, here=ready.general, **again) == "month_open"
    close(ready)
    for here in (ready.finance, ready.manager, ready.li):
        assert refused(services.reopen_period, here=here, **again) == "not_yours_to_reopen"
    assert refused(services.reopen_period, here=ready.general, **{**again, "reason": " 错 "}) == "reason_missing"
    event = services.reopen_period(here=ready.general, **again)
    assert (event.kind, event.reason, Period.objects.get(month=APRIL).closed_at) == ("reopen", again["reason"], None)
    told = set(Message.objects.filter(kind="period.reopened").values_list("to", flat=True))
    everybody = {str(here.user.pk) for here in (ready.li, ready.wang, ready.finance, ready.general)}
    assert told == everybody
    assert [event.kind for event in PeriodEvent.objects.order_by("pk")] == ["close", "reopen"]
    assert close(ready, at=make.at("2025-05-07 10:00"))


def test_a_closed_month_that_was_rewritten_is_found(ready):
    close(ready)
    assert rewritten(ready.project) == []
    event = PeriodEvent.objects.get()
    PeriodEvent.objects.create(
        period=event.period, kind="close", entries=2, payable_fen=0, digest=bytes(32), by=event.by, at=MAY
    )
    assert rewritten(ready.project) == [APRIL]


def test_a_fine_is_never_netted_against_commission(month):
    """G-25: it stands beside, with its own account and its own other side."""
    lines = [
        Line(Account.Kind.DEDUCTION, -500_00, Key("person", month.li.user.pk)),
        Line(Account.Kind.RECOVERED, 500_00),
    ]
    post(
        project=month.project,
        book=Entry.Book.COMMISSION,
        kind=Entry.Kind.DEDUCTION,
        lines=lines,
        at=make.MOMENT,
        source="CF-1",
    )
    row = holders(month.project, APRIL)[0]
    assert (row.name, row.sums.commission, row.sums.deducted, row.sums.due) == ("李强", 6_000_01, -500_00, 5_500_01)
