"""Many at once on every path that moves a claim by time, pool, offer or transfer: one live owner always.

Each kind of race is first shown with the guard off; if it is not there, the tests below would prove nothing.
"""

import time
from dataclasses import replace

import pytest
from django.db.models import QuerySet

from arbitration.models import Collision, Ruling
from arbitration.services import Decision, decide_case
from leads import claims, services
from leads.models import Offer, Ownership
from people.terms import Terms
from tests import database, make, racing
from trail.history import mistakes as rewritten

AT = make.at("2025-04-28 14:05")
OVER = make.at("2025-04-07 00:01")  # a protection of 1 April, five days long, has run out


@pytest.fixture
def rounds(long):
    """How often each race is run."""
    return 40 if long else 4


@pytest.fixture
def world(committed):
    """The store, where a protection lasts five days."""
    store = make.store()
    data = replace(Terms(), protection_days=5).as_json()
    for here in vars(store).values():
        if hasattr(here, "project"):
            here.project.terms_data = data
    store.project.terms_data = data
    store.project.save()
    return store


def at_once(*acts):
    """Do all of them at the same instant; what each came to: "done", or the code of its refusal."""
    return sorted(racing.refused_or(racing.at_once(*acts), "done"))


@pytest.fixture
def guard_off(monkeypatch, world):
    """Without the row locks and the index, and with a breath between looking and writing."""
    owner = database.owner()
    owner.autocommit = True
    owner.cursor().execute("DROP INDEX ownership_one_open")
    owner.close()
    open_ = claims._open

    def slow(*given, **more):
        time.sleep(0.05)
        return open_(*given, **more)

    monkeypatch.setattr(claims, "lock_keys", lambda project, keys: None)
    monkeypatch.setattr(claims, "lock_customer", lambda customer: customer)
    monkeypatch.setattr(claims, "_open", slow)


@pytest.fixture
def no_lock_at_all(monkeypatch, guard_off):
    """Nor any other row lock."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_given: self)


def owners(number):
    """Everybody who follows this customer by an open row; the pool is nobody."""
    rows = Ownership.objects.open().filter(customer=make.customer(number))
    assert rows.count() >= 1
    return [row.user for row in rows if row.user]


def number(i):
    return f"1393000{i:04d}"


def sellers(store, n=8):
    return [make.person(f"racer{i}", f"选手{i}", "salesperson", store.project) for i in range(n)]


def pooled(store, i):
    """A customer of the pool whom nobody waits for."""
    make.registered(store.li, make.at("2025-04-01 10:00"), number=number(i))
    services.expire_due(at=OVER)
    return make.customer(number(i))


def claim(here, customer):
    return lambda: services.claim_from_pool(here=here, customer=customer, at=AT)


def test_without_the_guard_one_customer_of_the_pool_has_two_owners(world, guard_off):
    people = sellers(world)
    for i in range(5):
        customer = pooled(world, i)
        at_once(*(claim(here, customer) for here in people))
    assert max(len(owners(number(i))) for i in range(5)) > 1, "no race: the tests below would prove nothing"


def test_of_eight_who_claim_one_customer_of_the_pool_one_owns_and_seven_are_told(world, rounds):
    people = sellers(world)
    for i in range(rounds):
        customer = pooled(world, i)
        assert at_once(*(claim(here, customer) for here in people)) == ["done", *["not_in_pool"] * 7]
        assert len(owners(number(i))) == 1
    assert list(rewritten()) == []


def test_one_person_at_eight_customers_at_once_gets_no_more_than_the_limits(world, rounds):
    here = sellers(world, 1)[0]
    for term, code in (("pool_holding_limit", "pool_full"), ("pool_claims_a_day", "pool_day_full")):
        here.project.terms_data = replace(Terms(protection_days=5), **{term: 2}).as_json()
        customers = [pooled(world, i + (100 if term == "pool_claims_a_day" else 0)) for i in range(8)]
        assert at_once(*(claim(here, customer) for customer in customers)) == sorted(["done"] * 2 + [code] * 6)


def test_a_claim_from_the_pool_and_a_report_at_once_make_one_owner(world, rounds):
    people = sellers(world, 4)
    for i in range(rounds):
        customer = pooled(world, i)
        said = at_once(
            *(claim(here, customer) for here in people[:2]),
            *((lambda here=here, i=i: make.registered(here, AT, number=number(i))) for here in people[2:]),
        )
        assert len(owners(number(i))) == 1
        assert set(said) <= {"done", "not_in_pool", "case_open"}


def contested(store, i):
    """李强's protection has run out; 王芳 and 赵磊 had reported the customer, too."""
    make.registered(store.li, make.at("2025-04-01 10:00"), number=number(i))
    make.registered(store.wang, make.at("2025-04-02 10:00"), number=number(i))
    make.registered(store.zhao, make.at("2025-04-03 10:00"), number=number(i))
    return make.customer(number(i))


def test_without_the_guard_a_protection_ends_more_than_once(world, no_lock_at_all):
    customers = []
    for i in range(5):
        make.registered(world.li, make.at("2025-04-01 10:00"), number=number(i))
        customers.append(make.customer(number(i)))
        at_once(*[lambda: services.expire_due(at=OVER)] * 4)
    open_ = [Ownership.objects.open().filter(customer=customer).count() for customer in customers]
    assert max(open_) > 1, "no race: the test below would prove nothing"


def test_eight_jobs_and_a_report_at_once_end_a_protection_once(world, rounds):
    for i in range(rounds):
        customer = contested(world, i)
        jobs = [lambda: services.expire_due(at=OVER)] * 6
        at_once(*jobs, lambda i=i: make.registered(world.sun, OVER, number=number(i)))
        services.expire_due(at=OVER)
        assert owners(number(i)) == []
        assert Ownership.objects.filter(customer=customer, ended_for="expired").count() == 1
        assert Offer.objects.get(customer=customer).to == world.wang.user
    assert list(rewritten()) == []


def test_an_extension_and_the_end_at_once_never_leave_two_rows(world, rounds):
    world.li.project.terms_data = Terms(protection_days=5, extend_days=5, extend_on=("visit",)).as_json()
    world.li.project.save()
    for i in range(rounds):
        customer = contested(world, i)
        extend = {
            "project": world.li.project,
            "customer": customer,
            "user": world.li.user,
            "why": "visit",
            "source": "x",
        }
        at_once(
            lambda extend=extend: services.extend_on(**extend, at=make.at("2025-04-06 23:59")),
            lambda: services.expire_due(at=OVER), lambda: services.expire_due(at=OVER),
        )  # fmt: skip
        services.expire_due(at=OVER)  # a customer whom somebody had locked is left to the next run
        last = Ownership.objects.open().get(customer=customer)
        assert last.holder == "pool" or last.protected_until > OVER


def test_yes_no_and_too_late_at_once_make_one_owner(world, rounds):
    for i in range(rounds):
        customer = contested(world, i)
        services.expire_due(at=OVER)
        offer = Offer.objects.get(customer=customer)

        def answer(accept, offer=offer, at=OVER):
            return lambda: services.answer_offer(here=world.wang, offer=offer, accept=accept, at=at)

        said = at_once(
            answer(True), answer(True), answer(False), lambda: services.expire_due(at=make.at("2025-04-08 00:00"))
        )
        assert len(owners(number(i))) <= 1
        assert Offer.objects.filter(customer=customer, answer=None).count() <= 1
        assert set(said) <= {"done", "offer_over"}
    assert list(rewritten()) == []


def test_without_the_guard_two_managers_give_one_customer_to_two(world, guard_off):
    for i in range(5):
        customer = pooled(world, i)
        at_once(*(given(boss, to, customer) for boss, to in pairs(world)))
    assert max(len(owners(number(i))) for i in range(5)) > 1, "no race: the test below would prove nothing"


def pairs(store):
    return ((store.manager, store.wang), (store.general, store.zhao))


def given(boss, to, customer):
    return lambda: services.allocate(here=boss, customer=customer, to=to.user, reason="离得近", at=AT)


def test_two_managers_a_claim_and_a_release_at_once_leave_one_owner_or_the_pool(world, rounds):
    for i in range(rounds):
        customer = pooled(world, i)
        at_once(
            *(given(boss, to, customer) for boss, to in pairs(world)), claim(world.sun, customer),
            lambda customer=customer: services.release_to_pool(here=world.manager, customer=customer, reason="放回", at=AT),
        )  # fmt: skip
        assert Ownership.objects.open().filter(customer=customer).count() == 1
    assert list(rewritten()) == []


def asked(store, i):
    """李强 asks to hand a customer over to 王芳."""
    make.registered(store.li, AT, number=number(i))
    customer = make.customer(number(i))
    ask = {"to": store.wang.user, "consent": "department", "reason": "换区"}
    return customer, services.ask_transfer(here=store.li, customer=customer, **ask, at=AT)


def decide(boss, transfer, approve):
    return lambda: services.decide_transfer(here=boss, transfer=transfer, approve=approve, reason="理由", at=AT)


def test_without_the_guard_two_bosses_decide_one_transfer_both_ways(world, no_lock_at_all):
    said = []
    for i in range(5):
        _customer, transfer = asked(world, i)
        said.append(at_once(decide(world.manager, transfer, True), decide(world.general, transfer, False)))
    assert ["done", "done"] in said, "no race: the test below would prove nothing"


def test_without_the_guard_an_offer_is_accepted_twice(world, no_lock_at_all):
    said = []
    for i in range(5):
        customer = contested(world, i)
        services.expire_due(at=OVER)
        offer = Offer.objects.get(customer=customer)
        accept = {"here": world.wang, "offer": offer, "accept": True, "at": OVER}
        said.append(at_once(*[lambda accept=accept: services.answer_offer(**accept)] * 4))
    assert any(one.count("done") > 1 for one in said), "no race: the test above would prove nothing"


def test_of_two_bosses_who_decide_a_transfer_at_once_one_decides(world, rounds):
    for i in range(rounds):
        _customer, transfer = asked(world, i)
        said = at_once(decide(world.manager, transfer, True), decide(world.general, transfer, False))
        assert said == ["done", "transfer_decided"]
        transfer.refresh_from_db()
        assert owners(number(i)) == [world.wang.user if transfer.state == "done" else world.li.user]


def test_an_approval_and_the_end_of_the_protection_at_once_leave_one_story(world, rounds):
    end = make.at("2025-05-04 00:00")
    for i in range(rounds):
        customer, transfer = asked(world, i)
        said = at_once(
            lambda transfer=transfer: services.decide_transfer(
                here=world.manager, transfer=transfer, approve=True, reason="", at=make.at("2025-05-03 23:59")
            ),
            lambda: services.expire_due(at=end),
        )
        services.expire_due(at=end)
        transfer.refresh_from_db()
        assert (transfer.state, owners(number(i))) in (("done", [world.wang.user]), ("withdrawn", []))
        assert Ownership.objects.open().filter(customer=customer).count() == 1
        assert set(said) <= {"done", "transfer_decided"}


def test_an_approval_and_a_ruling_at_once_leave_one_owner(world, rounds):
    for i in range(rounds):
        _customer, transfer = asked(world, i)
        make.registered(world.zhao, AT, number=number(i))
        make.arrived(world, AT, number=number(i))  # before the first visit D09 lets nobody rule
        case = Collision.objects.get(customer=make.customer(number(i)))
        ruled = Decision(kind=Ruling.Kind.OTHERWISE, reason="记录清楚", owner_kind="person", owner=world.zhao.user)

        def rule(case=case, ruled=ruled):
            decide_case(
                here=world.general, case=case, seen_version=case.version, seen_proposal="", decision=ruled, at=AT
            )

        said = at_once(decide(world.manager, transfer, True), rule)
        assert "done" in said
        assert set(said) <= {"done", "case_open", "transfer_decided"}
        assert owners(number(i)) == [world.zhao.user]
    assert list(rewritten()) == []
