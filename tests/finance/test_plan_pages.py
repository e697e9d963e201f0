"""设置 → 提成方案 as people use it, and the commissions that differ from their plan."""

from datetime import date
from uuid import uuid4

import pytest

from finance.models import CommissionPlan
from finance.reads import off_plan
from leads.services import sign_deal
from people.models import Membership
from tests import make
from tests.finance.test_plans import add
from trail.models import Entry


def send(client, url, **given_):
    return client.post(url, {"key": str(uuid4()), **given_})


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
class TestPages:
    """设置 → 提成方案."""

    def test_a_plan_is_added_once_however_often_the_button_is_pressed(self, store, signed_in):
        form = {"who": "role:salesperson", "rate": "2.5%", "since": "2025-04-01", "key": str(uuid4())}
        client = signed_in(store.finance)
        for _tap in range(2):
            assert client.post("/settings/plans", form).status_code == 302
        plan = CommissionPlan.objects.get()
        assert (plan.role, plan.rate_bp, plan.since, plan.until) == ("salesperson", 250, date(2025, 4, 1), None)
        shown = client.get("/settings/plans").content.decode()
        assert "2.5%" in shown
        assert "现在算" in shown
        entry = Entry.objects.get(action="plan.add")
        assert (entry.actor, entry.at) == (str(store.finance.user.pk), make.MOMENT)

    def test_plans_stand_under_now_later_and_past_with_the_gaps_between(self, store, signed_in):
        add(store.project, store.finance, until=date(2025, 2, 1))
        add(store.project, store.finance, 300, since=date(2025, 3, 1), until=date(2025, 5, 1))
        add(store.project, store.finance, 350, since=date(2025, 5, 1))
        shown = signed_in(store.finance).get("/settings/plans")
        groups = {title: [plan.rate_bp for plan, _who in rows] for title, rows in shown.context["groups"]}
        assert groups == {"现在算": [300], "以后算": [350], "以前算过": [250]}
        assert "2025年2月1日 起，到 2025年3月1日 前" in shown.content.decode()

    @pytest.mark.parametrize(
        ("field", "sent", "sentence"),
        [
            ("rate", "2.555", "比例写成百分数，最多两位小数，比如 2.5%"), ("rate", "101", "比例不能超过 100%"), ("rate", "", "这一项要填"),
            ("since", "2025-02-30", "日期写成 2025-05-01"), ("since", "", "这一项要填"), ("until", "2025-03-01", "结束日要晚于开始日"),
            ("who", "agency:999", "选列出来的一个"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said_at_its_field_and_stays_there(self, store, signed_in, field, sent, sentence):
        form = {"rate": "2.5", "since": "2025-04-01"} | {field: sent}
        answer = send(signed_in(store.finance), "/settings/plans", **form)
        assert answer.status_code == 422
        assert answer.context["form"].errors[field] == [sentence]
        assert answer.context["form"][field].value() == sent
        assert not CommissionPlan.objects.exists()

    def test_an_overlap_is_a_sentence_on_the_page(self, store, signed_in):
        add(store.project, store.finance)
        answer = send(signed_in(store.finance), "/settings/plans", rate="3", since="2025-05-01")
        assert answer.status_code == 409
        assert "和已有的「所有人 2.5%，2025年1月1日 起」重叠" in answer.content.decode()

    def test_a_plan_is_changed_and_ended_on_its_page(self, store, signed_in):
        plan, client = add(store.project, store.finance), signed_in(store.general)
        assert client.get(f"/settings/plans/{plan.pk}").status_code == 200
        assert send(client, f"/settings/plans/{plan.pk}/change", rate="3", since="2025-05-01").status_code == 302
        new = CommissionPlan.objects.get(until__isnull=True)
        assert send(client, f"/settings/plans/{new.pk}/end", until="2025-06-01").status_code == 302
        assert [(p.rate_bp, p.until) for p in CommissionPlan.objects.order_by("since")] == [
            (250, date(2025, 5, 1)), (300, date(2025, 6, 1)),
        ]  # fmt: skip
        refused = send(client, f"/settings/plans/{new.pk}/end", until="2025-04-01")
        assert refused.status_code == 422
        assert "已经过去的日子不能改" in refused.content.decode()

    def test_taking_back_twice_leads_to_the_list(self, store, signed_in):
        plan, client = add(store.project, store.finance, since=date(2025, 6, 1)), signed_in(store.finance)
        form = {"until": "2025-06-01", "key": str(uuid4())}
        for _tap in range(2):
            assert client.post(f"/settings/plans/{plan.pk}/end", form).url == "/settings/plans"
        assert not CommissionPlan.objects.exists()

    def test_a_plan_that_is_over_offers_nothing_more(self, store, signed_in):
        plan = add(store.project, store.finance, until=date(2025, 2, 1))
        shown = signed_in(store.finance).get(f"/settings/plans/{plan.pk}").content.decode()
        assert "它已经结束" in shown
        assert "/change" not in shown

    def test_the_plans_of_another_project_are_not_found(self, store, estate, signed_in):
        plan = add(store.project, store.finance)
        client = signed_in(estate.finance)
        assert client.get(f"/settings/plans/{plan.pk}").status_code == 404
        assert send(client, f"/settings/plans/{plan.pk}/end", until="2025-06-01").status_code == 404


def contract(here, amount, commission, when="2025-04-20 10:00", number=make.PHONE):
    make.registered(here, make.at("2025-04-02 10:00"), number=number, company=here.organisation.name)
    return sign_deal(
        here=here, customer=make.customer(number), closer=here.user, amount_fen=amount, commission_fen=commission, designer=None,
        term_months=None, at=make.at(when),
    )  # fmt: skip


@pytest.mark.django_db
class TestCommissionsOffPlan:
    """The settlement page points out a commission that was typed otherwise than its plan comes to."""

    def test_a_commission_that_differs_is_shown_with_what_it_should_be(self, store, signed_in):
        add(store.project, store.finance, role="salesperson")
        contract(store.li, 100_000_01, 2_500_00)
        wrong = contract(store.wang, 100_000_00, 25_000_00, number="13912340001")
        (row,) = off_plan(store.project, "202504")
        assert (row.deal, row.due_fen) == (wrong, 2_500_00)
        shown = signed_in(store.finance).get("/period/202504").content.decode()
        assert "按方案 2.5% 应为 ¥2,500.00" in shown
        assert "1 笔佣金和提成方案不一致" in shown

    def test_the_agency_s_own_plan_counts_for_its_agents(self, estate):
        add(estate.project, estate.finance, 100, role="agent")
        add(estate.project, estate.finance, 300, organisation=estate.anju.organisation)
        contract(estate.anju, 1_000_00, 30_00)
        contract(estate.hengxin, 1_000_00, 30_00, number="13912340001")
        (row,) = off_plan(estate.project, "202504")
        assert (row.deal.closer, row.due_fen) == (estate.hengxin.user, 10_00)

    def test_the_plan_is_that_of_the_local_day_of_signing(self, store):
        add(store.project, store.finance, 100, until=date(2025, 4, 21))
        add(store.project, store.finance, 200, since=date(2025, 4, 21))
        contract(store.li, 1_000_00, 10_00, when="2025-04-20 23:59")
        contract(store.wang, 1_000_00, 10_00, when="2025-04-21 00:00", number="13912340001")
        assert [row.due_fen for row in off_plan(store.project, "202504")] == [20_00]

    def test_of_several_roles_the_selling_one_counts(self, store):
        Membership.objects.create(
            user=store.li.user, project=store.project, role="designer", organisation=store.li.organisation,
            since=make.at("2023-01-01 00:00"),
        )  # fmt: skip
        add(store.project, store.finance, 100, role="salesperson")
        contract(store.li, 1_000_00, 11_00)
        assert [row.due_fen for row in off_plan(store.project, "202504")] == [10_00]

    def test_without_a_plan_nothing_is_said_and_other_months_are_left_alone(self, store):
        contract(store.li, 1_000_00, 999_00)
        assert off_plan(store.project, "202504") == []
        add(store.project, store.finance)
        assert off_plan(store.project, "202503") == []
        assert len(off_plan(store.project, "202504")) == 1

    def test_it_asks_three_times_however_many_there_are(self, store, django_assert_num_queries):
        add(store.project, store.finance)
        for i, here in enumerate((store.li, store.wang, store.zhao, store.sun)):
            contract(here, 1_000_00, 1_00, number=f"1391234100{i}")
        with django_assert_num_queries(3):
            assert len(off_plan(store.project, "202504")) == 4
