"""撞单统计: what a span came to, counted by the database; who may see it; the same as a file."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arbitration.cases import insight
from arbitration.models import Appeal, Collision, Ruling
from people.models import Team
from tests import make
from trail.models import Entry
from visits.models import Visit

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def opened(store, number, when, *people):
    for here in people or (store.li, store.wang):
        made = make.registered(here, make.at(when), number=number)
    return Collision.objects.get(customer=made.registration.customer)


def ruled(case, by, days, kind="agreed", status="decided"):
    """A ruling so many days after the case opened; `status`: of what had been proposed."""
    proposal = f'{{"counterfactuals":[{{"status":"decided"}}],"status":"{status}"}}'.encode() if status else None
    last = case.rulings.count()
    case.rulings.update(superseded_by=f"CD-{case.pk}-{last}")
    return Ruling.objects.create(
        no=f"CD-{case.pk}-{last}", collision=case, kind=kind, owner_kind="unchanged", shares_to=[], shares_bp=[], reason="写明了",
        by=by.user, at=case.opened_at + days * DAY, proposal_canonical=proposal,
    )  # fmt: skip


def april(store):
    return insight.insight(insight.Span(store.project, date(2025, 4, 1), date(2025, 4, 30)))


def test_cases_are_counted_by_week_trigger_and_team(store):
    make.person("gao", "高翔", "agent", store.project, organisation=make.agency("安居公司"))
    store.sun.user.memberships.update(team=Team.objects.create(name="市场二部", organisation=make.house()))
    opened(store, make.PHONE, "2025-04-06 23:59")  # a Sunday
    opened(store, "13800000001", "2025-04-07 00:00", store.li, store.sun)
    visited = opened(store, "13800000002", "2025-04-30 23:59")
    Collision.objects.filter(pk=visited.pk).update(trigger="visit")
    moot = opened(store, "13800000003", "2025-04-08 10:00")
    Collision.objects.filter(pk=moot.pk).update(state="moot")
    opened(store, "13800000004", "2025-05-01 00:00")
    told = april(store)
    assert told.weekly == [
        ("2025-03-31", 1),
        ("2025-04-07", 1),
        ("2025-04-14", 0),
        ("2025-04-21", 0),
        ("2025-04-28", 1),
    ]
    assert told.triggers == [("重复报备", 2), ("到访不一致", 1)]
    assert told.teams == [("市场一部", 3), ("市场二部", 1)]
    assert told.cases == 3


def test_time_to_ruling_is_of_first_rulings_in_the_span(store):
    for n, days in enumerate((1, 2, 3, 10)):
        ruled(opened(store, f"1380000000{n}", "2025-04-02 10:00"), store.manager, days)
    again = Collision.objects.order_by("pk").first()
    ruled(again, store.general, 20)  # ruled anew
    ruled(opened(store, "13800000009", "2025-04-20 10:00"), store.manager, 30)  # in May
    told = april(store)
    assert (told.ruled, told.median, told.p90) == (4, 2.5, 7.9)


def test_a_span_without_rulings_has_no_times(store):
    told = april(store)
    assert (told.ruled, told.median, told.p90, told.managers, told.appeals) == (0, None, None, [], [])


def test_overruled_are_those_that_had_a_proposal_whatever_stands_in_its_what_ifs(store):
    cases = [opened(store, f"1380000000{n}", "2025-04-02 10:00") for n in range(5)]
    ruled(cases[0], store.manager, 1)
    ruled(cases[1], store.manager, 1, "otherwise")
    ruled(cases[2], store.manager, 1, "otherwise", "needs_evidence")
    ruled(cases[3], store.manager, 1, "otherwise", "")
    ruled(cases[4], store.general, 1)
    told = april(store).managers
    assert [(m.name, m.rulings, m.proposed, m.otherwise, m.share) for m in told] == [
        ("何静", 4, 2, 1, 50.0),
        ("陈光", 1, 1, 0, 0.0),
    ]


@pytest.mark.parametrize(
    ("proposed", "otherwise", "watch"),
    [
        (100, 1, "unread"),
        (100, 2, ""),
        (100, 30, ""),
        (100, 31, "contrary"),
        (19, 0, ""),
        (20, 0, "unread"),
        (0, 0, ""),
    ],
)
def test_a_share_below_two_or_above_thirty_per_cent_is_to_be_watched(proposed, otherwise, watch):
    assert insight.Manager("何静", proposed, proposed, otherwise).watch == watch


def test_appeals_and_late_entries_are_counted(store):
    ruling = ruled(opened(store, make.PHONE, "2025-04-02 10:00"), store.manager, 1)
    for here in (store.li, store.wang):
        Appeal.objects.create(
            no=f"SS-{here.user.pk}", ruling=ruling, by=here.user, reason="不服", at=make.at("2025-04-05 10:00")
        )
    make.arrived(store, make.at("2025-04-09 10:00"))
    Visit.objects.update(registered="late")
    make.registered(store.zhao, make.at("2025-04-10 10:00"))  # after the customer came
    told = april(store)
    assert (told.appeals, told.appealed, told.late_visits, told.late_reports) == ([("待处理", 2)], 1, 1, 1)
    assert dict(told.late_weekly)["2025-04-07"] == 1


def test_another_projects_cases_are_none_of_its_numbers(store, estate):
    make.registered(estate.anju, make.at("2025-04-02 10:00"))
    make.registered(estate.hengxin, make.at("2025-04-02 11:00"))
    assert (april(store).cases, april(estate).cases) == (0, 1)
    assert april(estate).teams == [("安居公司", 1), ("恒信公司", 1)]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, 84),
        (date(2025, 5, 1), date(2025, 4, 1), 84),
        (date(2000, 1, 1), date(2025, 4, 1), 743),
        (date(2025, 4, 1), None, 28),
    ],
)
def test_the_span_is_twelve_weeks_unless_asked_and_two_years_at_most(store, first, last, days):
    found = insight.span(store.project, first, last, make.MOMENT)
    assert (found.last - found.first).days + 1 == days


def test_the_number_of_queries_does_not_grow(store):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            april(store)
        return len(asked)

    ruled(opened(store, make.PHONE, "2025-04-02 10:00"), store.manager, 1)
    few = queries()
    for n in range(4):
        ruled(opened(store, f"1380000000{n}", f"2025-04-1{n} 10:00"), store.general, 1)
    assert queries() == few <= 10


def test_the_page_says_it_in_words_and_a_table_beside_each_plot(store, signed_in, at_noon):
    ruled(opened(store, make.PHONE, "2025-04-02 10:00"), store.manager, 1, "otherwise")
    page = signed_in(store.manager).get("/cases/insight?since=2025-04-01&until=2025-04-30").content.decode()
    assert "中位数 1.0 天" in page
    assert page.count("<svg") == page.count("<details>") == 4
    assert "100.0%" in page
    assert signed_in(store.li).get("/cases/insight").status_code == 404
    assert signed_in(store.manager).get("/cases/insight?since=yesterday&until=%00").status_code == 200


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_numbers_are_exported_and_that_is_on_record(store, signed_in, at_noon, form):
    ruled(opened(store, make.PHONE, "2025-04-02 10:00"), store.manager, 1)
    body = make.read(
        make.proven(signed_in(store.manager)).get(f"/cases/insight.{form}?since=2025-04-01&until=2025-04-30")
    )
    if form == "csv":
        assert '"改判率（%）","何静","0","0/1"' in body.decode()
    assert Entry.objects.get(action="insight.export").detail["form"] == form
