"""Eight people register the same customer at the same instant, over HTTP. First the proof that the race is there."""

import http.client
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client

from arbitration.models import Collision
from leads import claims
from leads.identity import new_customer
from leads.models import Customer, Ownership, Phone, Registration
from leads.models.register import Answer
from leads.registering.writing import Rows
from tests import database, make

CLIENTS = 8
TOKEN = "t" * 32


def registrars(store):
    """Eight salespeople, each logged in."""
    cookies = []
    for i in range(CLIENTS):
        here = make.person(f"racer{i}", f"选手{i}", "salesperson", store.project)
        client = Client()
        client.force_login(here.user)
        cookies.append(client.cookies["sessionid"].value)
    return cookies


def post(site, cookie, text, barrier, answers):
    """One registration over HTTP, at the same instant as the others."""
    place = urlsplit(site)
    wire = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    wire.connect()
    barrier.wait()
    wire.request("POST", "/register", urlencode({"text": text}), headers)
    answers.append(wire.getresponse().status)
    wire.close()


def race(site, cookies, number):
    """All at once; the statuses of the answers."""
    barrier, answers = threading.Barrier(CLIENTS), []
    threads = [
        threading.Thread(target=post, args=(site, cookie, f"张建国先生 {number}", barrier, answers))
        for cookie in cookies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def known(number):
    """A customer whom nobody follows: the claim itself is what they race for."""
    customer = new_customer(at=make.MOMENT, name="张建国")
    Phone.of(customer, f"+86{number}", make.MOMENT).save()
    return customer


def owners(number):
    return Ownership.objects.open().filter(customer=make.customer(number)).count()


@contextmanager
def guard_off(monkeypatch):
    """Without the row locks and without the index, and with a breath between looking and writing."""
    owner = database.owner()
    owner.autocommit = True
    owner.cursor().execute("DROP INDEX ownership_one_open")
    owner.close()
    write = Rows.write

    def slow_write(rows, *more):
        time.sleep(0.05)
        return write(rows, *more)

    monkeypatch.setattr(claims, "lock_keys", lambda project, keys: None)
    monkeypatch.setattr(claims, "lock_customers", lambda ids: Customer.objects.in_bulk(list(ids)))
    monkeypatch.setattr(claims, "lock_customer", lambda customer: customer)
    monkeypatch.setattr(Rows, "write", slow_write)
    yield


def test_without_the_guard_the_race_makes_two_owners(site, monkeypatch):
    cookies = registrars(make.store())
    with guard_off(monkeypatch):
        numbers = [f"1391000{i:04d}" for i in range(5)]
        for number in numbers:
            known(number)
            race(site, cookies, number)
    assert max(owners(number) for number in numbers) > 1, "no race: the test below would prove nothing"


@pytest.mark.parametrize("customer", ["new", "known"])
def test_of_eight_who_register_at_once_one_owns_and_seven_contest(site, long, customer):
    store = make.store()
    cookies = registrars(store)
    for i in range(250 if long else 25):  # twice: a customer nobody knows, and one whom nobody follows
        number = f"1392000{i:04d}"
        if customer == "known":
            known(number)
        assert race(site, cookies, number) == [302] * CLIENTS
        reports = Registration.objects.filter(customer=make.customer(number))
        assert owners(number) == 1
        assert reports.filter(answer=Answer.TAKEN).count() == CLIENTS - 1
        assert Collision.objects.get(customer=make.customer(number)).claims.count() == CLIENTS


def test_people_who_register_different_customers_do_not_wait_for_each_other(committed):
    """Two registrations, each inside its lock at the same time: a barrier that both must reach."""
    store, inside, done = make.store(), threading.Barrier(2, timeout=20), []

    def register(here, number):
        from django.db import transaction

        try:
            with transaction.atomic():
                make.registered(here, make.MOMENT, number=number)
                inside.wait()  # neither has committed: both are here, or the barrier breaks
            done.append(number)
        finally:
            connection.close()

    pairs = ((store.li, "13911110001"), (store.wang, "13922220002"))
    threads = [threading.Thread(target=register, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["13911110001", "13922220002"]


def test_of_two_managers_who_sign_at_once_one_rules(committed):
    from arbitration import services
    from arbitration.models import Ruling
    from arbitration.services import Decision
    from trail.refusals import Refusal

    store = make.store()
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-03 10:00"))  # before the first visit D09 lets nobody rule
    case, barrier, said = Collision.objects.get(), threading.Barrier(2), []

    def rule(here):
        decision = Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", owner_kind="person", owner=store.li.user)
        try:
            barrier.wait()
            services.decide_case(
                here=here, case=case, seen_version=case.version, seen_proposal="", decision=decision, at=make.MOMENT
            )
            said.append("ruled")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=rule, args=(here,)) for here in (store.manager, store.general)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["ruled", "stale"]
    assert Ruling.objects.count() == 1
