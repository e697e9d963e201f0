"""Another company was given something of a customer: on record, to be read, handed to the customer, never rewritten (PIPL 23)."""

import json

import pytest

from leads.models import Provision
from leads.privacy import erase, export_person, freeze
from leads.privacy.notices import record, withdraw_consent
from leads.privacy.provisions import WORDS, record_provision
from tests import make
from tests.leads.test_privacy_notices import AT, LATER, published, refused
from tests.programs import program
from trail import clock
from trail.models import Entry

pytestmark = pytest.mark.django_db
GIVEN = {
    "recipient": "城东银行", "reached": "城东路 1 号", "purpose": "办贷款，张建国要的", "what": "姓名、手机号", "ground": "consent",
    "told": "2025-04-28 签了授权书",
}  # fmt: skip


@pytest.fixture
def customer(store):
    make.registered(store.li, AT)
    return make.customer()


def record_it(store, customer, **other):
    return record_provision(here=store.desk, customer=customer, at=LATER, **(GIVEN | other))


def test_it_says_who_got_what_on_what_ground_and_stands_in_the_log(store, customer):
    row = record_it(store, customer)
    assert (row.recipient, row.ground, row.told, row.by) == ("城东银行", "consent", GIVEN["told"], store.desk.user)
    line = Entry.objects.get(action="provision.record")
    assert (line.subject, line.detail) == (f"customer:{customer.pk}", {"ground": "consent"})


@pytest.mark.parametrize("name", WORDS)
def test_what_is_said_stays_whole(store, customer, name):
    said = "长" * WORDS[name]
    assert getattr(record_it(store, customer, **{name: said}), name) == said


@pytest.mark.parametrize("name", ["recipient", "reached", "purpose", "what", "told"])
def test_the_law_asks_for_each_part_and_none_holds_a_number(store, customer, name):
    given = {"here": store.desk, "customer": customer, "at": LATER}
    assert refused(record_provision, **(given | GIVEN | {name: " "})) == "provision_words"
    assert refused(record_provision, **(given | GIVEN | {name: f"打 {make.PHONE}"})) == "number_in_words"
    assert refused(record_provision, **(given | GIVEN | {name: "长" * (WORDS[name] + 1)})) == "provision_long"
    assert not Provision.objects.exists()


def test_nothing_is_given_by_consent_that_was_taken_back_nor_of_whoever_is_frozen(store, customer):
    published(store)
    record(here=store.desk, customer=customer, way="desk", at=AT)
    withdraw_consent(here=store.desk, customer=customer, identified="看了证件", at=LATER)
    given = {"here": store.desk, "customer": customer, "at": LATER} | GIVEN
    assert refused(record_provision, **given) == "withdrawn_already"
    assert record_it(store, customer, ground="duty").ground == "duty"
    freeze(customer=customer, why="asked", by=store.manager.user, at=LATER)
    customer.refresh_from_db()
    assert refused(record_provision, **(given | {"ground": "duty"})) == "frozen_already"


def test_the_customer_gets_it_with_what_else_is_kept_and_the_ground_they_are_kept_on(store, customer):
    published(store)
    record(here=store.desk, customer=customer, way="desk", at=AT)
    record_it(store, customer)
    kept = json.loads(b"".join(export_person(customer=customer, by=store.manager.user, at=LATER)))["kept"]
    assert [row["recipient"] for row in kept["leads.Provision"]] == ["城东银行"]
    assert [row["ground"] for row in kept["leads.Basis"]] == ["consent"]


def test_erased_it_still_says_who_has_to_be_asked_to_erase_it_too(store, customer):
    row = record_it(store, customer)
    erase(customer=customer, why="asked", by=store.manager.user, at=LATER)
    row.refresh_from_db()
    assert (row.recipient, row.purpose) == ("城东银行", "办贷款，**要的")


def test_the_page_keeps_what_was_typed_and_the_customers_page_shows_what_was_given(store, customer, signed_in):
    with clock.standing_at(LATER):
        li, path = signed_in(store.li), f"/customers/{customer.pk}"
        assert li.get(f"{path}/provided").status_code == 200
        page = li.post(f"{path}/provided", GIVEN | {"told": ""})
        assert page.status_code == 422
        assert "城东路 1 号" in page.content.decode()
        assert li.post(f"{path}/provided", GIVEN).status_code == 302
        shown = li.get(path).content.decode()
    assert "城东银行" in shown
    assert "本人单独同意" in shown


def test_a_program_records_it_and_reads_it(store, customer):
    with clock.standing_at(LATER):
        crm, path = program(store.li), f"customers/{customer.pk}/provisions"
        assert crm.post(path, GIVEN).status_code == 201
        assert crm.post(path, GIVEN | {"ground": "gift"}).status_code == 422
        assert [row["recipient"] for row in crm.get(path).json()["results"]] == ["城东银行"]
