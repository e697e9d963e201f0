"""Closing and posting at once: whoever comes second sees what the first did. First shown with the guard off."""

from threading import Event
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from finance import services
from finance.models import Entry, Period, Posting
from finance.reads.holders import holders, month_digest
from finance.reads.tasks import rewritten, tasks
from finance.services import posting
from tests import database, make
from tests.periods import APRIL, MAY, all_confirm, april, close, rewarded
from tests.racing import at_once, refused_or
from trail.refusals import Refusal

LATE = make.at("2025-04-30 23:59")


@pytest.fixture
def ready(committed):
    store = april(make.store())
    all_confirm(store)
    return store


def owner(*statements):
    connection = database.owner()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.commit()
    connection.close()


def test_a_row_that_somebody_changed_behind_our_back_stops_the_closing(ready):
    owner(
        "ALTER TABLE finance_entry DISABLE TRIGGER USER", "UPDATE finance_entry SET clauses = 'D09-1'",
        "ALTER TABLE finance_entry ENABLE TRIGGER USER",
    )  # fmt: skip
    told = {task.code: task.blocks for task in tasks(ready.project, APRIL, MAY, thorough=True)}
    assert told["chain"]
    with pytest.raises(Refusal, match="tasks_open"):
        close(ready)


def late(store, found: Event, closed: Event) -> Any:
    """Somebody books in April: which month is open was asked before it was closed, and the entry is written after."""
    open_month = posting.open_month

    def asked_early(project, at):
        month = open_month(project, at)
        found.set()
        assert closed.wait(60)
        return month

    posting.open_month = asked_early
    try:
        with transaction.atomic():
            return rewarded(store, store.li, at=LATE)
    finally:
        posting.open_month = open_month


def closing(store, found: Event, closed: Event) -> Any:
    assert found.wait(60)
    try:
        return close(store)
    finally:
        closed.set()


def both(store):
    found, closed = Event(), Event()
    return at_once(lambda: late(store, found, closed), lambda: closing(store, found, closed))


def test_with_the_guard_off_an_entry_gets_into_a_closed_month(ready):
    owner(
        "ALTER TABLE finance_entry DISABLE TRIGGER entry_in_open_month",
        "ALTER TABLE finance_posting DISABLE TRIGGER posting_in_open_month",
    )
    entry, event = both(ready)
    assert (entry.period, event.kind) == (APRIL, "close")
    assert rewritten(ready.project) == [APRIL]


def test_with_the_guard_nothing_gets_in_any_more(ready):
    trouble, event = both(ready)
    assert isinstance(trouble, IntegrityError)
    assert event.kind == "close"
    assert Entry.objects.filter(period=APRIL).count() == event.entries == 4
    assert rewritten(ready.project) == []


def test_of_two_who_close_a_month_at_once_one_does(ready):
    seen = month_digest(ready.project, APRIL)

    def act():
        return services.close_period(here=ready.finance, month=APRIL, seen=seen, at=MAY)

    assert sorted(refused_or(at_once(act, act, act), "closed")) == ["closed", "month_closed", "month_closed"]
    assert Period.objects.get(month=APRIL).events.count() == 1


def test_of_confirming_and_a_new_line_at_once_the_confirmation_counts_for_the_lines_that_were_seen(committed):
    store = april(make.store())
    row = next(row for row in holders(store.project, APRIL) if row.key.pk == store.li.user.pk)

    def confirm():
        return services.answer_statement(
            here=store.li, month=APRIL, key=row.key, kind="confirm", seen=row.digest, at=MAY
        )

    def book():
        with transaction.atomic():
            return rewarded(store, store.li, at=LATE)

    came = refused_or(at_once(confirm, book), "done")
    assert came in (["done", "done"], ["stale", "done"])
    told = {one.code: one.things for one in tasks(store.project, APRIL, MAY)}["statements"]
    assert "李强" in [thing.name for thing in told]  # confirmed or not, the new line was not seen
    assert Posting.objects.filter(account__kind="bonus").count() == 1
