"""Cases open by themselves, in the transaction of the act that contests a live claim; and never twice."""

import pytest

from arbitration.models import Collision
from leads.models import Deal
from leads.services import sign_deal
from tests import make
from trail.models import Message

pytestmark = pytest.mark.django_db


def claims(case):
    return [(claim.letter, claim.user.username) for claim in case.claims.order_by("letter")]


def test_a_second_report_opens_a_case_between_owner_and_reporter(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    second = make.registered(store.wang, make.at("2025-04-02 10:00")).registration
    case = Collision.objects.get()
    assert (case.trigger, case.source, case.state) == ("registration", second.no, "open")
    assert claims(case) == [("A", "li"), ("B", "wang")]


def test_a_third_claimant_joins_the_open_case(store):
    for day, here in enumerate((store.li, store.wang, store.zhao), start=1):
        make.registered(here, make.at(f"2025-04-0{day} 10:00"))
    assert claims(Collision.objects.get()) == [("A", "li"), ("B", "wang"), ("C", "zhao")]


def test_the_manager_hears_of_a_case_once_when_it_opens_and_no_name_is_said(store):
    for day, here in enumerate((store.li, store.wang, store.zhao), start=1):
        make.registered(here, make.at(f"2025-04-0{day} 10:00"))
    case = Collision.objects.get()
    told = Message.objects.to(store.manager.user.pk).get(kind="collision.to_rule")
    assert (told.waits, told.link) == (True, f"/cases/{case.no}")
    assert told.facts == {"no": case.no}


def test_a_visitor_who_asks_for_somebody_else_opens_a_case(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT, asked_for=store.wang.user)
    case = Collision.objects.get()
    assert (case.trigger, case.source) == ("visit", visit.no)
    assert claims(case) == [("A", "li"), ("B", "wang")]


def test_a_visitor_who_asks_for_the_owner_opens_none(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.arrived(store, make.MOMENT, asked_for=store.li.user, invited_by=store.li.user)
    assert not Collision.objects.exists()


def test_a_stand_in_is_no_claim(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.arrived(store, make.MOMENT, hand_to=store.wang.user)
    assert not Collision.objects.exists()


def test_a_contract_signed_by_somebody_else_opens_a_case(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    deal = signed(store, store.wang)
    case = Collision.objects.get()
    assert (case.trigger, case.deal) == ("deal", deal)


def signed(store, closer, amount=120_000_00, commission=6_000_01, when=make.MOMENT) -> Deal:
    return sign_deal(
        here=closer, customer=make.customer(), closer=closer.user, amount_fen=amount, commission_fen=commission,
        designer=None, term_months=None, at=when,
    )  # fmt: skip


def test_a_contract_in_an_open_case_is_the_cases_deal(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    deal = signed(store, store.wang)
    assert Collision.objects.get().deal == deal


def test_two_masked_reports_that_one_visitor_fits_collide_at_the_desk(store):
    make.registered(store.li, make.at("2025-04-01 10:00"), number="139****3333", name="张")
    make.registered(store.wang, make.at("2025-04-02 10:00"), number="139****3333", name="张")
    make.arrived(store, make.MOMENT)
    assert claims(Collision.objects.get()) == [("A", "li"), ("B", "wang")]


def test_customers_of_another_project_do_not_collide(store, estate):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(estate.anju, make.at("2025-04-02 10:00"))
    assert not Collision.objects.exists()
    assert make.customer().ownerships.open().count() == 2
