"""投诉和事件 on the pages and by program: only where the project keeps a log, step by step, counted by month."""

import pytest

from people.models import Project, Routine, RoutineStop
from people.routines import work_out
from people.services.routines import choose_kinds, finish
from tests import make
from tests.people.routines import laid_out
from tests.people.test_routines import overdue
from tests.programs import program
from tests.visits.incidents import WORDS, done, keeping, opened
from trail.refusals import Refusal
from visits.models import Incident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
NEW = {"what": WORDS["walkout"], "happened_at": "2025-04-28T14:00"}


@pytest.fixture
def kept(store):
    return keeping(store)


def text(response):
    return response.content.decode()


def test_a_project_has_the_log_only_where_its_administrator_wants_it(store, signed_in):
    """G-50: off by default; a box in the project's settings."""
    desk, admin = signed_in(store.desk), signed_in(store.admin)
    assert desk.get("/incidents").status_code == program(store.desk).get("incidents").status_code == 404
    assert "/incidents" not in text(desk.get("/desk"))
    page = admin.get("/settings/projects/store")
    assert 'name="keeps_incidents"' in text(page)
    sent = {"name": "秀兰装饰", "time_zone": "Asia/Shanghai", "keeps_incidents": "on"}
    assert admin.post("/settings/projects/store", sent).status_code == 302
    assert Project.objects.get(code="store").keeps_incidents
    assert desk.get("/incidents").status_code == 200
    assert 'href="/incidents"' in text(desk.get("/desk"))


def test_one_is_entered_worked_through_and_closed_on_the_pages(kept, signed_in):
    desk = signed_in(kept.desk)
    assert desk.get("/incidents/new").status_code == 200
    made = desk.post("/incidents/new?kind=walkout", NEW | {"whose": ""})
    incident = Incident.objects.get()
    assert made.url == f"/incidents/{incident.no}"
    assert text(desk.get(made.url)).count("<details") == incident.steps.count() - 1  # the last waits for another
    for code in ("notify", "report_up", "investigate", "retrospect", "evidence"):
        sent = {"note": f"做了{code}", "evidence": ["cashier_record"]}
        assert desk.post(f"{made.url}/steps/{code}", sent).status_code == 302
    desk.post(f"{made.url}/steps/notify/note", {"note": "又说了一次"})
    assert "又说了一次" in text(desk.get(made.url))
    assert desk.post(f"{made.url}/close", {"found": "追回了油钱"}).status_code == 302
    assert "追回了油钱" in text(desk.get(made.url))
    incident.refresh_from_db()
    assert incident.closed_by == kept.desk.user


def test_the_same_form_twice_does_a_step_once(kept, signed_in):
    desk, incident = signed_in(kept.desk), opened(kept.desk, "walkout", make.MOMENT)
    sent = {"note": "说了", "key": "6d2c3c2e-0a35-4c9c-9a4b-0c5f9b0c3a11"}
    url = f"/incidents/{incident.no}/steps/notify"
    assert [desk.post(url, sent).status_code for _ in range(2)] == [302, 302]
    again = desk.post(url, {"note": "再说"})
    assert again.status_code == 409
    assert "周敏已经做了这一步" in text(again)


def test_what_is_refused_stands_beside_what_was_typed(kept, signed_in):
    desk, incident = signed_in(kept.desk), opened(kept.desk, "walkout", make.MOMENT)
    page = desk.post(f"/incidents/{incident.no}/steps/evidence", {"note": "存在机房"})
    assert page.status_code == 422
    assert "选留下了哪种证据" in text(page)
    assert "存在机房" in text(page)
    page = desk.post("/incidents/new?kind=walkout", NEW | {"what": "电话 13912343333"})
    assert (page.status_code, "这里不写手机号" in text(page)) == (422, True)
    page = desk.post("/incidents/new?kind=walkout", NEW | {"happened_at": "2025-04-28T14:06"})
    assert (page.status_code, "时间还没到" in text(page)) == (422, True)


@pytest.mark.parametrize("year", ["0025", "1286", "1999", "2101"])
def test_what_happened_in_a_year_that_nobody_means_is_a_slip_of_the_keyboard(kept, signed_in, year):
    """Of years before 1901 an hour would go out with the seconds of its offset, which is no time by RFC 3339."""
    page = signed_in(kept.desk).post("/incidents/new?kind=walkout", NEW | {"happened_at": f"{year}-04-28T14:00"})
    assert (page.status_code, "年份写错了，再核对一遍" in text(page)) == (422, True)
    body = {"kind": "walkout", "what": WORDS["walkout"], "happened_at": f"{year}-04-28T14:00:00+08:00"}
    answer = program(kept.desk).post("incidents", body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unlikely")
    assert not Incident.objects.exists()


def test_a_customer_is_found_by_number_or_visit_and_shown_masked(kept, signed_in):
    desk, visit = signed_in(kept.desk), make.arrived(kept, make.MOMENT)
    assert f"/incidents/new?visit={visit.no}" in text(desk.get(f"/visits/{visit.no}"))
    for whose in ("139 1234 3333", visit.no):
        made = desk.post("/incidents/new?kind=complaint", NEW | {"whose": whose})
        assert Incident.objects.get(no=made.url.removeprefix("/incidents/")).customer == make.customer()
        shown = text(desk.get(made.url))
        assert "张**" in shown
        assert "张建国" not in shown
        assert not make.traces(shown)
    page = desk.post("/incidents/new?kind=complaint", NEW | {"whose": "13900009999"})
    assert (page.status_code, "没有这个号码的客户或到访" in text(page)) == (422, True)


def test_whoever_follows_the_customer_of_a_double_sale_does_its_steps(kept, signed_in):
    """D15-3a: the owner; nobody else who sells."""
    make.registered(kept.li, make.at("2025-04-01 10:00"))
    incident = opened(kept.desk, "double_sale", make.MOMENT, customer=make.customer())
    li, wang = signed_in(kept.li), signed_in(kept.wang)
    url = f"/incidents/{incident.no}"
    assert [one.get(url).status_code for one in (li, wang)] == [200, 404]
    assert li.post(f"{url}/steps/contact", {"note": "打了电话"}).status_code == 302
    assert wang.post(f"{url}/steps/explain", {"note": "我来说"}).status_code == 404
    assert li.post(f"{url}/close", {"found": "好了"}).status_code == 404


def test_the_list_is_filtered(kept, signed_in):
    desk = signed_in(kept.desk)
    old = opened(kept.desk, "complaint", make.at("2025-03-03 10:00"))
    new = opened(kept.desk, "walkout", make.MOMENT)
    for query, numbers in {
        "": {old.no, new.no}, "kind=walkout": {new.no}, "late=on": {old.no}, "month=2025-03": {old.no}, "state=closed": set(),
        "state=open&kind=complaint": {old.no}, "month=nonsense": {old.no, new.no},
    }.items():  # fmt: skip
        shown = text(desk.get(f"/incidents?{query}"))
        assert {no for no in (old.no, new.no) if no in shown} == numbers, query


def test_a_month_is_drawn_and_told_in_a_table(kept, signed_in):
    incident = opened(kept.desk, "complaint", make.at("2025-03-03 10:00"), cause="defect")
    done(kept.desk, incident, "reply", make.at("2025-03-03 16:00"))
    shown = text(signed_in(kept.manager).get("/incidents/figures?month=2025-03"))
    assert shown.count("<svg") == shown.count("<table") == 2
    assert "产品缺陷" in shown
    assert "平均 6.0 小时" in shown


def test_a_program_does_the_same(kept):
    desk = program(kept.desk)
    body = {"kind": "traffic", "what": "倒车碰了立柱", "happened_at": "2025-04-28T14:00:00+08:00"}
    made = desk.post("incidents", body, "incident 1")
    assert made.status_code == 201
    assert desk.post("incidents", body, "incident 1").json() == made.json()
    no = made.json()["no"]
    asked = desk.post(f"incidents/{no}/steps/evidence", {"evidence": ["photo"]}).json()
    assert [s["evidence"] for s in asked["steps"] if s["code"] == "evidence"] == [["photo"]]
    assert desk.post(f"incidents/{no}/steps/evidence", {"evidence": ["photo"]}).json()["code"] == "step_done"
    assert desk.post(f"incidents/{no}/cause", {"cause": "defect"}).json()["code"] == "no_cause"
    assert desk.post(f"incidents/{no}/close", {"found": "赔了"}).json()["field"] == "left_undone"
    closed = desk.post(f"incidents/{no}/close", {"found": "赔了", "left_undone": "没有员工涉及"}).json()
    assert closed["closed_at"]
    assert [line["no"] for line in desk.get("incidents").json()["results"]] == [no]
    assert desk.get("incidents/figures", month="2025-04").json()["kinds"] == [
        {"word": "交通事故", "count": 1, "closed": 1}
    ]


# Periodic work of the log


def test_facilities_are_checked_within_the_month_or_overdue_at_its_last_midnight(kept):
    """D16-3.1.1/T1 and T2: 2025-03-31 23:59:59 is in time, 24:00 is not."""
    row = laid_out(kept, "facility_check", "2025-03-10 08:00")
    assert overdue(kept, "2025-03-31 23:59:59", "facility_check") == set()
    assert overdue(kept, "2025-04-01 00:00:00", "facility_check") == {None}
    finish(here=kept.manager, routine=row, note="灭火器换了", at=make.at("2025-03-31 23:59:59"))
    assert overdue(kept, "2025-04-01 00:00:00", "facility_check") == set()


def test_a_check_is_not_done_without_a_word_about_it(kept):
    row = laid_out(kept, "facility_check", "2025-03-10 08:00")
    with pytest.raises(Refusal) as refused:
        finish(here=kept.manager, routine=row, note=" ", at=make.at("2025-03-10 09:00"))
    assert refused.value.code == "note_missing"


def test_the_causes_of_a_months_complaints_are_reviewed_in_the_next(kept):
    """D06-1: an improvement per cause."""
    opened(kept.desk, "complaint", make.at("2025-02-03 10:00"), cause="defect")
    opened(kept.desk, "complaint", make.at("2025-03-03 10:00"), cause="service")
    row = laid_out(kept, "improvement", "2025-03-10 08:00")
    sheet = work_out(row, make.at("2025-03-10 08:00"))
    assert sheet.figures == {"complaints": 1, "late_steps": 1}
    assert [bar.label for bar in sheet.shown["plots"][0].bars] == ["产品缺陷"]
    assert overdue(kept, "2025-03-31 23:59:59", "improvement") == set()
    assert overdue(kept, "2025-04-01 00:00:00", "improvement") == {None}


def test_where_no_log_is_kept_there_is_no_work_of_it(store, signed_in):
    laid_out(store, "clean_up", "2025-03-10 08:00")
    assert not Routine.objects.filter(kind__in=("facility_check", "improvement")).exists()
    assert "facility_check" not in text(signed_in(store.admin).get("/settings/routines"))
    choose_kinds(here=store.admin, kinds={"training"}, at=make.MOMENT)
    assert not RoutineStop.objects.filter(kind="facility_check").exists()  # once there is a log, it is done
