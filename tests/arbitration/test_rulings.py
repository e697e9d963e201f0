"""Ruling on a case: who may, on what page, and all that follows in one transaction."""

import re

import pytest
from django.db import IntegrityError, transaction

from arbitration import services
from arbitration.cases.proposals import propose
from arbitration.models import Collision, Ruling
from arbitration.services import Decision, Sanction
from finance.models import Posting
from leads.models import Ownership
from penalties.models import Sanction as ProposedSanction
from tests import ledger, make
from tests.arbitration.test_collisions import signed
from trail.models import Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(store):
    """李强 reported first, 王芳 next, and the customer came asking for 王芳."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return Collision.objects.get()


def decide(here, case, kind=Ruling.Kind.OTHERWISE, version=None, seen=None, at=make.MOMENT, **more):
    decision = Decision(kind=kind, reason=more.pop("reason", "记录清楚"), **more)
    return services.decide_case(
        here=here, case=case, seen_version=version or Collision.objects.get(pk=case.pk).version,
        seen_proposal=propose(case, at).fingerprint if seen is None else seen, decision=decision, at=at,
    )  # fmt: skip


def to_wang(store):
    return {"owner_kind": Ruling.Owner.PERSON, "owner": store.wang.user, "shares": [(store.wang.user, 10_000)]}


def test_agreeing_signs_what_the_engine_proposes_and_pins_it(store, case):
    ruling = decide(store.manager, case, Ruling.Kind.AGREED)
    assert (ruling.owner, ruling.owner_kind) == (store.li.user, "person")
    assert "D09-5a" in ruling.rules
    assert str(ruling.policy).startswith("home-decoration@")
    assert len(ruling.case_sha256) == len(ruling.proposal_sha256) == 32


def test_what_is_pinned_holds_no_personal_data(store, case):
    ruling = decide(store.manager, case, Ruling.Kind.AGREED)
    pinned = (bytes(ruling.case_canonical) + bytes(ruling.proposal_canonical)).decode()
    assert not any(secret in pinned for secret in ("张", "李强", "王芳", make.PHONE, f"{make.PHONE[:3]}****"))
    assert not re.search(r"(?<![0-9a-f])1(?!69)[3-9]\d{9}(?![0-9a-f])", pinned)  # 169… are tokens


def test_a_ruling_moves_the_customer_and_ends_the_ownership_before(store, case):
    ruling = decide(store.manager, case, **to_wang(store))
    held = Ownership.objects.open().get(customer=case.customer)
    assert (held.user, held.reason, held.source, held.since) == (store.wang.user, "ruling", ruling.no, make.MOMENT)
    before = Ownership.objects.get(user=store.li.user)
    assert (before.until, before.ended_for) == (make.MOMENT, ruling.no)


def test_the_parties_hear_of_the_ruling(store, case):
    decide(store.manager, case, **to_wang(store))
    told = Message.objects.filter(kind="collision.ruled").values_list("to", flat=True)
    assert set(told) == {str(store.li.user.pk), str(store.wang.user.pk)}


def test_commission_waits_for_the_ruling_and_is_then_split_to_the_fen(store, case):
    deal = signed(store, store.wang, commission=6_000_01)
    assert not ledger.lines()
    half = [(store.li.user, 5_000), (store.wang.user, 5_000)]
    decide(store.manager, case, owner_kind="person", owner=store.li.user, shares=half, seen="")
    assert ledger.splits(deal) == [(store.li.user, 3_000_01), (store.wang.user, 3_000_00)]
    assert {line.entry.ruling for line in ledger.lines(deal)} == {Ruling.objects.get()}


def test_a_contract_after_the_ruling_is_split_by_it(store, case):
    decide(
        store.manager,
        case,
        owner_kind="person",
        owner=store.li.user,
        shares=[(store.li.user, 7_000), (store.wang.user, 3_000)],
    )
    signed(store, store.wang, commission=1_000_00, when=make.at("2025-05-02 10:00"))
    assert Collision.objects.unruled().count() == 0
    assert [(line.amount_fen, line.entry.period) for line in ledger.lines()] == [(700_00, "202505"), (300_00, "202505")]


def test_sanctions_of_a_ruling_are_only_proposed(store, case):
    fine = Sanction(to=store.wang.user, kind="fine", reason="明知有归属仍报备", amount_fen=500_00)
    decide(store.manager, case, **to_wang(store), sanctions=[fine])
    kept = ProposedSanction.objects.get()
    assert (kept.to, kept.kind, kept.amount_fen) == (store.wang.user, "fine", 500_00)
    assert not Posting.objects.exists()


def test_of_two_windows_the_second_is_told_who_changed_the_case(store, case):
    version = case.version
    decide(store.manager, case, version=version, **to_wang(store))
    with pytest.raises(Refusal) as refused:
        decide(store.general, case, version=version, **to_wang(store))
    assert refused.value.code == "stale"
    assert "何静" in str(refused.value.sentence)
    assert Ruling.objects.count() == 1


def test_agreeing_with_a_proposal_that_has_changed_since_is_refused(store, case):
    with pytest.raises(Refusal) as refused:
        decide(store.manager, case, Ruling.Kind.AGREED, seen="0" * 16)
    assert refused.value.code == "stale"


def test_a_party_may_not_rule(store, case):
    here = make.person("li", "李强", "manager", store.project)
    with pytest.raises(Refusal) as refused:
        decide(here, case, **to_wang(store))
    assert refused.value.code == "recused"


def test_the_leader_of_one_side_may_not_rule_but_the_leader_of_both_may(store, case):
    assert services.recused(store.manager, case) == ""  # leads both
    other = make.person("tang", "唐宇", "salesperson", store.project)
    make.registered(other, make.at("2025-04-11 10:00"))
    assert "直属领导" in services.recused(store.manager, case)
    with pytest.raises(Refusal):
        decide(store.manager, case, **to_wang(store))
    assert decide(store.general, case, **to_wang(store))


def test_somebody_without_the_right_gets_404(store, case):
    with pytest.raises(Refusal) as refused:
        decide(store.finance, case, **to_wang(store))
    assert refused.value.status == 404


def test_a_reason_is_required_even_for_agreeing(store, case):
    with pytest.raises(Refusal) as refused:
        decide(store.manager, case, Ruling.Kind.AGREED, reason=" ")
    assert refused.value.field == "reason"


def test_shares_that_are_not_the_whole_are_refused(store, case):
    with pytest.raises(Refusal) as refused:
        decide(store.manager, case, owner_kind="unchanged", shares=[(store.li.user, 9_999)])
    assert refused.value.code == "shares_not_whole"


def test_the_database_itself_refuses_shares_that_are_not_the_whole(store, case):
    with pytest.raises(IntegrityError, match="ruling_shares_sum_to_10000"), transaction.atomic():
        Ruling.objects.create(
            no="CD-x", collision=case, kind="otherwise", owner_kind="unchanged", shares_to=[store.li.user.pk],
            shares_bp=[9_999], reason="x", by=store.manager.user, at=make.MOMENT,
        )  # fmt: skip


def test_asking_for_evidence_waits_and_a_statement_brings_the_case_back(store, case):
    decide(store.manager, case, services.EVIDENCE, evidence_due=make.at("2025-05-05 18:00"))
    case.refresh_from_db()
    assert (case.state, case.evidence_due) == ("evidence", make.at("2025-05-05 18:00"))
    services.state_case(here=store.li, case=case, text="我三月就联系过", at=make.at("2025-04-29 09:00"))
    case.refresh_from_db()
    assert case.state == "open"


def test_only_a_party_makes_a_statement(store, case):
    with pytest.raises(Refusal) as refused:
        services.state_case(here=store.zhao, case=case, text="我看见的", at=make.MOMENT)
    assert refused.value.status == 404


def test_an_escalated_case_is_the_general_managers(store, case):
    waits = Message.objects.to(store.manager.user.pk).waiting().filter(kind="collision.to_rule")
    assert waits.exists()
    decide(store.manager, case, services.ESCALATE)
    assert not waits.exists()
    case.refresh_from_db()
    assert case.with_general_manager
    with pytest.raises(Refusal) as refused:
        decide(store.manager, case, **to_wang(store))
    assert refused.value.code == "recused"
    assert decide(store.general, case, **to_wang(store))


def test_a_case_that_no_policy_governs_has_nothing_to_agree_with(estate):
    make.registered(estate.xu, make.at("2025-04-01 10:00"))
    make.registered(estate.anju, make.at("2025-04-02 10:00"))
    case = Collision.objects.get()
    proposal = propose(case, make.MOMENT)
    assert (proposal.status, proposal.ruling) == ("escalated", None)
    with pytest.raises(Refusal) as refused:
        decide(estate.manager, case, Ruling.Kind.AGREED)
    assert refused.value.code == "nothing_to_agree"


def test_a_settled_dispute_is_not_opened_again_by_the_same_people(store, case):
    decide(store.manager, case, **to_wang(store))
    make.registered(store.li, make.at("2025-05-01 10:00"))
    assert Collision.objects.count() == 1
    make.registered(store.zhao, make.at("2025-05-02 10:00"))
    assert Collision.objects.unruled().count() == 1


def test_reopened_and_ruled_again_the_first_ruling_is_superseded_and_its_lines_reversed(store, case):
    deal = signed(store, store.wang, commission=1_000_00)
    first = decide(store.manager, case, **to_wang(store))
    services.reopen(here=store.general, case=case, reason="有新证据", at=make.at("2025-05-01 10:00"))
    second = decide(
        store.general, case, owner_kind="person", owner=store.li.user, shares=[(store.li.user, 10_000)],
        at=make.at("2025-05-02 10:00"),
    )  # fmt: skip
    first.refresh_from_db()
    assert first.superseded_by == second.no
    assert [(line.account.user, line.amount_fen, line.entry.period) for line in ledger.lines(deal)] == [
        (store.wang.user, 1_000_00, "202504"), (store.wang.user, -1_000_00, "202505"), (store.li.user, 1_000_00, "202505"),
    ]  # fmt: skip
    assert ledger.sums(deal) == {store.li.user: deal.commission_fen}


def test_only_one_ruling_is_in_force(store, case):
    decide(store.manager, case, **to_wang(store))
    with pytest.raises(IntegrityError, match="ruling_one_in_force"), transaction.atomic():
        Ruling.objects.create(
            no="CD-x", collision=case, kind="otherwise", owner_kind="unchanged", shares_to=[], shares_bp=[], reason="x",
            by=store.manager.user, at=make.MOMENT,
        )  # fmt: skip
