"""Putting something on record: who may, what is refused, that it is final, and that no number stands anywhere in clear."""

import json

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from arbitration import services
from arbitration.cases.parties import parties
from arbitration.models import CaseEvent, Collision, Ruling
from people.models import Team
from tests import agencies, make
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits.models import Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(estate):
    return agencies.reported(estate)


def refused(act, **given):
    with pytest.raises(Refusal) as caught:
        act(at=make.MOMENT, **given)
    return caught.value.code


def test_a_call_list_keeps_its_numbers_sealed(estate, case):
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    kept = str(list(CaseEvent.objects.values_list("payload", flat=True)))
    told = str([*Entry.objects.values_list("detail", "subject"), *Message.objects.values_list("facts", "link")])
    for number in (make.PHONE, agencies.ANJU):
        assert number not in kept + told
        assert number[3:] not in kept + told


@pytest.mark.parametrize(
    ("own", "customer", "code"),
    [
        ("1380551000", make.PHONE, "too_short"), ("138****0001", make.PHONE, "phone_masked"),
        (agencies.ANJU, "139****3333", "phone_masked"), (make.PHONE, make.PHONE, "call_to_oneself"),
        ("10086", make.PHONE, "short_code"), ("65550001", make.PHONE, "missing_area_code"), ("", make.PHONE, "no_digits"),
    ],
)  # fmt: skip
def test_a_number_that_is_not_whole_is_refused(estate, case, own, customer, code):
    with pytest.raises(Refusal) as caught:
        agencies.call(estate.anju, case, own, "2025-03-09 10:20", customer=customer)
    assert caught.value.code == code
    assert not CaseEvent.objects.exists()


def test_a_call_that_has_not_been_yet_is_refused(estate, case):
    with pytest.raises(Refusal) as caught:
        agencies.call(estate.anju, case, agencies.ANJU, "2025-05-09 10:20")
    assert caught.value.field == "call_at"


def test_a_party_submits_for_itself_and_the_site_records_the_rest(estate, case):
    assert services.kinds_for(estate.anju, case) == list(services.BY_PARTIES)
    assert services.kinds_for(estate.counterpart, case) == list(services.BY_THE_SITE)
    assert services.kinds_for(estate.xu, case) == []
    assert services.kinds_for(estate.desk, case) == []
    with pytest.raises(Refusal) as caught:
        agencies.call(estate.manager, case, agencies.ANJU, "2025-03-09 10:20")
    assert caught.value.status == 404


def test_objecting_counts_once(estate, case):
    services.object_to_deal(here=estate.anju, case=case, at=make.at("2025-03-14 16:00"))
    assert refused(services.object_to_deal, here=estate.anju, case=case) == "objected_already"
    services.object_to_deal(here=estate.hengxin, case=case, at=make.at("2025-03-14 17:00"))
    assert CaseEvent.objects.count() == 2


def test_a_slip_and_a_bring_are_of_a_visit_of_this_customer(estate, case):
    visit = make.arrived(estate, make.at("2025-03-10 15:00"))
    other = make.arrived(estate, make.at("2025-03-10 16:00"), number="13900000009", name="李梅")
    given = {"here": estate.counterpart, "case": case}
    assert refused(services.record_slip, visit=other, broker=estate.anju.user, **given) == "visit_of_other"
    assert refused(services.record_slip, visit=visit, broker=estate.xu.user, **given) == "not_of_agency"
    services.record_slip(visit=visit, broker=estate.anju.user, at=make.MOMENT, **given)
    assert refused(services.record_slip, visit=visit, broker=estate.anju.user, **given) == "recorded_already"
    services.record_bring(visit=visit, broker=estate.anju.user, present=False, at=make.MOMENT, **given)
    assert CaseEvent.objects.get(type="bring").payload["present"] is False


def test_a_bring_of_the_desk_is_not_recorded_again(estate, case):
    visit = make.arrived(estate, make.at("2025-03-10 15:00"), brought_by=estate.anju.user)
    given = {"here": estate.manager, "case": case, "visit": visit, "broker": estate.anju.user, "present": True}
    assert refused(services.record_bring, **given) == "brought_already"


def test_who_was_at_the_signing_is_a_party(estate):
    agencies.closed(estate)
    case = Collision.objects.get()
    given = {"here": estate.manager, "case": case}
    assert refused(services.record_closing, people=[estate.xu.user], **given) == "closing_who"
    services.record_closing(people=[estate.anju.user], at=make.MOMENT, **given)
    from arbitration import casefile

    built = casefile.build(case, "channel-contract@1", make.MOMENT).case
    contract = next(e for e in built["events"] if e["type"] == "contract")
    assert contract["by"] == ["P2", "P1"]


def test_nobody_was_at_a_signing_that_has_not_been(estate, case):
    assert refused(services.record_closing, here=estate.manager, case=case, people=[estate.anju.user]) == "not_signed"


def test_talks_come_to_the_whole_or_to_nothing(estate, case):
    sides = parties(case, None)
    keys = [side.key for side in sides]
    given = {"here": estate.manager, "case": case, "sides": sides}
    act = services.record_negotiation
    shares = dict(zip(keys, (3_000, 6_999), strict=True))
    assert refused(act, shares=shares, confirmed=keys, **given) == "shares_not_whole"
    shares = dict(zip(keys, (3_000, 7_000), strict=True))
    assert refused(act, shares=shares, confirmed=keys[:1], **given) == "not_confirmed"
    act(shares=shares, confirmed=keys, at=make.MOMENT, **given)
    kept = CaseEvent.objects.get().payload
    assert (kept["outcome"], sum(kept["shares"].values())) == ("settled", 10_000)


def test_nothing_is_added_to_a_ruled_case(estate, case):
    Collision.objects.update(state="ruled")
    with pytest.raises(Refusal) as caught:
        agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    assert caught.value.code == "case_ruled"


def test_evidence_brings_a_waiting_case_back_and_the_other_party_hears_that_there_is_something(estate, case):
    Collision.objects.update(state="evidence")
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    assert Collision.objects.get().state == "open"
    told = Message.objects.filter(kind="collision.call_list")
    assert list(told.values_list("to", flat=True)) == [str(estate.hengxin.user.pk)]


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_was_submitted_is_final(estate, case, change):
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    rows = CaseEvent.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(payload={}) if change == "update" else rows.delete()


def test_a_proof_of_a_relation_stands_in_the_case_file(estate, case):
    from arbitration import casefile
    from leads.services import relate

    make.registered(estate.hengxin, make.at("2025-03-08 10:00"), number="13900004444", name="李秀英", honorific="女士")
    wife = make.customer("13900004444")
    given = {"here": estate.manager, "case": case, "document": "marriage_certificate"}
    related = relate(
        here=estate.anju, customer=case.customer, other=wife, staff=None, kind="spouse", at=make.at("2025-03-14 16:00")
    )
    services.record_proof(relation=related, at=make.at("2025-04-10 09:00"), **given)
    built = casefile.build(case, "channel-contract@1", make.MOMENT).case
    assert built["relations"][0]["proof"] == {"doc": "marriage_certificate", "at": "2025-04-10T09:00:00+08:00"}
    assert refused(services.record_proof, relation=related, **given) == "recorded_already"
    other = relate(
        here=estate.xu, customer=wife, other=None, staff=estate.xu.user, kind="friend", at=make.at("2025-03-14 17:00")
    )
    assert refused(services.record_proof, relation=other, **given) == "relation_of_other"


# at the desk


def test_an_agent_who_brings_a_customer_of_nobodys_follows_them(estate):
    make.arrived(estate, make.MOMENT, brought_by=estate.anju.user, hand_to=estate.xu.user)
    held = make.customer().ownerships.open().get()
    assert held.user == estate.anju.user
    assert not Collision.objects.exists()


def test_an_agent_who_brings_somebody_elses_customer_opens_a_case(estate):
    make.registered(estate.hengxin, make.at("2025-04-27 10:00"))
    visit = make.arrived(estate, make.MOMENT, brought_by=estate.anju.user)
    case = Collision.objects.get()
    assert [c.user for c in case.claims.order_by("letter")] == [estate.hengxin.user, estate.anju.user]
    assert (case.source, visit.brought_by) == (visit.no, estate.anju.user)


def test_the_contract_of_whoever_follows_the_customer_is_the_cases_deal(estate):
    case = agencies.reported(estate)
    from leads.services import sign_deal

    deal = sign_deal(
        here=estate.manager, customer=make.customer(), closer=estate.anju.user, amount_fen=1_00, commission_fen=1,
        designer=None, term_months=None, at=make.at("2025-03-08 10:00"),
    )  # fmt: skip
    case.refresh_from_db()
    assert case.deal == deal


def test_a_late_entry_keeps_who_came_along(estate):
    from visits.services import Arrival, enter_late

    visit = make.arrived(estate, make.at("2025-03-10 15:00"), refused=True)
    arrival = Arrival(name="张建国", honorific="先生", number=make.PHONE, brought_by=estate.anju.user)
    enter_late(here=estate.desk, visit=visit, arrival=arrival, at=make.at("2025-03-10 18:00"))
    assert Visit.objects.get().brought_by == estate.anju.user


# shares in the database


@pytest.mark.parametrize(
    ("kinds", "to"),
    [(["organisation"], [None]), (["company"], [1]), (["pool"], [1]), (["person", "person"], [1])],
)
def test_the_database_refuses_a_share_of_nobody(estate, case, kinds, to):
    with pytest.raises(IntegrityError, match="ruling_sharers_are_named"), transaction.atomic():
        Ruling.objects.create(
            no="CD-x", collision=case, kind="otherwise", owner_kind="unchanged", shares_kind=kinds, shares_to=to,
            shares_bp=[10_000], reason="x", by=estate.manager.user, at=make.MOMENT,
        )  # fmt: skip


def test_a_ruling_from_before_agencies_could_share_still_says_who_got_what(estate, case):
    ruling = Ruling(shares_kind=[], shares_to=[estate.anju.user.pk, None], shares_bp=[4_000, 6_000])
    assert [(key.kind, key.pk, bp) for key, bp in ruling.shares()] == [
        ("person", estate.anju.user.pk, 4_000), ("company", None, 6_000),
    ]  # fmt: skip


def test_tokens_of_shares_lead_back_to_agency_fund_and_person(estate):
    from arbitration.casefile import Tokens
    from arbitration.shares import label, sharers

    team = Team.objects.create(name="案场一组", organisation=make.house())
    tokens = Tokens()
    tokens.person(estate.xu.user.pk)
    agency = tokens.organisation(estate.anju.organisation.pk)
    keys = [tokens.sharer(token) for token in ("P1", agency, f"team_fund:T{team.pk}", "company")]
    assert [label(who) for who in sharers(keys)] == ["许平", "安居公司", "案场一组的营销经费", "公司"]
    assert json.dumps([key.kind for key in keys]) == '["person", "organisation", "team_fund", "company"]'
