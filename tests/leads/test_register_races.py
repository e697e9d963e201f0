"""Two batches with crossed numbers, and every way in against every other: no ring of waiting, one owner, the others contest."""

import random

from django.db import connection

from leads import claims
from leads.importing import background, running
from leads.models import Customer, ImportRun, Ownership, Registration
from leads.models.register import Answer
from leads.services import LeadInput, begin_import, register_many, start_import
from tests import make
from tests.racing import at_once

AT = make.at("2025-04-28 10:00")


def number(i):
    return f"1391000{i:04d}"


def leads(order, name="张建国"):
    return [LeadInput(number(i), name) for i in order]


def together(*acts):
    """All at once; what went wrong, a refusal too."""
    return [one for one in at_once(*acts) if isinstance(one, Exception)]


def each_has_one_owner(count):
    return all(Ownership.objects.open().filter(customer=make.customer(number(i))).count() == 1 for i in range(count))


def crossing(store, rounds, count=40):
    """Two batches of the same customers in opposite order, again and again."""
    wrong, shuffled = [], random.Random(7)
    for i in range(rounds):
        numbers = list(range(i * count, (i + 1) * count))
        other = shuffled.sample(numbers, count)
        wrong += together(
            lambda given=numbers: register_many(here=store.li, leads=leads(given), at=AT),
            lambda given=other: register_many(here=store.wang, leads=leads(given), at=AT),
        )
    return wrong


def test_without_the_order_two_batches_wait_for_each_other_in_a_ring(committed, monkeypatch):
    store = make.store()

    def one_by_one(project, keys):
        """As they come, not sorted."""
        for kind, index in dict.fromkeys(keys):
            with connection.cursor() as cursor:
                cursor.execute(claims.LOCK_KEYS, {"project": project.pk, "kinds": [kind], "keys": [index.hex()]})

    monkeypatch.setattr(claims, "lock_keys", one_by_one)
    assert any("deadlock" in str(trouble) for trouble in crossing(store, 12)), (
        "no ring: the test below would prove nothing"
    )


def test_two_batches_with_crossed_numbers_both_come_through(committed, long):
    store, rounds = make.store(), 60 if long else 6
    assert crossing(store, rounds) == []
    assert each_has_one_owner(rounds * 40)
    assert Registration.objects.filter(answer=Answer.TAKEN).count() == rounds * 40


def test_two_projects_that_meet_the_same_new_customers_share_them(committed):
    store, estate = make.store(), make.estate()
    for i in range(6):
        numbers = list(range(i * 30, (i + 1) * 30))
        wrong = together(
            lambda given=numbers: register_many(here=store.li, leads=leads(given), at=AT),
            lambda given=numbers[::-1]: register_many(here=estate.xu, leads=leads(given), at=AT),
        )
        assert wrong == []
    assert Customer.objects.count() == 180
    assert Ownership.objects.open().count() == 360


def through_an_import(here, i):
    run = start_import(
        here=here, kind="leads", file_name="a.csv", content=f"姓名,手机号\n张建国,{number(i)}\n".encode(), at=AT
    )
    background.try_import.call(run.pk)
    run = begin_import(here=here, run=ImportRun.objects.get(pk=run.pk), at=AT)
    return lambda: background.do_import.call(run.pk)


def through_an_import_of_ownership(here, i):
    head = "姓名,手机号,业务员,归属开始"
    content = f"{head}\n张建国,{number(i)},孙丽,2024-03-03\n".encode()
    run = start_import(here=here, kind="ownership", file_name="a.csv", content=content, at=AT)
    background.try_import.call(run.pk)
    run = begin_import(here=here, run=ImportRun.objects.get(pk=run.pk), at=AT)
    return lambda: background.do_import.call(run.pk)


def one_round(store, i):
    """One customer by a report, an import, an import of ownership and a batch at the same instant."""
    ways = [
        lambda: make.registered(store.li, AT, number=number(i)),
        through_an_import(store.wang, i),
        through_an_import_of_ownership(store.manager, i),
        lambda: register_many(here=store.zhao, leads=leads([i]), at=AT),
    ]
    assert together(*ways) == []


def test_of_all_ways_in_one_owns_and_the_others_contest(committed, long):
    store = make.store()
    for i in range(40 if long else 6):
        one_round(store, i)
        customer = make.customer(number(i))
        assert Ownership.objects.open().filter(customer=customer).count() == 1
        reports = Registration.objects.filter(customer=customer)
        assert reports.count() == 4
        assert reports.filter(answer=Answer.TAKEN).count() == 3
        assert store.project.collisions.get(customer=customer).claims.count() == 4


def test_one_run_worked_at_by_two_workers_stores_each_row_once(committed, monkeypatch):
    store, rounds = make.store(), 3
    monkeypatch.setattr(running, "A_BATCH", 5)
    for n in range(rounds):
        rows = "".join(f"张建国,{number(n * 100 + i)}\n" for i in range(40))
        run = start_import(
            here=store.li, kind="leads", file_name="a.csv", content=f"姓名,手机号\n{rows}".encode(), at=AT
        )
        background.try_import.call(run.pk)
        begin_import(here=store.li, run=ImportRun.objects.get(pk=run.pk), at=AT)
        assert together(*[lambda pk=run.pk: background.do_import.call(pk)] * 2) == []
        background.do_import.call(run.pk)  # whoever came too late has left the rest to the other
        assert ImportRun.objects.get(pk=run.pk).counts == {"new": 40}
    assert Registration.objects.count() == rounds * 40
