"""A hand-over (离职交接) against whoever registers or claims at the same moment."""

import threading
import time

import pytest
from django.db import connection, transaction

from leads.models import Ownership
from leads.services import LeadInput, claim_from_pool, customers_held, register, register_lead, release_to_pool
from tests import make
from tests.leaving import EVENING, NOON, followed, hand, holders, leaves
from trail.refusals import Refusal


@pytest.fixture
def at_once(committed, monkeypatch):
    """Run two things at once: a report pauses when it has been let in, until the other is under way. `guard` lets it in."""
    guard, started = register.must_stay, threading.Event()

    def run(first, second, guard=guard):
        def slowly(*args):
            guard(*args)
            started.set()
            time.sleep(0.4)

        monkeypatch.setattr(register, "must_stay", slowly)
        thread = threading.Thread(target=_alone, args=(first,))
        thread.start()
        started.wait(10)
        second()
        thread.join()

    return run


def _alone(act):
    try:
        act()
    except Refusal:
        pass
    finally:
        connection.close()


def _registers(store):
    lead = LeadInput(number=make.PHONE, name="张建国", honorific="先生")
    return lambda: register_lead(here=store.li, lead=lead, at=NOON)


def _leaves_with_everything(store):
    def act():
        row = leaves(store)
        hand(store, row)

    return act


def test_without_the_guard_a_report_in_flight_leaves_a_customer_with_whoever_left(at_once):
    store = make.store()
    at_once(_registers(store), _leaves_with_everything(store), guard=lambda user, project, at: None)
    assert holders() == ["李强"], "no race: the test below would prove nothing"


def test_a_report_in_flight_is_waited_for_and_handed_over_with_the_rest(at_once):
    store = make.store()
    at_once(_registers(store), _leaves_with_everything(store))
    assert holders() == ["company"]
    assert customers_held(project=store.project, user=store.li.user, at=EVENING) == 0


def test_a_report_that_comes_after_the_leaving_is_refused(committed):
    store = make.store()
    leaves(store)
    with pytest.raises(Refusal), transaction.atomic():
        register_lead(here=store.li, lead=LeadInput(number=make.PHONE, name="张建国", honorific="先生"), at=EVENING)
    assert holders() == []


def test_a_colleague_who_claims_from_the_pool_while_it_is_handed_over_is_one_of_one(committed):
    store = make.store()
    customer = followed(store, 1)[0]
    row = leaves(store)
    release_to_pool(here=store.manager, customer=customer, reason="放回", at=NOON)
    acts = [
        lambda: claim_from_pool(here=store.wang, customer=customer, at=EVENING),
        lambda: hand(store, row, Ownership.Holder.PERSON, [store.zhao]),
    ]
    threads = [threading.Thread(target=_alone, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(holders()) == 1
