"""A case between agencies as the engine reads it: whole, and without a person in it."""

import json

import pytest

from arbitration import casefile
from arbitration.engine import decode_case
from arbitration.models import Collision
from leads.services import LeadInput, enter_work_phone, register_lead
from tests import agencies, make

pytestmark = pytest.mark.django_db


def built(case, when=agencies.RIPE):
    file = casefile.build(case, "channel-contract@1", make.at(when))
    decode_case(file.case)  # the engine takes it as it is
    return file.case


def of(case, *types):
    return [event for event in case["events"] if event["type"] in types]


def test_it_says_who_works_for_which_agency_and_with_which_number(estate):
    case = built(agencies.ripe(estate))
    anju, hengxin = (f"O{here.organisation.pk}" for here in (estate.anju, estate.hengxin))
    orgs = {org["id"]: org for org in case["orgs"]}
    assert [orgs[o]["kind"] for o in (anju, hengxin)] == ["distributor", "distributor"]
    people = {p["id"]: p for p in case["people"]}
    assert (people["P1"]["org"], people["P2"]["org"], people["P1"]["role"]) == (anju, hengxin, "broker")
    assert len(people["P1"]["phones"]) == len(orgs[anju]["phones"]) == 1
    assert orgs[anju]["phones"][0].startswith("0169-")
    assert "phones" not in orgs[hengxin]


def test_each_bring_is_a_slip_of_its_agency_and_the_visit_was_brought(estate):
    case = built(agencies.ripe(estate))
    slips, brings, visits = of(case, "slip"), of(case, "bring"), of(case, "visit")
    assert [s["org"] for s in slips] == [f"O{h.organisation.pk}" for h in (estate.anju, estate.hengxin)]
    assert [(b["by"], b["present"]) for b in brings] == [("P1", True), ("P2", True)]
    assert {v["initiative"] for v in visits} == {"brought"}


def test_the_contract_is_the_agencys_and_reports_name_the_project(estate):
    case = built(agencies.ripe(estate))
    contract = of(case, "contract")[0]
    assert (contract["by"], contract["org"]) == ("P2", f"O{estate.hengxin.organisation.pk}")
    assert (contract["commission"], case["about"]) == ("50000.01", contract["id"])
    assert {r["subject"] for r in of(case, "report")} == {case["subjects"][0]["id"]}
    assert [r["channel"] for r in of(case, "report")] == ["sms", "email"]


def test_own_number_and_the_customers_are_the_same_token_wherever_they_stand(estate):
    case = built(agencies.ripe(estate))
    people = {p["id"]: p for p in case["people"]}
    first, second = of(case, "call_list")
    customer = case["customers"][0]["phones"][0]
    assert (first["from_phone"], first["to_phone"]) == (people["P1"]["phones"][0], customer)
    assert (second["from_phone"], second["to_phone"]) == (customer, people["P2"]["phones"][0])
    assert first["call_at"] == "2025-03-09T10:20:00+08:00"


def test_a_number_entered_after_the_call_was_not_ones_own_then(estate):
    agencies.closed(estate)
    agencies.numbers(estate, make.at("2025-04-01 10:00"))
    agencies.call(estate.anju, Collision.objects.get(), agencies.ANJU, "2025-03-09 10:20")
    case = built(Collision.objects.get())
    own = {p["id"]: p for p in case["people"]}["P1"]["phones"]
    assert of(case, "call_list")[0]["from_phone"] not in own


def test_objection_and_talks_speak_of_agencies(estate):
    case = agencies.ripe(estate)
    sides = {"o": estate.anju.organisation, "p": estate.hengxin.organisation}
    shares = {f"o{org.pk}": bp for org, bp in zip(sides.values(), (3_000, 7_000), strict=True)}
    from arbitration.models import CaseEvent

    CaseEvent.objects.create(
        collision=case, type="negotiation", by=estate.counterpart.user, at=make.at("2025-04-15 15:00"),
        payload={"outcome": "settled", "shares": shares, "confirmed_by": [estate.anju.user.pk, estate.hengxin.user.pk]},
    )  # fmt: skip
    read = built(case)
    assert of(read, "objection")[0]["by"] == f"O{estate.anju.organisation.pk}"
    assert of(read, "objection")[0]["contract"] == read["about"]
    failed, settled = of(read, "negotiation")
    assert failed["outcome"] == "failed"
    assert settled["shares"] == {f"O{org.pk}": bp for org, bp in zip(sides.values(), (3_000, 7_000), strict=True)}
    assert settled["confirmed_by"] == ["P1", "P2"]


def test_what_comes_later_is_not_in_it(estate):
    case = built(agencies.ripe(estate), "2025-04-08 12:00")
    assert len(of(case, "call_list")) == 1
    assert not of(case, "negotiation")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("安居公司，张先生，139****3333", True),
        ("安居公司，139****3333", False),
        ("安居公司，张，139****3333", False),
        ("张先生，139****3333", True),  # whose agent it is, is known from the login
    ],
)
def test_a_pasted_report_becomes_its_validity(estate, text, whole):
    lead = LeadInput(number=make.PHONE, name="张建国", honorific="先生", text=text, channel="sms")
    register_lead(here=estate.anju, lead=lead, at=make.at("2025-03-06 09:12"))
    make.registered(estate.hengxin, make.at("2025-03-07 10:05"), channel="email")
    first, second = of(built(Collision.objects.get()), "report")
    assert first["complete"] is whole
    assert "complete" not in second  # typed piece by piece
    assert "text" not in first


def test_no_person_is_in_it(estate):
    numbers = [make.PHONE, agencies.ANJU, agencies.HENGXIN, agencies.ANJU_OFFICE, "65550001"]
    text = json.dumps(built(agencies.ripe(estate)), ensure_ascii=False)
    for secret in ("张", "高翔", "马兰", "安居", "恒信", *numbers, *(n[-8:] for n in numbers)):
        assert secret not in text


def test_the_same_rows_give_the_same_file(estate):
    case = agencies.ripe(estate)
    assert built(case) == built(Collision.objects.get(pk=case.pk))


def test_who_left_is_still_of_the_agency(estate):
    case = agencies.ripe(estate)
    estate.anju.user.memberships.update(until=make.at("2025-04-11 10:00"))
    people = {p["id"]: p for p in built(case)["people"]}
    assert people["P1"]["org"] == f"O{estate.anju.organisation.pk}"


def test_a_number_is_one_holders(estate):
    agencies.numbers(estate)
    from trail.refusals import Refusal

    with pytest.raises(Refusal) as refused:
        enter_work_phone(here=estate.hengxin, organisation=None, number=agencies.ANJU, at=make.MOMENT)
    assert refused.value.code == "number_taken"
