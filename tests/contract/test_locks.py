"""What the program needs of its database where several want the same thing at once (docs/locking.md)."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from psycopg2 import errors

from leads.claims import LOCK_KEYS
from tests.racing import at_once
from trail.limits import TAKE
from trail.once import CLAIM

NOW = datetime(2025, 4, 28, 6, 5, tzinfo=UTC)
BROKEN_OFF = (errors.SerializationFailure, errors.DeadlockDetected)  # nothing was written: begin anew
AT_ONCE = 8
TRIES = 5
LOOK = "SELECT count(*) FROM leads_ownership WHERE project_id = 1 AND customer_id = %s AND until IS NULL"
OWN = "INSERT INTO leads_ownership (project_id, customer_id, user_id) VALUES (1, %s, %s)"
NAME = "INSERT INTO leads_phone (whole, customer_id) VALUES ('\\x02', %s)"
KEY = "a1" * 16


@pytest.fixture
def customer(engine):
    """A customer whom nobody follows."""
    pk = str(uuid.uuid4())
    engine.ask("INSERT INTO leads_customer (id) VALUES (%s)", pk)
    return pk


def keys(project, *some):
    """What LOCK_KEYS is given."""
    return {"project": project, "kinds": ["ends33"] * len(some), "keys": list(some)}


def claim(engine, customer, user):
    """The claim as every engine can do it: the key's row, the customer's row, look, decide, write; broken off, anew."""
    for _ in range(TRIES):
        try:
            with engine.act(lock_timeout="3s") as cursor:
                cursor.execute(LOCK_KEYS, keys(1, customer.replace("-", "")))
                cursor.execute("SELECT id FROM leads_customer WHERE id = %s FOR UPDATE", [customer])
                cursor.execute(LOOK, [customer])
                if cursor.fetchone() != (0,):
                    return "contests"
                cursor.execute(OWN, [customer, user])
                return "owns"
        except BROKEN_OFF:
            continue
    return "never came through"


def test_of_eight_who_claim_at_once_one_owns_and_all_are_heard(engine, customer):
    came_to = at_once(*(lambda user=user: claim(engine, customer, user) for user in range(AT_ONCE)))
    assert sorted(came_to) == ["contests"] * (AT_ONCE - 1) + ["owns"]
    assert engine.ask(LOOK, customer) == [(1,)]


def test_without_the_locks_the_partial_unique_index_lets_one_own(engine, customer):
    engine.ask(OWN, customer, 1)
    with pytest.raises(errors.UniqueViolation), engine.act() as cursor:
        cursor.execute(OWN, [customer, 2])
    engine.ask("UPDATE leads_ownership SET until = now() WHERE customer_id = %s", customer)
    engine.ask(OWN, customer, 2)  # the first has ended
    assert engine.ask(LOOK, customer) == [(1,)]


def test_a_key_that_is_there_already_is_locked_by_the_statement_that_changes_nothing(engine):
    lock = keys(2, KEY)
    with engine.act() as first:
        first.execute(LOCK_KEYS, lock)
    with engine.act() as first:
        first.execute(LOCK_KEYS, lock)
        with pytest.raises(errors.LockNotAvailable), engine.act(lock_timeout="100ms") as second:
            second.execute(LOCK_KEYS, lock)
        with engine.act(lock_timeout="100ms") as second:
            second.execute(LOCK_KEYS, keys(3, KEY))  # of another project: nobody waits


def test_keys_taken_in_one_order_never_wait_for_each_other_crosswise(engine):
    every = sorted(f"{n:032x}" for n in range(60))

    def take(some):
        with engine.act(lock_timeout="10s") as cursor:
            cursor.execute(LOCK_KEYS, keys(4, *some))
        return "taken"

    halves = (every, every[::2], every[1::2], every[:40], every[20:], every[::3])
    assert at_once(*(lambda some=some: take(some) for some in halves)) == ["taken"] * len(halves)


def test_who_waited_for_a_row_sees_what_its_holder_committed(engine, customer):
    """A claim is looked up after its lock: under one snapshot for the whole transaction it would be decided on what was."""
    held, done = threading.Event(), []

    def wait_and_look():
        with engine.act() as cursor:
            cursor.execute(LOOK, [customer])  # a snapshot from before
            held.set()
            cursor.execute("SELECT id FROM leads_customer WHERE id = %s FOR UPDATE", [customer])
            cursor.execute(LOOK, [customer])
            done.extend(cursor.fetchone())

    with engine.act() as cursor:
        cursor.execute("SELECT id FROM leads_customer WHERE id = %s FOR UPDATE", [customer])
        other = threading.Thread(target=wait_and_look)
        other.start()
        assert held.wait(10)
        cursor.execute(OWN, [customer, 1])
    other.join()
    assert done == [1]


def test_a_row_that_somebody_holds_is_skipped(engine):
    engine.ask("INSERT INTO leads_claimkey (project_id, kind, index) VALUES (5, 'a', '\\x01'), (5, 'b', '\\x01')")
    ask = "SELECT kind FROM leads_claimkey WHERE project_id = 5 ORDER BY kind LIMIT 1 FOR UPDATE SKIP LOCKED"
    with engine.act() as first, engine.act() as second:
        first.execute(ask)
        second.execute(ask)
        assert (first.fetchone(), second.fetchone()) == (("a",), ("b",))


def test_a_lock_that_leaves_the_key_alone_lets_others_name_the_row(engine, customer):
    """FOR NO KEY UPDATE on a project: who registers in it, whose rows name it, does not wait."""
    with engine.act() as first:
        first.execute("SELECT id FROM leads_customer WHERE id = %s FOR NO KEY UPDATE", [customer])
        with engine.act(lock_timeout="500ms") as second:
            second.execute(NAME, [customer])
    with engine.act() as first:
        first.execute("SELECT id FROM leads_customer WHERE id = %s FOR UPDATE", [customer])
        with pytest.raises(errors.LockNotAvailable), engine.act(lock_timeout="100ms") as second:
            second.execute(f"{NAME}; SET CONSTRAINTS ALL IMMEDIATE", [customer])


def test_of_two_who_wait_for_each_other_one_is_broken_off_and_comes_through_anew(engine):
    engine.ask("INSERT INTO leads_claimkey (project_id, kind, index) VALUES (6, 'a', '\\x01'), (6, 'b', '\\x01')")
    lock = "SELECT id FROM leads_claimkey WHERE project_id = 6 AND kind = %s FOR UPDATE"
    both = threading.Barrier(2, timeout=10)

    def take(kinds):
        for attempt in range(TRIES):
            try:
                with engine.act() as cursor:
                    cursor.execute(lock, [kinds[0]])
                    if not attempt:
                        both.wait()
                    cursor.execute(lock, [kinds[1]])
                return attempt
            except BROKEN_OFF:
                continue
        return None

    tries = at_once(lambda: take("ab"), lambda: take("ba"))
    assert None not in tries
    assert sum(tries) >= 1  # somebody had to begin anew


def test_two_whose_looks_and_writes_cross_are_broken_off_where_they_asked_to_be_serial(engine):
    engine.ask("INSERT INTO trail_allowance VALUES ('serial-a', now(), 1), ('serial-b', now(), 1)")
    both = threading.Barrier(2, timeout=10)

    def spend(key):
        with engine.act() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            cursor.execute("SELECT sum(used) FROM trail_allowance WHERE key LIKE 'serial-%%'", [])
            assert cursor.fetchone() == (2,)
            both.wait()
            cursor.execute("UPDATE trail_allowance SET used = 0 WHERE key = %s", [key])

    broken = at_once(lambda: spend("serial-a"), lambda: spend("serial-b"))
    assert [isinstance(one, BROKEN_OFF) for one in broken].count(True) == 1


@pytest.mark.parametrize(("first_commits", "second_is_first"), [(True, False), (False, True)])
def test_the_second_under_one_key_waits_for_what_becomes_of_the_first(engine, first_commits, second_is_first):
    key, begun, came = str(uuid.uuid4()), threading.Event(), []

    def asked(by):
        return {"key": key, "by": by, "act": "act", "at": NOW, "body": None}

    def second():
        begun.wait(10)
        with engine.act(lock_timeout="5s") as cursor:
            cursor.execute(CLAIM, asked("2"))
            came.append(cursor.rowcount == 1)

    other = threading.Thread(target=second)
    other.start()
    connection = engine.connect()
    connection.cursor().execute(CLAIM, asked("1"))
    begun.set()
    other.join(0.3)
    assert came == []  # it waits
    connection.commit() if first_commits else connection.rollback()
    connection.close()
    other.join()
    assert came == [second_is_first]


def test_a_limit_is_never_passed_however_many_ask(engine):
    given = {"keys": ["limit"], "costs": [1], "limits": [5], "at": NOW, "over": NOW - timedelta(days=1)}

    def take():
        with engine.act() as cursor:
            cursor.execute(TAKE, given)
            return len(cursor.fetchall())

    assert sum(at_once(*[take] * AT_ONCE)) == 5


def test_numbers_of_a_sequence_come_once_though_their_transactions_are_undone(engine):
    def draw():
        connection = engine.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval('trail_numbers') FROM generate_series(1, 20)")
                return [number for (number,) in cursor.fetchall()]
        finally:
            connection.rollback()
            connection.close()

    drawn = [number for numbers in at_once(*[draw] * AT_ONCE) for number in numbers]
    assert len(set(drawn)) == 20 * AT_ONCE


def test_a_wait_is_ended_for_one_transaction_only(engine):
    with engine.act(lock_timeout="123ms") as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("123ms",)
    assert engine.ask("SHOW lock_timeout") != [("123ms",)]


def test_broken_off_is_told_apart_from_refused():
    """Only what is worth trying again is tried again."""
    assert not issubclass(errors.UniqueViolation, BROKEN_OFF)
    assert all(issubclass(one, psycopg2.OperationalError) for one in (*BROKEN_OFF, errors.LockNotAvailable))
