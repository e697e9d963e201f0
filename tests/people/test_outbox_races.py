"""Several workers drain at once: nobody's letters are sent twice or out of order. First the proof that they could be."""

import threading
import time

import pytest
from django.db import connection

from people import outbox
from people.outbox import drain
from tests import make
from tests.people.test_outbox import ruled
from trail.models import Delivery, Message

PEOPLE, LETTERS, WORKERS = 4, 20, 4


class Slow:
    """A channel that holds what it is given until it is told to go on."""

    name, wished, lasts = "email", True, None

    def __init__(self):
        self.entered, self.go_on, self.sent = threading.Event(), threading.Event(), []

    def missing(self, user):
        return ""

    def send(self, user, letters):
        self.entered.set()
        assert self.go_on.wait(20)
        self.sent += [(user.username, letter.sentence.split()[0]) for letter in letters]


def in_thread(work):
    """Run it beside the test, on a connection of its own."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.fixture
def channel(monkeypatch):
    made = Slow()
    monkeypatch.setattr(outbox, "CHANNELS", (made,))
    return made


def test_while_one_worker_sends_nobody_else_has_that_person_in_hand(committed, channel):
    store = make.store()
    said_first = Message.objects.create(to=str(store.li.user.pk), kind="x.y", sentence="ZD-0", at=make.MOMENT)
    unseen = Delivery.objects.create(message=said_first, to=said_first.to, channel="other", due_at=make.MOMENT)
    ruled(store.li, "ZD-1")
    worker = in_thread(lambda: drain(at=make.MOMENT))
    assert channel.entered.wait(20)
    # As when a transaction that began earlier commits only now: an older letter turns up, and a newer one.
    Delivery.objects.filter(pk=unseen.pk).update(channel="email")
    ruled(store.li, "ZD-2")
    assert drain(at=make.MOMENT) == 0
    channel.go_on.set()
    worker.join()
    assert drain(at=make.MOMENT) == 2
    assert channel.sent == [("li", "ZD-1"), ("li", "ZD-0"), ("li", "ZD-2")]


def race(channel, monkeypatch, *, together):
    """Letters come while workers drain; gives what each person got, in order of arrival."""
    store = make.store()
    heres = [make.person(f"r{i}", "收信人", "salesperson", store.project) for i in range(PEOPLE)]
    monkeypatch.setattr(outbox, "TOGETHER", together)
    channel.go_on.set()
    told = threading.Event()

    def work():
        while not told.is_set() or Delivery.objects.filter(state="waiting").exists():
            if not drain(at=make.MOMENT):
                time.sleep(0.005)

    workers = [in_thread(work) for _ in range(WORKERS)]
    for no in range(LETTERS):
        for here in heres:
            ruled(here, f"ZD-{no}")
    told.set()
    for worker in workers:
        worker.join()
    return [[no for who, no in channel.sent if who == here.user.username] for here in heres]


@pytest.mark.parametrize("together", [2, 50])
def test_workers_at_once_send_each_letter_once_and_in_order(committed, channel, monkeypatch, together):
    whole = [f"ZD-{no}" for no in range(LETTERS)]
    assert race(channel, monkeypatch, together=together) == [whole] * PEOPLE


def test_without_the_lock_letters_go_twice_or_out_of_order(committed, channel, monkeypatch):
    def unlocked(name, to):
        rows = outbox._waiting(name).filter(to=to).order_by("pk").select_related("message")
        return list(rows)

    monkeypatch.setattr(outbox, "_lock", unlocked)
    whole = [f"ZD-{no}" for no in range(LETTERS)]
    assert race(channel, monkeypatch, together=2) != [whole] * PEOPLE, "no race: the test above would prove nothing"
