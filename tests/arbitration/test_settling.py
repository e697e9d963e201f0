"""协商: written terms, each side's yes or no, and what an agreement is worth to the policy (G-48, X-23)."""

import pytest
from django.db import IntegrityError, transaction

from arbitration import services
from arbitration.cases.proposals import propose
from arbitration.models import CaseEvent, Collision, Confirmation, Settlement
from tests import agencies, make, procedure
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
LATER = make.at("2025-04-28 15:00")


@pytest.fixture
def case(store):
    return procedure.contested(store)


def answer(here, settlement, agrees=True, why="不合适", at=LATER):
    return services.answer_terms(here=here, settlement=settlement, agrees=agrees, why=why, at=at)


def refusal(act, *args, **given):
    with pytest.raises(Refusal) as refused:
        act(*args, **given)
    return refused.value.code, refused.value.status, refused.value.field


def waiting(here):
    return list(Message.objects.to(here.user.pk).waiting().values_list("kind", flat=True))


def test_terms_that_all_confirm_decide_the_case_and_a_person_still_signs(store, case):
    """G-48: the shares and the owner that they wrote; D09 lets an agreement go first (X-23)."""
    settlement = procedure.written(store, case)
    assert waiting(store.wang) == ["collision.terms"]
    answer(store.wang, settlement)
    settlement.refresh_from_db()
    assert (settlement.state, settlement.closed_at, waiting(store.wang)) == ("confirmed", LATER, [])
    proposal = propose(Collision.objects.get(), LATER)
    assert "G-48" in proposal.ruling["fired"]
    assert proposal.owner() == ("person", store.wang.user.pk)
    assert [bp for _who, bp in proposal.shares()] == [4_000, 6_000]
    assert Collision.objects.get().state == "open"


def test_who_confirmed_is_on_record_in_the_order_in_which_they_did(store, case):
    answer(store.wang, procedure.written(store, case))
    event = CaseEvent.objects.get(type="negotiation")
    assert event.payload["confirmed_by"] == [store.li.user.pk, store.wang.user.pk]
    assert Settlement.objects.get().event == event


def test_a_no_ends_the_terms_with_its_reason_and_they_may_try_again(store, case):
    first = procedure.written(store, case)
    answer(store.wang, first, agrees=False)
    assert Confirmation.objects.get(agrees=False).why == "不合适"
    assert Settlement.objects.get().state == "rejected"
    again = procedure.written(store, case, by=store.wang, when=LATER)
    answer(store.li, again, at=make.at("2025-04-28 16:00"))
    assert [s.state for s in Settlement.objects.order_by("pk")] == ["rejected", "confirmed"]


def test_a_no_needs_a_reason(store, case):
    settlement = procedure.written(store, case)
    assert refusal(answer, store.wang, settlement, agrees=False, why=" ") == ("reason_missing", 422, "why")


def test_terms_that_were_taken_back_cannot_be_confirmed(store, case):
    settlement = procedure.written(store, case)
    services.withdraw_terms(here=store.li, settlement=settlement, at=LATER)
    assert refusal(answer, store.wang, settlement) == ("terms_closed", 409, "")
    assert waiting(store.wang) == []


def test_only_who_wrote_terms_takes_them_back(store, case):
    settlement = procedure.written(store, case)
    assert refusal(services.withdraw_terms, here=store.wang, settlement=settlement, at=LATER)[0] == "not_yours"


def test_who_wrote_the_terms_has_answered_by_that(store, case):
    assert refusal(answer, store.li, procedure.written(store, case)) == ("answered_already", 409, "")


def test_who_rules_may_write_terms_and_then_both_sides_confirm(store, case):
    settlement = procedure.written(store, case, by=store.manager)
    answer(store.li, settlement)
    assert Settlement.objects.get().state == "open"
    answer(store.wang, settlement)
    assert Settlement.objects.get().state == "confirmed"


def test_only_one_draft_of_terms_waits_at_a_time(store, case):
    procedure.written(store, case)
    assert refusal(procedure.written, store, case, by=store.wang) == ("terms_open", 409, "")
    with pytest.raises(IntegrityError, match="settlement_one_open"), transaction.atomic():
        Settlement.objects.create(collision=case, terms="又一份", shares={}, by=store.wang.user, at=LATER)


@pytest.mark.parametrize(
    ("shares", "code"),
    [((4_000, 5_999), "shares_not_whole"), ((4_000, 6_001), "shares_not_whole"), ((-1, 10_001), "shares_of_whom")],
)
def test_shares_are_the_whole_to_the_basis_point(store, case, shares, code):
    agreement = procedure.terms((store.li, shares[0]), (store.wang, shares[1]))
    assert refusal(services.write_terms, here=store.li, case=case, agreement=agreement, at=LATER)[0] == code


def test_everybody_has_a_share_in_the_terms_if_it_is_none(store, case):
    agreement = procedure.terms((store.li, 10_000))
    assert refusal(services.write_terms, here=store.li, case=case, agreement=agreement, at=LATER)[0] == "shares_of_whom"


def test_the_customer_goes_to_a_party_or_stays(store, case):
    agreement = procedure.terms((store.li, 5_000), (store.wang, 5_000), owner=store.zhao)
    assert refusal(services.write_terms, here=store.li, case=case, agreement=agreement, at=LATER)[0] == "owner_no_party"


def test_a_party_who_joins_later_is_not_bound_and_the_terms_have_to_be_written_anew(store, case):
    settlement = procedure.written(store, case)
    make.registered(store.zhao, make.at("2025-04-28 14:30"))
    assert refusal(answer, store.wang, settlement) == ("party_joined", 409, "")
    assert answer(store.wang, settlement, agrees=False).state == "rejected"


def test_talks_that_a_party_declares_failed_have_failed(store, case):
    settlement = procedure.written(store, case)
    services.declare_failed(here=store.wang, case=case, at=LATER)
    settlement.refresh_from_db()
    assert settlement.state == "rejected"
    assert CaseEvent.objects.get(type="negotiation").payload == {"outcome": "failed"}
    assert refusal(services.declare_failed, here=store.li, case=case, at=LATER) == ("failed_already", 409, "")


def test_after_talks_have_failed_the_parties_may_still_settle(store, case):
    services.declare_failed(here=store.wang, case=case, at=make.MOMENT)
    answer(store.wang, procedure.written(store, case, when=LATER), at=make.at("2025-04-28 16:00"))
    assert "G-48" in propose(Collision.objects.get(), make.at("2025-04-29 09:00")).ruling["fired"]


def test_what_all_have_confirmed_nobody_declares_failed_alone(store, case):
    answer(store.wang, procedure.written(store, case))
    assert refusal(services.declare_failed, here=store.li, case=case, at=LATER) == ("settled_already", 409, "")


def test_a_ruled_case_is_not_settled_any_more(store, case):
    settlement = procedure.written(store, case)
    procedure.ruled(store, case)
    assert refusal(answer, store.wang, settlement) == ("case_ruled", 409, "")
    assert refusal(procedure.written, store, case)[:2] == ("case_ruled", 409)
    assert waiting(store.wang) == []


# between companies (D07): a side is an agency, and any of its people speaks for it


def test_one_of_each_agency_confirms_and_what_they_settled_goes_before_the_matrix(estate):
    """D07-8.6/T2, 30 to 70: the matrix is not applied."""
    agencies.in_force(estate)
    case = agencies.ripe(estate)
    keys = [side.key for side in services.sides_of(case)]
    agreement = services.Agreement("按三七分", dict(zip(keys, (3_000, 7_000), strict=True)))
    when = make.at("2025-04-17 10:00")
    settlement = services.write_terms(here=estate.anju, case=case, agreement=agreement, at=when)
    answer(estate.hengxin, settlement, at=make.at("2025-04-17 11:00"))
    proposal = propose(Collision.objects.get(), make.at(agencies.RIPE))
    assert list(proposal.ruling["shares"].values()) == [3_000, 7_000]
    assert "D07-8.6.2" not in proposal.ruling["fired"]


def test_talks_that_failed_leave_it_to_the_matrix(estate):
    """D07-8.6/T1."""
    agencies.in_force(estate)
    agencies.numbers(estate)
    agencies.closed(estate)
    case = Collision.objects.get()
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    agencies.call(estate.hengxin, case, agencies.HENGXIN, "2025-03-09 18:40", outgoing=False)
    assert propose(case, make.at("2025-04-16 09:00")).status == "on_hold"
    services.declare_failed(here=estate.anju, case=case, at=make.at("2025-04-16 10:00"))
    assert "D07-8.6.2" in propose(case, make.at("2025-04-16 11:00")).ruling["fired"]


def test_the_time_to_settle_ends_after_five_working_days(estate):
    """G-48: from when the matter may be handled, one month after the signing of 15 March; on record or not."""
    agencies.in_force(estate)
    agencies.closed(estate)
    case = Collision.objects.get()
    assert propose(case, make.at("2025-04-16 09:00")).talks_until == make.at("2025-04-23 00:00")


def test_in_the_walk_in_store_they_have_five_working_days_from_the_day_the_case_opened(store):
    """G-48, D01-P.c1: the program tells both parties on Wednesday 2 April; Friday the 4th is a holiday."""
    case = procedure.contested(procedure.under(store, "walk-in-store"))
    assert propose(case, make.at("2025-04-03 09:00")).talks_until == make.at("2025-04-11 00:00")
    assert "D01-P.c1" not in propose(case, make.at("2025-04-10 23:59")).ruling["fired"]
