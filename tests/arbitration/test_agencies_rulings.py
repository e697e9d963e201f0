"""D07 from the database to the money: what the contract says of the cases that the estate has, and that it is signed and paid."""

import pytest

from arbitration import services
from arbitration.cases.parties import parties
from arbitration.cases.proposals import policy_of, propose
from arbitration.models import Collision, Ruling
from arbitration.services import Decision
from tests import agencies, ledger, make
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def bound(estate):
    """The contract is in force."""
    agencies.in_force(estate)
    return estate


def asked(case=None, when=agencies.RIPE):
    return propose(case or Collision.objects.get(), make.at(when))


def shares(proposal):
    return {proposal.names[who]: bp for who, bp in proposal.ruling["shares"].items()}


def results(proposal, type_):
    """Clause → result, of each event of this type."""
    ids = [e["id"] for e in proposal.file.case["events"] if e["type"] == type_]
    return [{row["clause"]: row["result"] for row in proposal.findings().get(id_, [])} for id_ in ids]


def agree(estate, when=agencies.RIPE):
    case = Collision.objects.get()
    return services.decide_case(
        here=estate.manager, case=case, seen_version=case.version, seen_proposal=asked(case, when).fingerprint,
        decision=Decision(kind=Ruling.Kind.AGREED, reason="按合同第八条"), at=make.at(when),
    )  # fmt: skip


def test_nothing_is_ruled_before_the_month_is_over(bound):
    agencies.ripe(bound)
    proposal = asked(when="2025-04-15 23:59")
    assert (proposal.status, proposal.ruling["until"]) == ("on_hold", "2025-04-16T00:00:00+08:00")
    assert asked(when="2025-04-16 00:00").status == "decided"
    with pytest.raises(Refusal) as refused:
        agree(bound, "2025-04-15 10:00")
    assert (refused.value.code, refused.value.status) == ("gate_ripe", 409)
    assert "D07-8.2a" in str(refused.value.sentence)


def test_both_brought_and_one_closed_is_forty_to_sixty_to_the_fen(bound):
    agencies.ripe(bound)
    assert shares(asked()) == {"安居公司": 4_000, "恒信公司": 6_000}
    ruling = agree(bound)
    assert "D07-8.6.2" in ruling.rules
    assert ruling.owner_kind == "unchanged"
    assert ruling.shares_kind == ["organisation", "organisation"]
    assert [(who.name, fen) for who, fen in ledger.splits()] == [("安居公司", 20_000_00), ("恒信公司", 30_000_01)]
    assert list(asked(when=agencies.RIPE).ruling["amounts"].values()) == ["20000.00", "30000.01"]


def test_what_is_pinned_holds_no_person(bound):
    agencies.ripe(bound)
    ruling = agree(bound)
    pinned = (bytes(ruling.case_canonical) + bytes(ruling.proposal_canonical)).decode()
    numbers = (make.PHONE, agencies.ANJU, agencies.HENGXIN, "65550001")
    assert not any(secret in pinned for secret in ("张建国", "高翔", "马兰", "安居", "恒信", *numbers))


def test_a_list_four_days_before_the_arrival_is_not_taken(bound):
    agencies.numbers(bound)
    agencies.closed(bound)
    case = Collision.objects.get()
    agencies.call(bound.anju, case, agencies.ANJU, "2025-03-06 23:59")
    agencies.call(bound.hengxin, case, agencies.HENGXIN, "2025-03-07 00:00")
    agencies.talked(bound, case)
    proposal = asked()
    assert [r["D07-8.4"] for r in results(proposal, "call_list")] == ["inadmissible", "admissible"]
    assert shares(proposal) == {"恒信公司": 10_000}


@pytest.mark.parametrize(
    ("more", "clause"),
    [({"issuer": "other"}, "D07-8.3"), ({"official": False}, "D07-8.3"), ({"customer": "13900000009"}, "D07-8.5")],
)
def test_a_list_that_does_not_hold_says_by_which_clause(bound, more, clause):
    agencies.numbers(bound)
    agencies.closed(bound)
    agencies.call(bound.anju, Collision.objects.get(), agencies.ANJU, "2025-03-09 10:20", **more)
    assert results(asked(), "call_list")[0][clause] == "inadmissible"


def test_the_office_telephone_is_the_agencys_own_and_a_number_entered_later_is_nobodys(bound):
    agencies.closed(bound)
    case = Collision.objects.get()
    agencies.call(bound.anju, case, agencies.ANJU_OFFICE, "2025-03-09 10:20")
    assert results(asked(), "call_list")[0]["D07-8.5"] == "inadmissible"
    agencies.numbers(bound, make.at("2025-04-09 10:00"))
    assert results(asked(), "call_list")[0]["D07-8.5"] == "inadmissible"


def test_what_was_settled_goes_before_the_matrix(bound):
    case = agencies.ripe(bound)
    sides = parties(case, policy_of(case))
    keys = [side.key for side in sides]
    settled = dict(zip(keys, (3_000, 7_000), strict=True))
    services.record_negotiation(
        here=bound.counterpart, case=case, sides=sides, shares=settled, confirmed=keys, at=make.at("2025-04-15 15:00")
    )
    assert shares(asked()) == {"安居公司": 3_000, "恒信公司": 7_000}


def test_people_of_both_at_the_signing_have_half_each(bound):
    case = agencies.ripe(bound)
    services.record_closing(here=bound.counterpart, case=case, people=[bound.anju.user], at=make.at("2025-04-10 16:00"))
    assert shares(asked()) == {"安居公司": 5_000, "恒信公司": 5_000}


def test_a_bring_that_the_desk_missed_counts_from_its_visit(bound):
    agencies.numbers(bound)
    case = agencies.reported(bound)
    first = make.arrived(bound, make.at("2025-03-10 15:00"))
    second = make.arrived(bound, make.at("2025-03-12 10:30"), brought_by=bound.hengxin.user)
    services.object_to_deal(here=bound.anju, case=case, at=make.at("2025-03-14 16:00"))
    from leads.services import sign_deal

    sign_deal(
        here=bound.manager, customer=make.customer(), closer=bound.hengxin.user, amount_fen=agencies.AMOUNT,
        commission_fen=agencies.COMMISSION, designer=None, term_months=None, at=make.at("2025-03-15 15:00"),
    )  # fmt: skip
    agencies.call(bound.anju, case, agencies.ANJU, "2025-03-09 10:20")
    agencies.call(bound.hengxin, case, agencies.HENGXIN, "2025-03-09 11:20")
    agencies.talked(bound, case)
    site = {"here": bound.counterpart, "case": case, "broker": bound.anju.user, "at": make.at("2025-04-11 10:00")}
    services.record_slip(visit=second, **site)
    assert shares(asked()) == {"安居公司": 1_000, "恒信公司": 9_000}
    services.record_bring(visit=first, present=True, **site)
    assert shares(asked()) == {"安居公司": 4_000, "恒信公司": 6_000}


def test_the_web_form_counts_where_the_project_says_so(bound):
    make.registered(bound.anju, make.at("2025-03-06 09:12"))
    make.registered(bound.hengxin, make.at("2025-03-07 10:05"))
    assert [r["D07-7.2"] for r in results(asked(), "report")] == ["valid", "valid"]


def test_without_that_the_web_form_is_the_wrong_channel(estate):
    policy = services.publish(agencies.PACK, at=make.LONG_AGO)
    services.put_in_force(
        project=estate.project, policy=policy, terms=estate.project.terms, by="tests", at=make.LONG_AGO
    )
    make.registered(estate.anju, make.at("2025-03-06 09:12"))
    make.registered(estate.hengxin, make.at("2025-03-07 10:05"))
    assert [r["D07-7.2"] for r in results(asked(), "report")] == ["wrong_channel", "wrong_channel"]


def test_a_parameter_that_the_pack_has_not_is_refused(estate):
    policy = services.publish(agencies.PACK, at=make.LONG_AGO)
    with pytest.raises(Refusal, match="param_unknown"):
        services.put_in_force(
            project=estate.project, policy=policy, terms=estate.project.terms, by="tests", at=make.LONG_AGO,
            params={"nonsense": 1},
        )  # fmt: skip


def test_two_agents_of_one_agency_are_one_side(bound):
    case = agencies.reported(bound)
    second = make.person("e_second", "金波", "agent", bound.project, organisation=bound.anju.organisation)
    make.registered(second, make.at("2025-03-08 10:00"))
    labels = [side.label for side in parties(case, policy_of(case))]
    assert labels == ["A、C 安居公司", "B 恒信公司"]


# on the page


def page(client, case):
    return client.get(f"/cases/{case.no}").content.decode()


def test_the_case_page_says_from_which_day_on_and_what_each_list_is_worth(bound, signed_in):
    from trail import clock

    case = agencies.ripe(bound)
    agencies.call(bound.anju, case, agencies.ANJU, "2025-03-06 10:20")
    with clock.standing_at(make.at("2025-04-12 10:00")):
        text = page(signed_in(bound.manager), case)
        assert "2025年4月16日" in text
        assert "到访前 4 天" in text
        party = page(signed_in(bound.hengxin), case)
        assert "不采信" in party
        assert "到访前 4 天" not in party  # the content is shown after the ruling
        assert "二、建议裁定" not in party
    agree(bound)
    with clock.standing_at(make.at("2025-04-21 10:00")):
        party = page(signed_in(bound.hengxin), case)
        for said in ("安居公司 40%", "恒信公司 60%", "到访前 4 天", "138****0001", "不采信"):
            assert said in party


def test_ruling_otherwise_shares_between_agencies(bound, signed_in):
    from trail import clock

    case = agencies.ripe(bound)
    keys = [f"o{here.organisation.pk}" for here in (bound.anju, bound.hengxin)]
    given = {
        "version": case.version, "kind": "otherwise", "reason": "双方同意", "owner": "unchanged", f"share_{keys[0]}": "45",
        f"share_{keys[1]}": "55", "password": make.PASSWORD, "checked": "on", "unheard": "on",
    }  # fmt: skip
    with clock.standing_at(make.at(agencies.RIPE)):
        client = signed_in(bound.manager)
        checked = client.post(f"/cases/{case.no}/check", given).content.decode()
        assert "安居公司" in checked
        assert "¥22,500.00" in checked
        assert client.post(f"/cases/{case.no}/sign", given).status_code == 302
    assert [bp for _key, bp in Ruling.objects.get().shares()] == [4_500, 5_500]
