"""What a deal brings and to whom: by plan, by ruling, in the order of claims; and what becomes of it when the contract changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arbitration import services as arbitration
from arbitration.cases.proposals import propose
from arbitration.models import Collision, Ruling
from arbitration.services import Decision
from arbitration.shares import key_of
from finance.models import Account, CommissionPlan, Entry, Period
from finance.services import settle_deal
from finance.services.posting import Line, post
from leads.models import Deal, Registration
from leads.services import Change, change_deal, sign_deal
from leads.signals import report_moved
from people.models import Team
from tests import agencies, ledger, make
from tests.arbitration.test_collisions import signed
from tests.arbitration.test_rulings import decide
from trail.models import Entry as Noted
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
ONE, TWO = make.at("2025-05-01 10:00"), make.at("2025-05-02 10:00")


@pytest.fixture
def case(store):
    """李强 reported before 王芳, and the customer came asking for 王芳."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-10 10:00"), asked_for=store.wang.user)
    return Collision.objects.get()


def change(store, deal, kind, fen=None, commission=None, at=ONE, **more):
    given = {"reason": "客户换了户型", **more}
    return change_deal(here=store.manager, deal=deal, change=Change(kind, fen, commission), at=at, **given)


def refusal(act, *args, **kwargs):
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code, refused.value.field


# ── by plan ──


def by_plan(here, closer=None, product="", amount=100_000_00, commission=None):
    return sign_deal(
        here=here, customer=make.customer(), closer=(closer or here).user, amount_fen=amount, commission_fen=commission,
        designer=None, term_months=None, product=product, at=make.MOMENT,
    )  # fmt: skip


def plan(project, rate_bp, **more):
    CommissionPlan.objects.create(project=project, rate_bp=rate_bp, since=make.at("2025-01-01 00:00").date(), **more)


def test_the_commission_of_a_deal_is_what_the_most_particular_plan_of_who_signs_comes_to(estate):
    """G-29: agency commission gross, before tax. An agency's own plan, its role's, the product's."""
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    plan(estate.project, 100)
    plan(estate.project, 150, role="agent")
    plan(estate.project, 200, organisation=estate.anju.organisation)
    plan(estate.project, 250, organisation=estate.anju.organisation, product="商铺")
    signed_ = [by_plan(estate.manager, closer, product) for closer, product in (
        (estate.anju, ""), (estate.anju, " 商铺 "), (estate.hengxin, "商铺"), (estate.xu, "住宅"),
    )]  # fmt: skip
    assert [deal.commission_fen for deal in signed_] == [2_000_00, 2_500_00, 1_500_00, 1_000_00]
    assert signed_[1].product == "商铺"


def test_a_commission_that_is_typed_counts_whatever_the_plan(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    plan(store.project, 300)
    assert by_plan(store.li, commission=1_234_56).commission_fen == 1_234_56


def test_without_a_plan_and_without_a_sum_the_contract_is_refused(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    plan(store.project, 300, product="地板")
    assert refusal(by_plan, store.li) == ("commission_unplanned", "commission")
    assert not Deal.objects.exists()


# ── order of claims, funds ──


def test_the_odd_fen_goes_to_who_reported_first_though_typed_last(store, case):  # G-07
    deal = signed(store, store.wang, commission=6_000_01)
    half = [(store.wang.user, 5_000), (store.li.user, 5_000)]
    decide(store.manager, case, owner_kind="unchanged", shares=half)
    assert ledger.splits(deal) == [(store.li.user, 3_000_01), (store.wang.user, 3_000_00)]


def test_of_two_departments_the_odd_fen_is_the_earlier_claimants(store, case):
    """D01-P.c3: taken by the company, equal parts to both funds; G-44: who signed gets nothing."""
    other = Team.objects.create(name="市场二部", organisation=make.house(), leader=store.manager.user)
    store.li.user.memberships.update(team=other)
    deal = signed(store, store.wang, commission=8_000_01)
    decide(store.manager, case, owner_kind="company", shares=[(store.team, 5_000), (other, 5_000)])
    assert ledger.splits(deal) == [(other, 4_000_01), (store.team, 4_000_00)]
    assert store.wang.user not in ledger.sums(deal)


def test_who_serves_a_customer_of_the_companys_signs_without_commission(store, case):  # G-44
    decide(store.manager, case, owner_kind="company")
    deal = signed(store, store.zhao, commission=8_000_01, when=TWO)
    assert ledger.sums(deal) == {None: 8_000_01}


def test_thirds_are_thirds_and_not_what_basis_points_make_of_them(store, case):  # G-09
    make.registered(store.zhao, make.at("2025-04-03 10:00"))
    case.refresh_from_db()
    deal = signed(store, store.wang, commission=10_000_00)
    thirds = [(store.li.user, 3_334), (store.wang.user, 3_333), (store.zhao.user, 3_333)]
    decide(store.manager, case, owner_kind="unchanged", shares=thirds)
    assert [fen for _who, fen in ledger.splits(deal)] == [3_333_34, 3_333_33, 3_333_33]


# ── credit ──


def test_a_deal_brings_credit_too_split_like_the_commission(store, case):  # D17-3, D09: 业绩、提成
    deal = signed(store, store.wang, commission=6_000_01)
    decide(store.manager, case, owner_kind="unchanged", shares=[(store.li.user, 3_000), (store.wang.user, 7_000)])
    three, seven = deal.amount_fen * 3 // 10, deal.amount_fen * 7 // 10
    assert ledger.sums(deal, ledger.CREDIT) == {store.li.user: three, store.wang.user: seven}


# ── what becomes of a contract: G-16 ──


def uncontested(store, commission=6_000_01):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    return signed(store, store.li, commission=commission)


def halved(store, case, commission=6_000_01):
    deal = signed(store, store.wang, commission=commission)
    decide(store.manager, case, owner_kind="unchanged", shares=[(store.li.user, 3_000), (store.wang.user, 7_000)])
    return Deal.objects.get(pk=deal.pk)


def test_another_price_is_corrected_with_the_same_percentages(store, case):
    deal = halved(store, case, commission=10_000_00)
    change(store, deal, "price", deal.amount_fen // 2)
    assert ledger.splits(deal)[2:] == [(store.li.user, -1_500_00), (store.wang.user, -3_500_00)]
    accrual, correction = Entry.objects.filter(book="commission", deal=deal).order_by("pk")
    assert (correction.kind, correction.corrects, correction.ruling) == ("correction", accrual, accrual.ruling)
    assert correction.change.reason == "客户换了户型"
    assert sum(ledger.sums(deal, ledger.CREDIT).values()) == deal.amount_fen // 2


def test_a_refund_takes_back_in_proportion_and_a_typed_commission_counts(store, case):
    deal = halved(store, case, commission=10_000_00)
    change(store, deal, "refund", deal.amount_fen // 4)
    assert ledger.sums(deal) == {store.li.user: 2_250_00, store.wang.user: 5_250_00}
    change(store, deal, "refund", 1_00, commission=7_000_00)
    assert ledger.sums(deal) == {store.li.user: 2_100_00, store.wang.user: 4_900_00}


def test_a_cancellation_reverses_everything_that_stands(store, case):
    deal = halved(store, case)
    change(store, deal, "price", deal.amount_fen * 2)
    change(store, deal, "cancel", at=TWO)
    assert (ledger.sums(deal), ledger.sums(deal, ledger.CREDIT)) == ({}, {})
    reversals = Entry.objects.filter(deal=deal, kind="reversal")
    assert {entry.reverses.kind for entry in reversals} == {"accrual", "correction"}
    assert {entry.change.kind for entry in reversals} == {"cancel"}
    deal.refresh_from_db()
    assert (deal.cancelled_at, deal.amount_fen, deal.commission_fen) == (TWO, 0, 0)


def test_while_a_case_is_open_a_change_only_changes_what_is_split_later(store, case):
    deal = signed(store, store.wang, commission=6_000_00)
    change(store, deal, "price", deal.amount_fen * 2)
    assert not Entry.objects.exists()
    decide(store.manager, case, owner_kind="unchanged", shares=[(store.wang.user, 10_000)], at=TWO)
    assert ledger.splits(deal) == [(store.wang.user, 12_000_00)]


def test_a_cancelled_contract_is_none_to_the_policy_and_brings_nobody_anything(store, case):  # G-37
    deal = signed(store, store.wang, commission=6_000_00)
    change(store, deal, "cancel")
    told = propose(case, TWO).file.case["events"]
    assert [event["contract"] for event in told if event["type"] == "cancellation"] == [f"k{deal.pk}"]
    decide(store.manager, case, owner_kind="unchanged", shares=[(store.li.user, 10_000)], at=TWO)
    assert not Entry.objects.exists()


def test_ruled_again_after_a_change_the_present_commission_is_split(store, case):
    deal = halved(store, case, commission=10_000_00)
    change(store, deal, "price", deal.amount_fen // 2)
    arbitration.reopen(here=store.general, case=case, reason="有新证据", at=TWO)
    decide(store.general, case, owner_kind="unchanged", shares=[(store.li.user, 10_000)], at=TWO)
    assert ledger.sums(deal) == {store.li.user: 5_000_00}
    assert Entry.objects.filter(reversed_by=None, kind="correction").count() == 0


def test_what_comes_late_is_booked_in_the_first_open_month(store):
    deal = uncontested(store)
    Period.objects.update_or_create(project=store.project, month="202505", defaults={"closed_at": ONE})
    change(store, deal, "cancel")
    assert set(Entry.objects.filter(kind="reversal").values_list("period", flat=True)) == {"202506"}


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        (("refund", 100_000_00), "refund_too_high", "amount"),
        (("refund", 100_000_01), "refund_too_high", "amount"),
        (("price", 100_000_00), "price_same", "amount"),
        (("price", 5_000_00, 5_000_01), "commission_too_high", "commission"),
        (("refund", 99_999_99, 2), "commission_too_high", "commission"),
    ],
)
def test_what_a_contract_cannot_become_is_refused(store, asked, code, field):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    deal = by_plan(store.li, commission=6_000_00)
    assert refusal(change, store, deal, *asked) == (code, field)
    assert not deal.changes.exists()


def test_a_change_needs_a_reason_and_a_page_that_is_up_to_date(store):
    deal = uncontested(store)
    assert refusal(change, store, deal, "cancel", reason=" ")[0] == "reason_missing"
    assert refusal(change, store, deal, "cancel", seen=(1, 1))[0] == "deal_stale"
    change(store, deal, "cancel", seen=(deal.amount_fen, deal.commission_fen))
    assert refusal(change, store, deal, "price", 5)[0] == "deal_cancelled"
    assert Noted.objects.filter(action="deal.change").count() == 1


# ── Party A: D07, G-29 ──


@pytest.fixture
def shared(estate):
    """40 to 安居, 60 to 恒信 of ¥50,000.01, ruled on 28 April."""
    deal = agencies.closed(estate)
    case = Collision.objects.get()
    shares = [(estate.anju.organisation, 4_000), (estate.hengxin.organisation, 6_000)]
    arbitration.decide_case(
        here=estate.manager, case=case, seen_version=case.version, seen_proposal=propose(case, make.MOMENT).fingerprint,
        decision=Decision(kind=Ruling.Kind.OTHERWISE, reason="按合同第八条", shares=shares), at=make.MOMENT,
    )  # fmt: skip
    return Deal.objects.get(pk=deal.pk)


def pay(estate, deal, fen, slip="FP-1", at=ONE):
    return settle_deal(here=estate.finance, deal=deal, amount_fen=fen, slip=slip, at=at)


def on(kind):
    """What stands on the accounts of a kind."""
    return {
        name: fen
        for name in ("安居公司", "恒信公司")
        if (
            fen := sum(
                line.amount_fen
                for line in ledger.lines()
                if line.account.kind == kind and line.account.holder.name == name
            )
        )
    }


def test_an_agencys_share_is_payable_once_party_a_has_paid_and_in_proportion(estate, shared):
    assert on(Account.Kind.ACCRUED) == {"安居公司": 20_000_00, "恒信公司": 30_000_01}
    pay(estate, shared, 10_000_00)
    assert on(Account.Kind.PAYABLE) == {"安居公司": 4_000_00, "恒信公司": 6_000_00}
    entry = pay(estate, shared, 40_000_01, slip="FP-2")
    assert on(Account.Kind.PAYABLE) == {"安居公司": 20_000_00, "恒信公司": 30_000_01}
    assert on(Account.Kind.ACCRUED) == {}
    assert (entry.kind, entry.source, entry.by, entry.deal) == ("settlement", "FP-2", estate.finance.user, shared)
    assert ledger.balanced()


@pytest.mark.parametrize(
    ("fen", "slip", "code"),
    [(50_000_02, "FP-2", "settled_too_much"), (1, "  ", "slip_missing"), (1, "FP-1", "slip_known")],
)
def test_a_payment_that_cannot_be_is_refused(estate, shared, fen, slip, code):
    pay(estate, shared, 1)
    assert refusal(pay, estate, shared, fen if fen == 1 else fen - 1, slip)[0] == code


def test_a_deal_of_the_house_has_nothing_for_party_a_to_settle(store):
    deal = uncontested(store)
    assert (
        refusal(settle_deal, here=store.finance, deal=deal, amount_fen=1, slip="FP-1", at=ONE)[0] == "nothing_to_settle"
    )


def test_what_was_settled_is_taken_back_only_as_far_as_the_new_share(estate, shared):
    pay(estate, shared, 30_000_00)
    change(estate, shared, "price", shared.amount_fen, commission=20_000_00, at=TWO)
    assert on(Account.Kind.PAYABLE) == {"安居公司": 8_000_00, "恒信公司": 12_000_00}
    assert on(Account.Kind.ACCRUED) == {}


def test_cancelled_after_it_was_settled_both_sides_are_reversed(estate, shared):
    pay(estate, shared, 30_000_00)
    change(estate, shared, "cancel", at=TWO)
    assert (on(Account.Kind.PAYABLE), on(Account.Kind.ACCRUED)) == ({}, {})
    settlement = Entry.objects.get(kind="settlement")
    assert settlement.reversed_by.change.kind == "cancel"


def test_what_party_a_paid_stays_paid_when_it_is_ruled_again(estate, shared):
    pay(estate, shared, 10_000_00)
    case = Collision.objects.get()
    arbitration.reopen(here=estate.general, case=case, reason="有新证据", at=TWO)
    case.refresh_from_db()
    shares = [(estate.anju.organisation, 5_000), (estate.hengxin.organisation, 5_000)]
    arbitration.decide_case(
        here=estate.general, case=case, seen_version=case.version, seen_proposal=propose(case, TWO).fingerprint,
        decision=Decision(kind=Ruling.Kind.OTHERWISE, reason="按合同第八条", shares=shares), at=TWO,
    )  # fmt: skip
    assert on(Account.Kind.PAYABLE) == {"安居公司": 5_000_00, "恒信公司": 5_000_00}
    assert sum(on(Account.Kind.ACCRUED).values()) == 40_000_01
    assert [entry.source for entry in Entry.objects.filter(kind="settlement")] == ["FP-1", "FP-1"]


# ── a case that falls, and what it costs ──


def test_a_deal_that_waited_for_a_case_is_booked_when_the_case_falls(store, case):
    deal = signed(store, store.wang, commission=6_000_00)
    assert not Entry.objects.exists()
    report = Registration.objects.get(by=store.wang.user)
    report_moved.send(sender=Registration, report=report, was=make.customer(), by=store.manager.user, at=ONE)
    assert ledger.splits(deal) == [(store.wang.user, 6_000_00)]


def test_accounts_are_found_or_opened_in_three_queries_however_many(store):
    people = [
        Line(Account.Kind.PAYABLE, 1, key_of(here.user)) for here in (store.li, store.wang, store.zhao, store.sun)
    ]
    entry = {"project": store.project, "book": ledger.CREDIT, "kind": Entry.Kind.REWARD, "at": make.MOMENT}
    for most in (3, 1):
        with CaptureQueriesContext(connection) as asked:
            post(lines=[*people, Line(Account.Kind.COMMISSION, -4)], **entry)
        assert sum('"finance_account"' in row["sql"] for row in asked) == most
