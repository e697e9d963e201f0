"""The pages of sanctions: the list by step, buttons only for who may, the law's warning before a fine, one's own on the phone."""

import re

import pytest

from penalties import services
from penalties.models import Accusation, Sanction, SanctionStep
from tests import make, procedure, sanctions
from tests.sanctions import FINAL, HEARD, SIGNED, TOLD, against, kinds, noticed, released, ruled
from trail import clock

pytestmark = pytest.mark.django_db


def text(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def first_offer(page):
    return re.search(r'name="choice" value="([^"]+)"', page)[1]


@pytest.fixture
def fine(store):
    return ruled(store, against(store.wang, "fine", 500_00, "D01-P.a"))[0]


def test_the_list_shows_each_sanction_in_the_tab_of_its_step(store, signed_in, fine):
    page = signed_in(store.manager)

    def tab(word, at):
        with clock.standing_at(at):
            return fine.no in text(page.get(f"/penalties?tab={word}"))

    assert tab("notice", make.MOMENT)
    noticed(store.manager, fine)
    assert tab("answer", TOLD)
    assert tab("decide", HEARD)
    services.decide_sanction(here=store.general, sanction=fine, reason="清楚", at=HEARD)
    assert tab("decided", HEARD)
    services.acknowledge_sanction(here=store.wang, sanction=fine, at=SIGNED)
    assert tab("closed", SIGNED)  # a fine is only recorded: nothing is left to do
    assert not tab("payable", SIGNED)


def test_everybody_sees_the_buttons_that_are_theirs_and_no_others(store, signed_in, fine):
    def buttons(here, at):
        with clock.standing_at(at):
            page = text(signed_in(here).get(f"/penalties/{fine.no}"))
        return {word for word in ALL if f'/penalties/{fine.no}/{word}"' in page}

    assert buttons(store.manager, TOLD) == {"notice", "convert", "drop"}
    assert buttons(store.finance, TOLD) == set()
    assert signed_in(store.wang).get(f"/penalties/{fine.no}").status_code == 404  # nobody told them yet
    noticed(store.manager, fine)
    assert buttons(store.wang, TOLD) == {"answer"}
    assert buttons(store.manager, HEARD) == {"drop"}
    assert buttons(store.general, HEARD) == {"decide", "drop"}
    assert signed_in(store.li).get(f"/penalties/{fine.no}").status_code == 404
    services.decide_sanction(here=store.general, sanction=fine, reason="清楚", at=HEARD)
    assert buttons(store.wang, HEARD) == {"acknowledge", "appeal"}
    assert buttons(store.manager, HEARD) == {"refusal", "reverse"}


ALL = (
    "notice",
    "convert",
    "drop",
    "answer",
    "decide",
    "acknowledge",
    "refusal",
    "appeal",
    "appeal-decision",
    "release",
    "reverse",
)


def test_before_a_fine_is_told_the_law_is_read_and_something_else_is_offered(store, signed_in, fine):
    sanctions.adopted(store)
    page = signed_in(store.manager)
    shown = text(page.get(f"/penalties/{fine.no}/notice"))
    assert "2000–5000 元" in shown
    assert f"/penalties/{fine.no}/convert" in shown
    sent = page.post(f"/penalties/{fine.no}/convert", {"instead": "written_warning"})
    assert sent.status_code == 302
    assert Sanction.objects.get(replaces=fine).kind == "written_warning"


def test_who_decides_shows_again_who_they_are(store, signed_in, fine):
    noticed(store.manager, fine)
    with clock.standing_at(HEARD):
        page, given = signed_in(store.general), {"reason": "事实清楚", "amount": "500.00"}
        assert page.post(f"/penalties/{fine.no}/decide", given).status_code == 422
        assert kinds(fine)[-1] == "noticed"
        assert page.post(f"/penalties/{fine.no}/decide", given | {"password": make.PASSWORD}).status_code == 302
    assert kinds(fine)[-1] == "decided"


def test_an_amount_outside_of_the_clause_stands_at_its_field(store, signed_in, fine):
    noticed(store.manager, fine)
    with clock.standing_at(HEARD):
        given = {"reason": "事实清楚", "amount": "1500", "password": make.PASSWORD}
        page = signed_in(store.general).post(f"/penalties/{fine.no}/decide", given)
    assert page.status_code == 422
    assert "¥500.00 到 ¥1,000.00" in page.content.decode()


def test_a_form_sent_twice_is_one_step(store, signed_in, fine):
    page, key = signed_in(store.manager), "0b8f8d53-6f5c-4a34-9c8f-2d0c3e5ba111"
    given = {"fact": "私下联系", "evidence": "通话记录", "key": key}
    assert [page.post(f"/penalties/{fine.no}/notice", given).status_code for _ in range(2)] == [302, 302]
    assert kinds(fine) == ["proposed", "noticed"]


def test_my_own_page_lists_what_i_was_told_of(store, signed_in, fine):
    mine = signed_in(store.wang)
    assert fine.no not in text(mine.get("/penalties/mine"))
    noticed(store.manager, fine)
    assert fine.no in text(mine.get("/penalties/mine"))
    assert fine.no not in text(signed_in(store.li).get("/penalties/mine"))


def test_the_page_says_on_what_rules_it_rests(store, signed_in, fine):
    """法释〔2020〕26 §50: rule version, discussed, made known, signed for – or that there is no record of it."""
    assert "没有记录" in text(signed_in(store.manager).get(f"/penalties/{fine.no}"))
    sanctions.adopted(store)
    shown = text(signed_in(store.manager).get(f"/penalties/{fine.no}"))
    assert "home-decoration@" in shown
    assert "没有记录" not in shown
    assert "没有签收" in shown


def test_an_accusation_by_the_pages_from_the_report_to_the_sanction(store, signed_in, at_noon):
    mine, manager = signed_in(store.li), signed_in(store.manager)
    given = {
        "against": store.wang.user.pk, "kind": "poaching", "what": "带走了客户", "evidence": "聊天记录",
        "happened_at": "2025-04-28T10:00", "known_at": "2025-04-28T11:00",
    }  # fmt: skip
    assert mine.post("/accusations/new", given).status_code == 302
    row = Accusation.objects.get()
    at = f"/accusations/{row.no}"
    assert "你举报的" in text(mine.get("/accusations"))
    assert manager.post(f"{at}/take").status_code == 302
    assert manager.post(f"{at}/find", {"outcome": "established", "reason": "清楚"}).status_code == 409
    assert manager.post(f"{at}/judge", {"number": 2, "accepted": "yes", "reason": "真实"}).status_code == 302
    found = {"outcome": "established", "reason": "带走了客户", "severity": "normal", "loss": "", "stopped": ""}
    assert manager.post(f"{at}/find", found).status_code == 302
    assert "提出处分" in text(manager.get(at))
    assert "提出处分" not in text(mine.get(at))
    shown = text(manager.get(f"/penalties/for/accusations/{row.no}"))
    assert "警告" in shown
    sent = manager.post(f"/penalties/for/accusations/{row.no}", {"choice": first_offer(shown), "reason": "抢单"})
    assert sent.url == f"/penalties/{Sanction.objects.get().no}"


def test_in_english_a_step_that_was_taken_is_no_button(store, signed_in, at_noon):
    row = services.file_accusation(here=store.li, report=sanctions.report(store.wang), at=make.MOMENT)
    services.take_accusation(here=store.manager, accusation=row, at=make.MOMENT)
    english = {"accept-language": "en"}
    form = text(signed_in(store.li).get("/accusations/new", headers=english))
    assert "Report <kbd>" in form
    page = text(signed_in(store.manager).get("/accusations", headers=english))
    assert "Investigation begun" in page
    assert "Begin the investigation" not in page
    page = text(signed_in(store.manager).get(f"/accusations/{row.no}", headers=english))
    assert '<button name="accepted" value="yes">Accept<' in page


def test_what_is_proposed_is_what_was_read_though_the_schedule_has_moved_on(store, signed_in):
    """Who was punished meanwhile is offered more the next time: not under the choice that somebody made before."""
    _accusation, row = sanctions.accused(store)
    second = sanctions.established(store, store.li, store.wang)
    manager, at = signed_in(store.manager), f"/penalties/for/accusations/{second.no}"
    with clock.standing_at(make.at("2025-05-12 08:00")):
        read = first_offer(text(manager.get(at)))
    sanctions.decided(store, row)
    with clock.standing_at(make.at("2025-05-12 10:00")):
        assert first_offer(text(manager.get(at))) != read
        page = manager.post(at, {"choice": read, "reason": "抢单写了很久"})
    assert page.status_code == 422
    assert "刚有变化" in page.content.decode()
    assert "抢单写了很久" in page.content.decode()
    assert Sanction.objects.count() == 1


def test_of_two_sanctions_that_were_chosen_at_once_neither_is_proposed(store, signed_in):
    """The offered one is chosen when the page opens: whoever only picks another kind below did not mean it."""
    row = sanctions.established(store, store.wang, store.li)
    manager, at = signed_in(store.manager), f"/penalties/for/accusations/{row.no}"
    given = {"choice": first_offer(text(manager.get(at))), "kind": "dismissal", "reason": "抢单写了很久"}
    page = manager.post(at, given)
    assert page.status_code == 422
    assert "要自己定，上面选「自己定」" in page.content.decode()
    assert "抢单写了很久" in page.content.decode()
    assert not Sanction.objects.exists()
    assert manager.post(at, given | {"choice": "own"}).status_code == 302
    assert Sanction.objects.get().kind == "dismissal"


def test_a_reward_by_the_pages(store, signed_in, at_noon):
    case = procedure.contested(store)
    given = {
        "to": store.li.user.pk, "kind": "bonus", "amount": "800", "case": case.no, "cooperation": "让出客户", "results": "第一"
    }  # fmt: skip
    sent = signed_in(store.manager).post("/rewards/new", given)
    assert sent.status_code == 302
    assert signed_in(store.li).get(sent.url).status_code == 404
    assert signed_in(store.general).post(f"{sent.url}/approve").status_code == 302
    assert "¥800.00" in text(signed_in(store.li).get("/penalties/mine"))
    assert "批准" in text(signed_in(store.li).get(sent.url))


def test_wages_and_rules_by_the_pages(store, signed_in, at_noon):
    money, general = signed_in(store.finance), signed_in(store.general)
    given = {"user": store.li.user.pk, "month": "202504", "wage": "8000"}
    assert money.post("/wages", given).status_code == 302
    assert money.post("/wages", given | {"month": "202513"}).status_code == 422
    assert "¥8,000.00" in text(money.get("/wages"))
    rules = {"jurisdiction": "guangdong", "city": "guangzhou", "minimum_wage": "", "password": make.PASSWORD}
    assert general.post("/settings/penalties", rules).status_code == 302
    assert "¥2,500.00" in text(general.get("/settings/penalties"))
    refused = general.post("/settings/penalties", rules | {"fines_payable": "on"})
    assert refused.status_code == 422
    assert "没有核实" in text(general.get("/settings/penalties"))


def test_conduct_that_a_manager_found_leads_to_a_sanction(store, signed_in, at_noon):
    from visits import services as visiting
    from visits.services import Reported

    told = Reported(kind="non_cooperation", by=store.wang.user, happened_at=make.MOMENT, what="不肯登记")
    row = visiting.report_conduct(here=store.desk, report=told, at=make.MOMENT)
    page = signed_in(store.manager)
    assert page.get(f"/penalties/for/conduct/{row.pk}").status_code == 404
    visiting.answer_conduct(here=store.wang, conduct=row, what="忘了", at=make.MOMENT)
    visiting.decide_conduct(here=store.manager, conduct=row, established=True, reason="前台记录清楚", at=make.MOMENT)
    at = f"/penalties/for/conduct/{row.pk}"
    sent = page.post(at, {"choice": first_offer(text(page.get(at))), "reason": "屡次不配合"})
    assert sent.status_code == 302
    made = Sanction.objects.get()
    assert (made.act, made.fact, made.kind) == (f"conduct:{row.pk}", "前台记录清楚", "warning")


def test_the_way_back_after_sending_leads_to_the_sanction_and_a_second_tap_hears_that_it_is_done(
    store, signed_in, fine
):
    noticed(store.manager, fine)
    page, url = signed_in(store.wang), f"/penalties/{fine.no}/answer"
    with clock.standing_at(TOLD):
        assert page.post(url, {"text": "客户自己来的"}).status_code == 302
        back = page.get(url)
        assert (back.status_code, back["Location"]) == (302, f"/penalties/{fine.no}")
        again = page.post(url, {"text": "再说一句"})
        assert (again.status_code, "已经「申辩」过了" in again.content.decode()) == (409, True)
        assert page.get(f"/penalties/{fine.no}/decide").status_code == 404
    assert kinds(fine) == ["proposed", "noticed", "answered"]


def test_what_was_released_leads_finance_to_where_it_is_posted_and_wages_are_entered(store, signed_in):
    (row,) = ruled(store, against(store.wang, "compensation", 100_00, "D13-6.2"))
    sanctions.adopted(store)
    released(store, row)
    with clock.standing_at(FINAL):
        post = f"/period/{FINAL:%Y%m}/post"
        assert f'href="{post}"' in text(signed_in(store.finance).get(f"/penalties/{row.no}"))
        page = text(signed_in(store.finance).get(post))
        assert ('href="/wages"' in page, "Due(" in page) == (
            True,
            False,
        )  # nor does the badge show what cannot be deducted
        theirs = text(signed_in(store.manager).get(f"/penalties/{row.no}"))
    assert f'href="{post}"' not in theirs
    assert f'<a class="btn" href="/penalties/{row.no}/reverse">' in theirs  # never what the page suggests


def test_once_money_moved_only_the_general_manager_is_offered_to_take_it_back(store, signed_in):
    (row,) = ruled(store, against(store.wang, "compensation", 100_00, "D13-6.2"))
    released(store, row)
    page = f"/penalties/{row.no}/reverse"

    def offered(here):
        with clock.standing_at(FINAL):
            button = f'href="{page}"' in text(signed_in(here).get(f"/penalties/{row.no}"))
            return button, signed_in(here).get(page).status_code

    assert offered(store.manager) == offered(store.general) == (True, 200)
    SanctionStep.objects.create(
        sanction=row, number=9, kind="posted", amount_fen=100_00, entry_no="FL-1", by=store.finance.user, at=FINAL
    )
    assert offered(store.manager) == (False, 404)
    assert offered(store.general) == (True, 200)


def test_an_amount_without_a_least_says_its_most(store, signed_in):
    made = sanctions.established(store, store.li, store.wang, loss_fen=300_00)
    plan = services.Plan(kind="compensation", reason="赔偿损失", amount_fen=100_00)
    row = services.propose_from_accusation(here=store.manager, accusation=made, plan=plan, at=make.MOMENT)
    noticed(store.manager, row)
    with clock.standing_at(HEARD):
        for url in (f"/penalties/{row.no}", f"/penalties/{row.no}/decide"):
            page = text(signed_in(store.general).get(url))
            assert ("最多 ¥300.00" in page, "这一条" in page) == (True, False), url
