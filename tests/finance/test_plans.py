"""Commission plans: which one counts on a day, and what a plan cannot be."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given
from hypothesis import strategies as st

from finance import plans, services
from finance.models import CommissionPlan
from people.models import Membership
from tests import make
from trail.refusals import Refusal

TODAY = make.MOMENT.date()
JANUARY = date(2025, 1, 1)


def add(project, by, rate=250, since=JANUARY, **more):
    return services.add_plan(project=project, rate_bp=rate, since=since, by=by.user, at=make.MOMENT, **more)


# ── choosing ──


@dataclass(frozen=True)
class Plan:
    organisation_id: int | None
    role: str
    product: str
    since: date
    until: date | None


DAYS = st.integers(0, 12).map(lambda n: JANUARY + timedelta(days=n))
FOR_WHOM = st.sampled_from([(None, ""), (None, "salesperson"), (None, "agent"), (1, ""), (2, "")])


def of_whom(whom, product, since, days):
    return Plan(*whom, product, since, since + timedelta(days=days) if days else None)


def without_overlaps(drawn):
    """Of plans for the same people and product none that counts on a day of an earlier one, as the services keep them."""
    kept = []
    for plan in drawn:
        ours = [p for p in kept if plans.same_matter(p) == plans.same_matter(plan)]
        if all((p.until or date.max) <= plan.since or (plan.until or date.max) <= p.since for p in ours):
            kept.append(plan)
    return kept


PRODUCTS, ROLES = st.sampled_from(["", "厨房"]), st.sampled_from([None, "salesperson", "agent"])
PLAN = st.builds(of_whom, FOR_WHOM, PRODUCTS, DAYS, st.integers(0, 6))
SETS = st.lists(PLAN, max_size=6).map(without_overlaps)


@given(SETS, DAYS, st.sampled_from([None, 1, 2]), ROLES, PRODUCTS)
def test_at_most_one_plan_counts_and_none_that_fits_is_more_particular(known, on, organisation, role, product):
    found = plans.choose(known, on=on, organisation=organisation, role=role, product=product)
    fitting = [
        p for p in known
        if p.since <= on and (p.until is None or on < p.until)
        and p.organisation_id in (None, organisation) and p.role in ("", role) and p.product in ("", product)
    ]  # fmt: skip
    assert (found is None) == (not fitting)
    if found:
        assert found in fitting

        def rank(p):
            return (2 if p.organisation_id else 1 if p.role else 0, 1 if p.product else 0)

        assert [p for p in fitting if rank(p) >= rank(found)] == [found]
        again = plans.choose(list(reversed(known)), on=on, organisation=organisation, role=role, product=product)
        assert again is found


@given(DAYS, st.integers(1, 5))
def test_the_first_day_counts_and_the_day_of_the_end_does_not(since, days):
    plan = Plan(None, "", "", since, since + timedelta(days=days))
    counted = [d for d in (since + timedelta(days=n) for n in range(-1, days + 2)) if plans.holds(plan, d)]
    assert counted == [since + timedelta(days=n) for n in range(days)]


@given(st.integers(1, 10**12), st.integers(0, 10_000))
def test_what_is_due_is_within_half_a_fen_and_a_half_goes_up(amount, rate):
    exact = Fraction(amount * rate, 10_000)
    assert Fraction(-1, 2) < plans.due_fen(amount, rate) - exact <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "bp"),
    [("2.5", 250), ("2.5%", 250), (" ２．５％ ", 250), ("0.01", 1), ("100", 10_000), ("0", 0), ("3.00 %", 300)],
)
def test_rates_are_read_as_people_write_them(text, bp):
    assert plans.read_rate(text, field="rate") == bp


@pytest.mark.parametrize("text", ["", "abc", "2.555", "-1", "100.01", "1e1", "250%", "2,5", "%", "٣"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(Refusal) as refused:
        plans.read_rate(text, field="rate")
    assert refused.value.field == "rate"


@pytest.mark.django_db
class TestPlans:
    """Plans as rows."""

    def test_the_most_particular_plan_of_the_day_is_found(self, estate):
        everybody = add(estate.project, estate.general, 100)
        agents = add(estate.project, estate.general, 200, role="agent")
        anju = add(estate.project, estate.general, 300, organisation=estate.anju.organisation, since=date(2025, 4, 1))
        kitchen = add(estate.project, estate.general, 400, organisation=estate.anju.organisation, product=" 厨房  柜 ")
        assert kitchen.product == "厨房 柜"

        def found(day, **whom):
            return plans.plan_for(estate.project, day, **whom)

        agency = {"organisation": estate.anju.organisation, "role": "agent"}
        assert found(date(2025, 4, 1), **agency) == anju
        assert found(date(2025, 3, 31), **agency) == agents
        assert found(date(2025, 3, 31), **agency, product="厨房 柜") == kitchen
        assert found(date(2025, 4, 1), organisation=estate.hengxin.organisation, role="agent") == agents
        assert found(date(2025, 4, 1), role="salesperson") == everybody
        assert found(date(2024, 12, 31), role="salesperson") is None

    @pytest.mark.parametrize(
        ("since", "until"),
        [
            ("2025-03-01", None), ("2025-02-01", "2025-03-02"), ("2025-03-31", "2025-04-02"), ("2025-03-10", "2025-03-11"),
            ("2024-01-01", None),
        ],
    )  # fmt: skip
    def test_an_overlap_is_refused_and_the_other_is_named(self, store, since, until):
        add(store.project, store.finance, since=date(2025, 3, 1), until=date(2025, 4, 1), role="salesperson")
        with pytest.raises(Refusal) as refused:
            add(
                store.project, store.finance, since=date.fromisoformat(since), role="salesperson",
                until=date.fromisoformat(until) if until else None,
            )  # fmt: skip
        assert "业务员 2.5%，2025年3月1日 到 2025年4月1日 前" in str(refused.value.sentence)
        assert CommissionPlan.objects.count() == 1

    def test_days_that_touch_and_other_people_or_products_are_no_overlap(self, store, estate):
        add(store.project, store.finance, since=date(2025, 3, 1), until=date(2025, 4, 1))
        add(store.project, store.finance, since=date(2025, 4, 1))
        add(store.project, store.finance, until=date(2025, 3, 1))
        add(store.project, store.finance, role="salesperson")
        add(store.project, store.finance, product="厨房")
        add(store.project, store.finance, organisation=estate.anju.organisation)
        add(estate.project, estate.finance)
        assert CommissionPlan.objects.count() == 7

    def test_the_database_itself_keeps_one_open_plan(self, store):
        add(store.project, store.finance)
        with pytest.raises(IntegrityError, match="plan_one_open"), transaction.atomic():
            CommissionPlan.objects.create(project=store.project, rate_bp=1, since=TODAY)

    def test_a_plan_that_ends_before_it_begins_is_refused(self, store):
        with pytest.raises(Refusal, match="plan_ends_first"):
            add(store.project, store.finance, until=JANUARY)

    def test_a_change_ends_the_old_rate_and_begins_the_new_one(self, store):
        old = add(store.project, store.finance, until=date(2025, 12, 1))
        new = services.change_plan(plan=old, rate_bp=300, since=date(2025, 5, 1), by=store.finance.user, at=make.MOMENT)
        old.refresh_from_db()
        assert (old.rate_bp, old.since, old.until) == (250, JANUARY, date(2025, 5, 1))
        assert (new.rate_bp, new.since, new.until) == (300, date(2025, 5, 1), date(2025, 12, 1))

    def test_what_has_counted_cannot_be_changed(self, store):
        plan = add(store.project, store.finance)
        yesterday = TODAY - timedelta(days=1)
        with pytest.raises(Refusal) as ended:
            services.end_plan(plan=plan, until=yesterday, by=store.finance.user, at=make.MOMENT)
        with pytest.raises(Refusal) as changed:
            services.change_plan(plan=plan, rate_bp=1, since=yesterday, by=store.finance.user, at=make.MOMENT)
        assert (ended.value.field, changed.value.field) == ("until", "since")
        services.end_plan(plan=plan, until=TODAY, by=store.finance.user, at=make.MOMENT)
        assert not plans.holds(CommissionPlan.objects.get(), TODAY)

    def test_today_is_the_project_s_today(self, store):
        plan = add(store.project, store.finance)
        just_after_midnight = make.at("2025-04-29 00:10")  # in UTC still the 28th
        with pytest.raises(Refusal, match="plan_in_past"):
            services.end_plan(plan=plan, until=date(2025, 4, 28), by=store.finance.user, at=just_after_midnight)

    def test_a_plan_that_has_not_begun_can_be_taken_back(self, store):
        later = add(store.project, store.finance, since=date(2025, 6, 1))
        assert services.end_plan(plan=later, until=date(2025, 6, 1), by=store.finance.user, at=make.MOMENT) is None
        assert not CommissionPlan.objects.exists()
        with pytest.raises(Refusal, match="plan_gone"):
            services.end_plan(plan=later, until=date(2025, 6, 1), by=store.finance.user, at=make.MOMENT)

    def test_an_end_is_never_put_off(self, store):
        plan = add(store.project, store.finance, until=date(2025, 6, 1))
        with pytest.raises(Refusal, match="plan_ended"):
            services.end_plan(plan=plan, until=date(2025, 7, 1), by=store.finance.user, at=make.MOMENT)

    def test_the_same_rate_again_is_no_change(self, store):
        plan = add(store.project, store.finance)
        with pytest.raises(Refusal, match="plan_same_rate"):
            services.change_plan(plan=plan, rate_bp=250, since=TODAY, by=store.finance.user, at=make.MOMENT)

    def test_days_without_a_plan_are_told(self, store):
        first = add(store.project, store.finance, until=date(2025, 2, 1))
        second = add(store.project, store.finance, since=date(2025, 2, 10), until=date(2025, 3, 1))
        third = add(store.project, store.finance, since=date(2025, 3, 1), until=date(2025, 12, 1))
        open_ = add(store.project, store.finance, role="salesperson")
        assert list(plans.holes([third, open_, first, second])) == [(first, date(2025, 2, 10)), (third, None)]

    def test_an_agency_with_a_plan_is_not_deleted(self, estate):
        add(estate.project, estate.finance, organisation=estate.anju.organisation)
        Membership.objects.filter(organisation=estate.anju.organisation).delete()
        with pytest.raises(ProtectedError):
            estate.anju.organisation.delete()
