"""Deciding on the pages: who is shown what they can do, what is checked before signing, and nothing typed is lost."""

import pytest

from arbitration import services
from arbitration.cases.reads import ruled_by
from arbitration.models import Collision, Ruling
from tests import exports, ledger, make
from tests.arbitration.test_collisions import signed
from tests.arbitration.test_rulings import decide, to_wang
from trail import clock
from trail.models import Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    """李强 reported first, 王芳 next, and the customer came asking for 王芳."""
    return contested(store, store.wang)


@pytest.fixture
def between_teams(store):
    """李强 of the manager's team against somebody of none."""
    return contested(store, make.person("tang", "唐宇", "salesperson", store.project))


def contested(store, second, number=make.PHONE):
    make.registered(store.li, make.at("2025-04-01 10:00"), number=number)
    make.registered(second, make.at("2025-04-02 10:00"), number=number)
    make.arrived(store, make.at("2025-04-10 10:00"), number=number, asked_for=second.user)
    return Collision.objects.get(customer=make.customer(number))


def given(case, kind="otherwise", **more):
    return {
        "version": case.version,
        "kind": kind,
        "reason": "我写的理由",
        "password": make.PASSWORD,
        "checked": "on",
        "unheard": "on",
        **more,
    }


def to_li(store, case, **more):
    return given(case, owner=store.li.user.pk, **more)


def post(client, case, what, form):
    return client.post(f"/cases/{case.no}/{what}", form)


# who may not rule can still pass it up


def test_the_recused_are_shown_one_button_and_it_works(store, between_teams, signed_in):
    client = signed_in(store.manager)
    page = client.get(f"/cases/{between_teams.no}").content.decode()
    assert "直属领导" in page
    assert page.count("报给总经理</button>") == 1
    assert 'name="owner"' not in page
    checked = post(client, between_teams, "check", given(between_teams, "escalate")).content.decode()
    assert "你要回避：只能上报" in checked
    assert "没有利益冲突" not in checked
    signed_ = client.post(f"/cases/{between_teams.no}/sign", given(between_teams, "escalate"), follow=True)
    assert "已上报总经理" in signed_.content.decode()
    assert "已签字生效" not in signed_.content.decode()
    between_teams.refresh_from_db()
    assert between_teams.with_general_manager


@pytest.mark.parametrize("kind", ["agreed", "otherwise", "evidence"])
def test_the_recused_can_do_nothing_else(store, between_teams, signed_in, kind):
    form = given(between_teams, kind, owner=store.li.user.pk, evidence_due="2025-05-05")
    for step in ("check", "sign"):
        page = post(signed_in(store.manager), between_teams, step, form)
        assert page.status_code in (403, 409)
        assert "我写的理由" in page.content.decode()
    assert not Ruling.objects.exists()


def test_what_was_passed_up_cannot_be_passed_up_again_by_the_recused(store, between_teams, signed_in):
    decide(store.manager, between_teams, services.ESCALATE)
    page = signed_in(store.manager).get(f"/cases/{between_teams.no}").content.decode()
    assert "报给总经理</button>" not in page
    with pytest.raises(Refusal) as refused:
        decide(store.manager, between_teams, services.ESCALATE)
    assert refused.value.code == "recused"


# the queue


TABS = ("todo", "others", "evidence", "ruled")


def listed(client, tab):
    page = client.get(f"/cases?tab={tab}")
    counts = {url.partition("tab=")[2]: n for url, _label, n in page.context["tabs"]}
    return [row.no for row in page.context["page"]], {name: counts[name] for name in TABS}


def test_the_queue_lists_what_this_person_can_act_on_and_the_rest_apart(store, case, signed_in):
    tang = make.person("tang", "唐宇", "salesperson", store.project)
    other = contested(store, tang, "13900000002")
    up = contested(store, store.zhao, "13900000003")
    decide(store.manager, up, services.ESCALATE)
    boss, general = signed_in(store.manager), signed_in(store.general)
    assert listed(boss, "todo") == ([case.no, other.no], {"todo": 2, "others": 1, "evidence": 0, "ruled": 0})
    assert listed(boss, "others")[0] == [up.no]
    assert boss.get("/cases").content.decode().count("要回避，只能上报") == 1
    assert listed(general, "todo")[1] == {"todo": 3, "others": 0, "evidence": 0, "ruled": 0}


def test_of_ones_own_case_nobody_is_told_that_it_waits_for_them(store, case, signed_in):
    here = make.person("li", "李强", "general_manager", store.project)
    assert listed(signed_in(here), "todo")[1] == {"todo": 0, "others": 1, "evidence": 0, "ruled": 0}


def test_who_only_puts_on_record_finds_all_that_still_take_evidence(store, case, signed_in):
    here = make.person("bai", "白桦", "counterpart", store.project)
    decide(store.manager, case, services.ESCALATE)
    assert listed(signed_in(here), "todo") == ([case.no], {"todo": 1, "others": 0, "evidence": 0, "ruled": 0})


def test_evidence_that_did_not_come_in_time_makes_the_case_due_again(store, case, signed_in):
    decide(store.manager, case, services.EVIDENCE, evidence_due=make.at("2025-05-05 18:00"))
    client = signed_in(store.manager)
    assert listed(client, "evidence")[0] == [case.no]
    with clock.standing_at(make.at("2025-05-05 18:00")):
        rows, counts = listed(client, "todo")
        assert (rows, counts["evidence"]) == ([case.no], 0)
        for url in ("/cases", f"/cases/{case.no}"):
            text = client.get(url).content.decode()
            assert "举证期满" in text
            assert "2025-05-05 18:00" in text


# before signing


def test_a_time_for_evidence_that_is_over_is_refused(store, case, signed_in):
    client = signed_in(store.manager)
    for step in ("check", "sign"):
        page = post(client, case, step, given(case, "evidence", evidence_due="2025-04-27"))
        assert page.status_code == 422
        assert "补证据的截止时间已经过了" in page.content.decode()
    case.refresh_from_db()
    assert case.state == "open"
    assert (
        "2025-04-29 18:00"
        in post(client, case, "check", given(case, "evidence", evidence_due="2025-04-29")).content.decode()
    )


def test_asking_for_evidence_is_not_called_a_ruling(store, case, signed_in):
    form = given(case, "evidence", evidence_due="2025-05-05")
    page = signed_in(store.manager).post(f"/cases/{case.no}/sign", form, follow=True).content.decode()
    assert "已要求各方补证据" in page
    assert "已签字生效" not in page


def test_going_back_from_the_check_page_keeps_everything(store, case, signed_in):
    client = signed_in(store.manager)
    share = f"share_{store.li.user.pk}"
    form = to_li(
        store,
        case,
        **{share: "100", "sanction_to": store.wang.user.pk, "sanction_kind": "warning", "sanction_reason": "抢单"},
    )
    page = post(client, case, "check", form)
    hidden = {field.name: field.value() for field in page.context["decision_form"] if field.value()}
    assert 'name="back"' in page.content.decode()
    back = post(client, case, "check", {**hidden, "back": "1", "password": ""})
    assert back.status_code == 200
    text = back.content.decode()
    chosen = (f'<option value="{store.li.user.pk}" selected>', '<option value="warning" selected>')
    for kept in ("我写的理由", 'value="100"', 'value="抢单"', *chosen):
        assert kept in text
    assert not Ruling.objects.exists()


def test_blank_shares_are_checked_as_they_will_be_booked(store, case, signed_in):
    signed(store, store.wang, commission=6_000_01)
    case.refresh_from_db()
    client = signed_in(store.manager)
    page = post(client, case, "check", to_li(store, case))
    assert [(row["name"], row["bp"], row["fen"]) for row in page.context["money"]] == [("李强", 10_000, 6_000_01)]
    assert "¥6,000.01" in page.content.decode()
    assert post(client, case, "sign", to_li(store, case)).status_code == 302
    (line,) = ledger.lines()
    assert (line.account.holder, line.share_bp, line.amount_fen) == (store.li.user, 10_000, 6_000_01)


def test_blank_shares_of_a_customer_who_stays_where_they_are_go_to_who_signed(store, case, signed_in):
    client = signed_in(store.manager)
    assert "佣金归签单人" in post(client, case, "check", given(case, owner="unchanged")).content.decode()
    signed(store, store.wang, commission=6_000_01)
    case.refresh_from_db()
    page = post(client, case, "check", given(case, owner="unchanged"))
    assert [(row["name"], row["fen"]) for row in page.context["money"]] == [("王芳", 6_000_01)]


def test_sanctions_are_called_by_their_names(store, case, signed_in):
    fine = {
        "sanction_to": store.wang.user.pk,
        "sanction_kind": "fine",
        "sanction_amount": "4800",
        "sanction_reason": "抢单",
    }
    text = post(signed_in(store.manager), case, "check", to_li(store, case, **fine)).content.decode()
    assert "王芳 · 罚款（只记录，不扣款） ¥4,800.00 · 抢单" in text


@pytest.mark.parametrize(("kind", "due"), [(services.EVIDENCE, make.at("2025-05-05 18:00")), (services.ESCALATE, None)])
def test_why_evidence_is_asked_for_or_a_case_passed_up_every_party_reads(store, case, signed_in, kind, due):
    decide(store.manager, case, kind, reason="两边说法对不上", evidence_due=due)
    services.state_case(here=store.wang, case=case, text="只给主管看的", at=make.MOMENT)
    for here in (store.li, store.wang, store.general):
        text = signed_in(here).get(f"/cases/{case.no}").content.decode()
        assert "何静说明 · 两边说法对不上" in text
    assert "只给主管看的" not in signed_in(store.li).get(f"/cases/{case.no}").content.decode()


# after it was ruled


def test_of_two_windows_the_second_finds_its_reason_again(store, case, signed_in):
    form = to_li(store, case)
    decide(store.general, case, **to_wang(store))
    for step in ("check", "sign"):
        page = post(signed_in(store.manager), case, step, form)
        text = page.content.decode()
        assert page.status_code == 409
        assert "你写的理由还在" in text
        assert "readonly>我写的理由</textarea>" in text


def test_a_statement_that_came_too_late_is_not_lost_either(store, case, signed_in):
    decide(store.general, case, **to_wang(store))
    page = signed_in(store.li).post(f"/cases/{case.no}/statement", {"text": "我三月就联系过"})
    assert page.status_code == 409
    assert "readonly>我三月就联系过</textarea>" in page.content.decode()


def test_what_was_overruled_is_nowhere_given_as_the_ground(store, case, signed_in):
    signed(store, store.wang, commission=6_000_01, when=make.at("2025-04-20 10:00"))
    ruling = decide(store.manager, case, reason="=王芳跟得更紧", **to_wang(store))
    assert (ruling.rules, ledger.lines()[0].entry.clauses) == ([], "")
    page = signed_in(store.manager).get(f"/cases/{case.no}").content.decode()
    month = signed_in(store.finance).get("/period/202504").content.decode()
    export = exports.fetched(make.proven(signed_in(store.finance))).decode()
    for text in (page, month, export):
        assert "D09-5a" not in text
        assert "改判" in text
        assert "=王芳跟得更紧" in text


def test_an_old_ruling_that_kept_the_overruled_clauses_does_not_show_them(store, case):
    ruling = decide(store.manager, case, **to_wang(store))
    ruling.rules = ["D09-5a"]
    assert ruled_by(ruling) == []


def test_what_was_asked_of_people_is_done_when_the_case_is_ruled(store, case, signed_in):
    decide(store.manager, case, services.EVIDENCE, evidence_due=make.at("2025-05-05 18:00"))
    asked = Message.objects.filter(kind="collision.evidence")
    services.state_case(here=store.li, case=case, text="我三月就联系过", at=make.MOMENT)
    assert list(asked.filter(done_at=None).values_list("to", flat=True)) == [str(store.wang.user.pk)]
    decide(store.manager, case, services.ESCALATE)
    decide(store.general, case, **to_wang(store))
    assert not Message.objects.filter(to_do=True, done_at=None, link=f"/cases/{case.no}").exists()
    page = signed_in(store.wang).get("/inbox").content.decode()
    assert "已办" in page


def test_the_reasoning_names_events_and_no_ids(store, case, signed_in):
    text = signed_in(store.manager).get(f"/cases/{case.no}").context["told"]["text"]
    report = store.li.user.registrations.get()
    assert f"r{report.pk}" not in text
    assert "报备 2025-04-01 10:00" in text
    assert "T10:00" not in text


def test_a_deal_signed_after_the_ruling_is_at_stake_too(store, case, signed_in):
    decide(store.manager, case, **to_wang(store))
    signed(store, store.wang, commission=4_800_00)
    assert "¥4,800.00" in signed_in(store.manager).get(f"/cases/{case.no}").content.decode()


def test_without_a_policy_nothing_is_said_of_what_would_change_it(estate, signed_in):
    make.registered(estate.xu, make.at("2025-04-01 10:00"))
    make.registered(estate.anju, make.at("2025-04-02 10:00"))
    text = signed_in(estate.general).get(f"/cases/{Collision.objects.get().no}").content.decode()
    assert "没有一两处事实的改变能改变结果" not in text
    assert "没有适用的制度，没有可以推算的结果" in text
