"""到访本: filters, counts, bars, paper and files; the pages of the record around it."""

import csv
import io

import openpyxl
import pytest

from tests import make
from trail import clock
from trail.models import Entry, Message
from visits import log, services
from visits.models import Correction, Visit

pytestmark = pytest.mark.django_db
EVENING = make.at("2025-04-28 20:00")


@pytest.fixture
def week(store):
    """A walk-in who was seen leaving, one who came back and was swept, one who refused, one entered late, one of the week before."""
    old = make.arrived(store, make.at("2025-04-21 10:00"), number="13900000009", name="旧客户")
    leave(store, old, "2025-04-21 11:00")
    leave(store, make.arrived(store, make.at("2025-04-27 10:00"), asked_for=store.li.user), "2025-04-27 11:00")
    leave(
        store,
        make.arrived(store, make.at("2025-04-28 09:10"), number="13900000002", name="王小二", refused=True),
        "2025-04-28 09:40",
    )
    make.arrived(store, make.at("2025-04-28 14:05"), asked_for=store.li.user)
    past = services.Past(
        arrived_at=make.at("2025-04-28 10:00"), left_at=make.at("2025-04-28 11:30"), received_by=store.wang.user
    )
    arrival = services.Arrival(name="=赵六", number="13900000003", companions=2)
    services.enter_visit(here=store.desk, site=store.site, arrival=arrival, past=past, at=make.at("2025-04-28 15:00"))
    services.sweep(at=make.at("2025-04-28 18:00"))
    with clock.standing_at(EVENING):
        yield store


def leave(store, visit, when):
    services.leave(here=store.desk, visit=visit, gift=None, at=make.at(when))


def names(client, query=""):
    page = client.get(f"/visits?{query}").context["page"]
    return [visit.name or "-" for visit in page.visits]


def test_the_last_seven_days_stand_in_it_the_newest_first(week, signed_in):
    assert names(signed_in(week.desk)) == ["张建国", "=赵六", "-", "张建国"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("range=today", ["张建国", "=赵六", "-"]), ("range=yesterday", ["张建国"]),
        ("range=all", ["张建国", "=赵六", "-", "张建国", "旧客户"]),
        ("since=2025-04-21&until=2025-04-21", ["旧客户"]), ("state=late", ["=赵六"]), ("state=refused", ["-"]), ("state=swept", ["张建国"]),
        ("state=again", ["张建国"]), ("state=first", ["=赵六", "张建国"]), ("state=here", []), ("state=agency", []),
        ("state=incomplete", ["张建国", "=赵六"]), ("range=nonsense&state=nonsense&after=x_y&site=a", ["张建国", "=赵六", "-", "张建国"]),
    ],
)  # fmt: skip
def test_filters(week, signed_in, query, expected):
    assert names(signed_in(week.desk), query) == expected


def test_it_is_filtered_by_who_received(week, signed_in):
    client = signed_in(week.manager)
    assert names(client, f"receiver={week.wang.user.pk}")[0] == "=赵六"
    assert "-" in names(client)
    assert "张建国" not in names(client, f"receiver={week.wang.user.pk}&range=today")


def test_a_number_leads_to_its_visit_and_an_unknown_one_is_said_to_be_none(week, signed_in):
    client, no = signed_in(week.desk), Visit.objects.first().no
    assert client.get(f"/visits?no={no.lower()}").url == f"/visits/{no}"
    assert "没有编号 DF-1 的到访" in client.get("/visits?no=DF-1").content.decode()


def test_the_counts_are_of_the_range(week):
    wanted = log.Wanted(*log.days_of("week", week.project, EVENING))
    assert log.totals(week.desk, wanted) == {"visits": 4, "new": 2, "again": 1, "refused": 1, "unknown": 1, "stay": 60}
    assert [n for _day, n in log.by_day(week.desk, wanted)] == [0, 0, 0, 0, 0, 1, 3]
    assert log.by_hour(week.desk, wanted) == [(9, 1), (10, 2), (11, 0), (12, 0), (13, 0), (14, 1)]


def test_a_long_range_is_counted_by_the_month(week):
    assert [(day.isoformat(), n) for day, n in log.by_day(week.desk, log.Wanted())] == [("2025-04-01", 5)]


def test_nobody_came_and_nothing_is_divided_by_it(store, signed_in):
    assert signed_in(store.desk).get("/visits").status_code == 200
    assert log.by_hour(store.desk, log.Wanted()) == []


def test_pages_follow_by_key_without_losing_or_doubling_anybody(store, monkeypatch):
    monkeypatch.setattr(log, "A_PAGE", 3)
    visits = [make.arrived(store, make.MOMENT, number=f"1390000000{i}") for i in range(7)]
    seen, after = [], ""
    for _page in range(3):
        page = log.page(log.rows(store.desk, log.Wanted()), after)
        seen, after = seen + page.visits, page.next
    assert (seen, after) == (visits[::-1], "")


def test_a_swept_departure_is_visibly_none(week, signed_in):
    client, swept = signed_in(week.desk), Visit.objects.get(left_how="sweep")
    for url in ("/visits", f"/visits/{swept.no}", "/visits/print"):
        assert "闭店补记" in client.get(url).content.decode()


def test_the_paper_shows_no_whole_number(week, signed_in):
    text = signed_in(week.manager).get("/visits/print").content.decode()
    assert "139****3333" in text
    assert make.PHONE not in text


def test_exports_ask_for_proof_are_on_record_masked_and_hold_no_formula(week, signed_in):
    desk = signed_in(week.desk)
    assert desk.get("/visits/csv").status_code == 302
    rows = list(
        csv.reader(io.StringIO(make.read(make.proven(desk).get("/visits/csv?range=today")).decode("utf-8-sig")))
    )
    assert len(rows) == 4
    assert make.PHONE not in str(rows)
    assert "赵六" not in str(rows)
    made = Entry.objects.get(action="visits.export")
    assert made.detail == {"lines": 3, "form": "csv", "whole": False}


def test_who_may_see_whole_numbers_exports_them_and_a_name_is_no_formula(week, signed_in):
    boss = make.proven(signed_in(week.manager))
    rows = list(csv.reader(io.StringIO(make.read(boss.get("/visits/csv?range=today&whole=1")).decode("utf-8-sig"))))
    assert any(make.PHONE in row for row in rows)
    assert "'=赵六" in rows[2]
    sheet = openpyxl.load_workbook(io.BytesIO(make.read(boss.get("/visits/xlsx?range=today")))).active
    assert next(cell.value for cell in next(sheet.iter_rows())) == "编号"
    assert sheet.max_row == 4


# ── the pages of the record ──


def test_the_visit_page_corrects_and_shows_what_stood_there(week, signed_in):
    desk, visit = signed_in(week.desk), Visit.objects.get(left_how="sweep")
    form = desk.get(f"/visits/{visit.no}/correct").context["form"]
    stands = {name: form[name].value() for name in form.fields if name != "key"}
    typed = {name: "" if value is None else value for name, value in stands.items()}
    typed = {
        k: (v.strftime("%Y-%m-%dT%H:%M") if hasattr(v, "strftime") else v.pk if hasattr(v, "pk") else v)
        for k, v in typed.items()
    }
    same = desk.post(f"/visits/{visit.no}/correct", typed | {"reason": "看监控", "left_at": "2025-04-28T18:00"})
    assert (same.status_code, Correction.objects.exists()) == (422, False)
    done = desk.post(f"/visits/{visit.no}/correct", typed | {"reason": "看监控", "left_at": "2025-04-28T16:20"})
    assert done.status_code == 302
    text = desk.get(f"/visits/{visit.no}").content.decode()
    assert "2025-04-28 18:00 → 2025-04-28 16:20" in text
    assert "看监控" in text


def test_a_salespersons_try_is_refused_and_logged(week, signed_in):
    """D01-1/T1."""
    visit = Visit.objects.get(left_how="sweep")
    li, typed = signed_in(week.li), {"arrived_at": "2025-04-28T13:30", "reason": "x"}
    said = li.post(f"/visits/{visit.no}/correct", typed, follow=True).content.decode()
    assert "到访登记只有前台能改。这次想改已经记下" in said
    assert Entry.objects.get(action="visit.correct_refused").subject == f"visit:{visit.no}"
    assert not Correction.objects.exists()


def test_the_receiver_says_on_the_visits_page_that_they_left(store, signed_in, at_noon):
    visit = make.arrived(store, make.MOMENT, asked_for=store.li.user)
    li = signed_in(store.li)
    assert "已离开" in li.get(f"/visits/{visit.no}").content.decode()
    li.post(f"/visits/{visit.no}/still")
    li.post(f"/visits/{visit.no}/leave")
    visit.refresh_from_db()
    assert (visit.left_how, visit.gift_asked) == ("receiver", False)
    signed_in(store.desk).post(f"/visits/{visit.no}/gift", {"gift": ""})
    visit.refresh_from_db()
    assert visit.gift_asked


def test_the_desk_enters_a_forgotten_visit_and_slips_of_paper(store, signed_in, at_noon):
    desk = signed_in(store.desk)
    typed = {
        "arrived_at": "2025-04-28T10:00",
        "left_at": "2025-04-28T11:00",
        "name": "张建国",
        "phone": make.PHONE,
        "gift": "none",
    }
    desk.post("/desk/late", typed)
    visit = Visit.objects.get()
    assert (visit.registered, visit.arrived_at) == ("late", make.at("2025-04-28 10:00"))
    blank = desk.post("/desk/paper", {"count": "2"})
    page = desk.get(blank.url).content.decode()
    first, second = (row.slip.no for row in desk.get("/desk/paper").context["rows"])
    assert first in page
    assert second in page
    desk.post(f"/desk/paper/{first}", typed | {"phone": "13900000002"})
    desk.post(f"/desk/paper/{second}/void", {"note": "写坏了"})
    assert [row.state for row in desk.get("/desk/paper").context["rows"]] == ["used", "void"]
    assert desk.post(f"/desk/paper/{first}", typed | {"phone": "13900000003"}).status_code == 409


def test_a_salesperson_asks_for_a_forgotten_visit(store, signed_in, at_noon):
    signed_in(store.li).post("/visits/ask", {"arrived_at": "2025-04-28T10:00"})
    asked = Message.objects.get(kind="visit.late_asked")
    form = signed_in(store.desk).get(asked.link).context["form"]
    assert f"{form['arrived_at'].value():%Y-%m-%d %H:%M}" == "2025-04-28 10:00"


def test_settings_of_gifts(store, signed_in, at_noon):
    admin = signed_in(store.admin)
    admin.post("/settings/gifts", {"name": "保温杯", "stock": "2"})
    gift = store.site.gifts.get()
    admin.post(f"/settings/gifts/{gift.pk}", {"count": "3", "note": "进货"})
    assert admin.post(f"/settings/gifts/{gift.pk}", {"count": "-9", "note": "坏了"}).status_code == 409
    admin.post(f"/settings/gifts/{gift.pk}/end")
    gift.refresh_from_db()
    assert (gift.stock, gift.ended_at is not None) == (5, True)
    text = admin.get(f"/settings/gifts/{gift.pk}").content.decode()
    assert "+3" in text
    assert "进货" in text
