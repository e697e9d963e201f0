"""Registering: first report wins, the loser is stored, a masked report never owns."""

import pytest

from leads.models import NotebookEntry, Ownership, Registration
from leads.models.register import Answer
from leads.services import LeadInput, register_lead
from leads.services.ownership import move_ownership
from tests import make
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


def owner_of(number=make.PHONE):
    return Ownership.objects.open().get(customer=make.customer(number)).user


def test_the_first_report_makes_an_owner(store):
    receipt = make.registered(store.li, make.at("2025-04-01 10:00"))
    assert receipt.registration.answer == Answer.CLEAR
    assert receipt.registration.no.startswith("BB-250401-")
    assert owner_of() == store.li.user


def test_the_second_report_is_stored_as_contesting_and_told_the_owner_in_house(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    receipt = make.registered(store.wang, make.at("2025-04-02 10:00"))
    assert receipt.registration.contesting
    assert receipt.owner == store.li.user
    assert owner_of() == store.li.user
    assert Registration.objects.count() == 2


@pytest.mark.parametrize(
    "spelling", ["139 1234 3333", "139-1234-3333", "+86 13912343333", "008613912343333", "１３９１２３４３３３３"]
)
def test_any_spelling_of_the_number_finds_the_same_customer(store, spelling):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    receipt = make.registered(store.wang, make.at("2025-04-02 10:00"), number=spelling)
    assert receipt.registration.answer == Answer.TAKEN


def test_somebody_who_reports_their_own_customer_again_contests_nothing(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    again = make.registered(store.li, make.at("2025-04-03 10:00"))
    assert again.registration.answer == Answer.YOURS
    assert store.project.collisions.count() == 0


def test_the_owner_hears_once_of_each_who_claims_however_often_they_report(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    for minute in range(3):
        for here in (store.wang, store.zhao):
            make.registered(here, make.at(f"2025-04-02 10:0{minute}"))
    assert heard(store.li) == 2


def test_whoever_reported_under_the_owner_before_is_news_to_the_next(store):
    customer = make.registered(store.li, make.at("2025-04-01 10:00")).registration.customer
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    move_ownership(
        project=store.project, customer=customer, to=store.zhao.user, holder="person", source="ZD", by="test",
        at=make.at("2025-04-03 10:00"),
    )  # fmt: skip
    make.registered(store.wang, make.at("2025-04-04 10:00"))
    assert (heard(store.li), heard(store.zhao)) == (1, 1)


def heard(here):
    return Message.objects.filter(to=str(here.user.pk), kind="lead.contested").count()


def test_a_masked_report_never_owns(store):
    receipt = make.registered(store.li, make.at("2025-04-01 10:00"), number="139****3333", name="张")
    assert receipt.registration.customer is None
    assert not Ownership.objects.exists()


def test_a_masked_report_that_fits_somebody_elses_customer_has_to_be_checked(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    receipt = make.registered(store.wang, make.at("2025-04-02 10:00"), number="139****3333", name="张")
    assert receipt.registration.answer == Answer.CHECK
    assert receipt.owner is None


def test_a_visitor_who_keys_the_whole_number_binds_the_masked_report_that_fits(store):
    masked = make.registered(store.li, make.at("2025-04-01 10:00"), number="139****3333", name="张")
    make.arrived(store, make.at("2025-04-05 10:00"))
    report = Registration.objects.get(pk=masked.registration.pk)
    assert report.customer == make.customer()
    assert report.bound_at == make.at("2025-04-05 10:00")
    assert owner_of() == store.li.user


def test_a_visitor_with_another_surname_binds_nothing(store):
    masked = make.registered(store.li, make.at("2025-04-01 10:00"), number="139****3333", name="张")
    make.arrived(store, make.at("2025-04-05 10:00"), name="李建国")
    assert Registration.objects.get(pk=masked.registration.pk).customer is None


def test_an_agency_is_told_no_owner_and_no_date(estate):
    make.registered(estate.anju, make.at("2025-04-01 10:00"))
    receipt = make.registered(estate.hengxin, make.at("2025-04-02 10:00"))
    assert receipt.registration.answer == Answer.TAKEN
    assert receipt.owner is None


def test_protection_ends_after_seven_whole_local_days_and_the_next_report_owns(estate):
    first = make.registered(estate.anju, make.at("2025-04-01 10:00"))
    assert first.protected_until == make.at("2025-04-09 00:00")
    assert make.registered(estate.hengxin, make.at("2025-04-08 23:59")).registration.contesting
    free = make.registered(estate.hengxin, make.at("2025-04-09 00:00"))
    assert free.registration.answer == Answer.CLEAR
    ended = Ownership.objects.get(user=estate.anju.user)
    assert (ended.until, ended.ended_for) == (make.at("2025-04-09 00:00"), "expired")


def test_a_report_after_the_arrival_says_so(store):
    make.arrived(store, make.at("2025-04-05 14:05"), asked_for=store.li.user)
    late = make.registered(store.wang, make.at("2025-04-05 14:30")).registration
    assert late.arrived_at == make.at("2025-04-05 14:05")


def test_the_collection_notebook_names_a_customer_once(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.li, make.at("2025-04-03 10:00"))
    assert NotebookEntry.objects.filter(user=store.li.user, book="collection").count() == 1


@pytest.mark.parametrize(("number", "code"), [("1391234333", "too_short"), ("", "no_digits")])
def test_a_number_that_is_none_is_refused_with_a_sentence(store, number, code):
    with pytest.raises(Refusal) as refused:
        register_lead(here=store.li, lead=LeadInput(number=number, name="张"), at=make.MOMENT)
    assert refused.value.code == code
    assert refused.value.field == "phone"


def test_no_number_stands_in_the_database_in_clear(store):
    make.registered(store.li, make.at("2025-04-01 10:00"), text="张先生 13912343333")
    row = Registration.objects.values_list("sealed_number", "sealed_text", "m34").get()
    assert not any(b"1234" in bytes(value) for value in row)
