"""Screening reads indexes: with a few thousand customers the planner walks none of the large tables, whoever is asked about."""

from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection

from leads import vault
from leads.identity import name_keys
from leads.models import Customer, NotebookEntry, Phone, Registration, Relation
from leads.screening.matching import Newcomer
from tests import database, make
from tests.screening import screen

HOW_MANY = 4000
LARGE = (
    "leads_phone",
    "leads_customer",
    "leads_registration",
    "leads_notebookentry",
    "leads_relation",
)
SURNAMES, GIVEN = "张王李赵钱孙周吴郑冯", "伟芳娜敏静丽强磊军洋"
# Who is asked about, and how the index begins that answers; a whole number stands in two of them.
ASKED = {
    "a whole number": (Newcomer(name="张伟", number="13900000042"), "phone_o"),
    "前三后四": (Newcomer(name="张", number="139****0042"), "phone_by_first3_last4"),
    "another mask": (Newcomer(name="张", number="1390****042"), "phone_by_ends"),
    "a waiting report": (Newcomer(name="张伟", number="13700000042"), "registration_waiting_ends"),
    "a full name": (Newcomer(name="张伟", number="13600000000"), "customer_by_pinyin"),
    "a company by code": (
        Newcomer(kind="company", name="不知道的公司", code="91310000MA1FL00042"),
        "customer_code_once",
    ),
    "a company by name": (Newcomer(kind="company", name="上海宏达42装饰有限公司"), "customer_by_company"),
    "a short form": (Newcomer(kind="company", name="宏达42"), "customer_by_company_core"),
    "a branch": (Newcomer(kind="company", name="上海宏达42装饰有限公司北京分公司"), "customer_by_company"),
}


def fill(store):
    """Thousands of people, companies and waiting reports, written as the program writes them."""
    at = make.MOMENT
    people = [_person(i, at) for i in range(HOW_MANY)]
    firms = [_firm(i, at) for i in range(HOW_MANY // 4)]
    Customer.objects.bulk_create([*people, *firms])
    Phone.objects.bulk_create(Phone.of(one, f"+86139{i:08d}", at) for i, one in enumerate(people))
    NotebookEntry.objects.bulk_create(
        NotebookEntry(project=store.project, customer=one, user=store.li.user, book="collection", source="BB", at=at)
        for one in people
    )
    Registration.objects.bulk_create(_report(store, i, at) for i in range(HOW_MANY))
    Relation.objects.bulk_create(
        Relation(customer=a, other=b, kind="friend", declared_at=at, by=store.li.user) for a, b in pairwise(people)
    )
    owner = database.owner()
    owner.autocommit = True
    owner.cursor().execute("ANALYZE")
    owner.close()


def _person(i, at):
    name = SURNAMES[i % 10] + GIVEN[i // 10 % 10] + GIVEN[i // 100 % 10]
    return Customer(id=uuid4(), name=name, created_at=at, **name_keys(name))


def _firm(i, at):
    name, code = f"上海宏达{i}装饰有限公司", f"91310000MA1FL{i:05d}"
    return Customer(id=uuid4(), kind="company", name=name, code=code, created_at=at, **name_keys(name, "company"))


def _report(store, i, at):
    mask = f"137****{i:04d}"
    return Registration(
        no=f"T-{i}", project=store.project, by=store.li.user, organisation=store.li.organisation, agency="秀兰", name="张",
        sealed_number=vault.seal(mask), masked=True, m34=vault.first3_last4("137", mask[-4:]),
        ends33=vault.ends("137", mask[-3:]), answer="clear", at=at,
    )  # fmt: skip


def plans(project, newcomers):
    """How the planner would answer each question of a screening."""
    asked = []

    def listen(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        screen(project, newcomers, make.MOMENT, alike=True)
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN {sql}", params)
            found.append("\n".join(line for (line,) in cursor.fetchall()))
    return found


@pytest.fixture
def filled(committed):
    store = make.store()
    fill(store)
    return store


def test_every_question_is_answered_from_an_index(filled):
    for what, (newcomer, index) in ASKED.items():
        found = plans(filled.project, [newcomer])
        assert any(index in plan for plan in found), (what, found)
        assert not [plan for plan in found for table in LARGE if f"Seq Scan on {table}" in plan], (what, found)
    many = [newcomer for newcomer, _index in ASKED.values()] * 5
    found = plans(filled.project, many)
    assert not [plan for plan in found for table in LARGE if f"Seq Scan on {table}" in plan], found
