"""The desk's page: whom it finds, what it says before saving, what it never says, and that it asks little of the database."""

import gzip
import re
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.forms import Select
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertHTMLEqual

from leads.models import Customer
from tests import make
from trail import clock
from visits import desk, services
from visits.desk import HEAD, head
from visits.forms import LongSelect
from visits.models import Reception, TurnChange, Visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MOST_QUERIES, MOST_BYTES = 12, 40 * 1024


def keyed(**more):
    given = {
        "name": "张建国", "phone": make.PHONE, "invited_by": "none", "asked_for": "none", "first_time": "first",
    }  # fmt: skip
    return given | more


def typed(client, text, **more):
    """Text and Enter in the search."""
    return client.post("/desk/search", {"q": text, **more})


def value(page, name):
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"|value="([^"]*)"[^>]*name="{name}"', page)
    return (found[1] or found[2] or "") if found else ""


def card_of(client, **given):
    return client.post("/desk/route", keyed(**given), headers={"HX-Request": "true"}).content.decode()


# ── the three questions ──


@pytest.mark.parametrize("question", ["invited_by", "asked_for", "first_time"])
def test_a_question_without_an_answer_is_highlighted_and_nobody_is_called(store, signed_in, question):
    """D01-2/T1."""
    page = signed_in(store.desk).post("/desk/check-in", keyed(**{question: ""}))
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {question}
    assert 'value="张建国"' in page.content.decode()
    assert not Visit.objects.exists()


def test_nobody_and_does_not_know_are_answers_and_both_are_kept(store, signed_in):
    """D01-2/T2: accepted, and routed to the person on duty."""
    make.on_duty(store, store.sun, make.at("2025-04-28 09:00"))
    signed_in(store.desk).post("/desk/check-in", keyed(asked_for="unsure", first_time="unsure"))
    visit = Visit.objects.get()
    assert (visit.invited_by, visit.asked_for, visit.unsure) == (None, None, ["asked_for"])
    assert visit.receptions.get().by == store.sun.user


def test_the_card_names_nobody_before_the_three_questions_have_an_answer(store, signed_in):
    client = signed_in(store.desk)
    assert "登记并呼叫" not in card_of(client, asked_for="")
    assert "登记并呼叫王芳" in card_of(client)


def test_a_refusal_is_never_asked_anything(store, signed_in):
    """D01-1.n1."""
    signed_in(store.desk).post("/desk/check-in", {"refused": "1", "name": "张", "phone": "12"})
    visit = Visit.objects.get()
    assert (visit.registered, visit.name, visit.number, visit.customer) == ("refused", "", "", None)


def test_a_visit_without_data_is_seen_to_be_incomplete(store, signed_in):
    client = signed_in(store.desk)
    typed(client, "0")
    page = client.get("/desk").content.decode()
    assert "没留信息" in page
    assert f"/visits/{Visit.objects.get().no}/enter" in page


def test_answer_and_records_are_compared_before_saving_and_stop_nothing(store, signed_in):
    """D01-2.q3, G-55."""
    make.arrived(store, make.at("2025-04-12 10:00"))
    client = signed_in(store.desk)
    assert "客户说第一次来，记录里" in card_of(client)
    assert "不一致" not in card_of(client, first_time="again")
    assert "客户说来过，记录里没有" in card_of(client, phone="13900000001", first_time="again")
    client.post("/desk/check-in", keyed())
    assert Visit.objects.latest("pk").differs


def test_an_old_customer_is_seated_registered_and_their_salesperson_verified(store, signed_in):
    """D01-2.A1, A2, A3."""
    make.arrived(store, make.at("2025-04-12 10:00"), asked_for=store.zhao.user)
    said = card_of(signed_in(store.desk), first_time="again")
    assert "先请坐，再登记这次到访" in said
    assert "之前联系的是不是赵磊" in said
    assert "登记并呼叫赵磊" in said


def test_two_claims_are_a_calm_word_and_one_name(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    client = signed_in(store.desk)
    said = card_of(client, asked_for=store.wang.user.pk)
    assert "归属待核实，请先就坐，由李强接待" in said
    client.post("/desk/check-in", keyed(asked_for=store.wang.user.pk))
    page = client.get("/desk").content.decode()
    assert "撞单" not in said
    assert "撞单" not in page.split("<main")[1]


def test_the_greeting_stands_on_the_arrival_screen_and_the_farewell_beside_it(store, signed_in):
    """D01-2.s1, s3."""
    page = signed_in(store.desk).get("/desk").content.decode()
    assert "您找哪位" in page
    assert "欢迎下次再来" in page


# ── finding ──


def test_a_search_by_last_four_takes_the_only_one_and_asks_for_the_answers_only(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    page = typed(signed_in(store.desk), "3333").content.decode()
    assert value(page, "known") == str(make.customer().pk)
    assert value(page, "name") == "张建国"
    assert make.PHONE not in page


def test_enter_takes_the_first_of_the_lines_that_stand_there(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"), number="13800003333", name="赵雅")
    client = signed_in(store.desk)
    page = typed(client, "3333").content.decode()
    first = re.search(r'name="choose" value="([^"]+)"', page)[1]
    taken = typed(client, "3333", choose=first, found_for="3333").content.decode()
    assert value(taken, "known") == first


def test_lines_of_another_search_are_not_taken_by_a_fast_enter(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"), number="13800003333", name="赵雅")
    first = Customer.objects.get(name="张建国")
    page = typed(signed_in(store.desk), "赵雅", choose=str(first.pk), found_for="张").content.decode()
    assert value(page, "name") == "赵雅"


@pytest.mark.parametrize("text", ["{no}", "{lower} ", "https://desk.example/register/{no}"])
def test_the_number_of_a_report_fills_in_who_invited(store, signed_in, text):
    no = make.registered(store.li, make.at("2025-04-01 10:00")).registration.no
    page = typed(signed_in(store.desk), text.format(no=no, lower=no.lower()))
    assert page.context["form"].initial["known"] == str(make.customer().pk)
    assert page.context["form"].initial["invited_by"] == store.li.user.pk
    assert not page.context["form"].initial.get("asked_for")


def test_the_number_of_somebody_who_is_here_opens_their_visit_and_of_a_past_one_finds_the_customer(store, signed_in):
    visit, client = make.arrived(store, make.MOMENT), signed_in(store.desk)
    assert typed(client, visit.no).url == f"/visits/{visit.no}"
    services.leave(here=store.desk, visit=visit, gift=None, at=make.MOMENT)
    assert value(typed(client, visit.no).content.decode(), "known") == str(visit.customer.pk)


def test_another_projects_number_is_unknown(store, estate, signed_in):
    no = make.registered(estate.xu, make.at("2025-04-01 10:00")).registration.no
    assert "没有找到" in typed(signed_in(store.desk), no).content.decode()


def test_somebody_who_is_expected_is_picked_with_one_button(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    row = services.expect(
        here=store.li, customer=make.customer(), site=store.site, on=date(2025, 4, 28), about=None, present=True, note="",
        at=make.at("2025-04-27 10:00"),
    )  # fmt: skip
    client = signed_in(store.desk)
    assert f'value="{row.no}">到了' in client.get("/desk").content.decode()
    for text in (row.no, "3333"):
        given = typed(client, text).context["form"].initial
        assert (given["known"], given["invited_by"]) == (str(make.customer().pk), store.li.user.pk)
    client.post("/desk/check-in", keyed(invited_by=store.li.user.pk))
    row.refresh_from_db()
    assert row.visit == Visit.objects.get()
    assert row.no not in client.get("/desk").content.decode()


# ── groups ──


def test_those_who_came_together_are_one_party_and_one_turn(store, signed_in):
    """G-33: one record each."""
    client = signed_in(store.desk)
    client.post("/desk/check-in", keyed(companions="2"))
    first = Visit.objects.get()
    assert f"?party={first.no}" in client.get("/desk").content.decode()
    given = client.get(f"/desk?party={first.no}").context["form"].initial
    client.post("/desk/check-in", keyed(name="李梅", phone="13900000001") | given)
    second = Visit.objects.latest("pk")
    assert (second.party, first.companions) == (first.no, 2)
    receivers = [(r.by, r.why) for r in Reception.objects.order_by("pk")]
    assert receivers == [(store.wang.user, "rotation"), (store.wang.user, "party")]
    client.post("/desk/check-in", keyed(name="周正", phone="13900000002"))
    assert Reception.objects.latest("pk").by == store.zhao.user


def test_one_of_a_party_who_is_somebodys_customer_gets_their_own_salesperson(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"), number="13900000001", name="李梅")
    first = make.arrived(store, make.MOMENT)
    second = make.arrived(store, make.MOMENT, number="13900000001", name="李梅", party=first.no)
    assert [v.receptions.get().by for v in (first, second)] == [store.wang.user, store.li.user]


def test_a_party_of_another_day_or_site_is_another_batch(store, signed_in):
    yesterday = make.arrived(store, make.at("2025-04-27 10:00"))
    page = signed_in(store.desk).post("/desk/check-in", keyed(party=yesterday.no))
    assert "今天没有这批客人" in page.content.decode()
    assert Visit.objects.count() == 1


# ── what is here now ──


def test_the_floor_is_not_sent_again_while_nothing_has_changed(store, signed_in):
    client = signed_in(store.desk)
    tag = client.get("/desk/now")["ETag"]
    assert client.get("/desk/now", headers={"If-None-Match": tag}).status_code == 304
    make.arrived(store, make.MOMENT)
    fresh = client.get("/desk/now", headers={"If-None-Match": tag})
    assert fresh.status_code == 200
    assert "已叫王芳" in fresh.content.decode()


def test_the_page_knows_the_tag_of_what_it_shows(store, signed_in):
    client = signed_in(store.desk)
    make.arrived(store, make.MOMENT)
    tag = re.search(r'If-None-Match": "\\"(\w+)', client.get("/desk").content.decode())[1]
    assert client.get("/desk/now", headers={"If-None-Match": f'"{tag}"'}).status_code == 304


def test_a_reception_says_for_how_long_nobody_answers_and_then_who_receives(store, signed_in):
    visit, client = make.arrived(store, make.MOMENT), signed_in(store.desk)
    with clock.standing_at(make.at("2025-04-28 14:05:42")):
        assert "已叫王芳 · 40 秒没应答" in client.get("/desk").content.decode()
    visit.receptions.update(answered_at=make.MOMENT)
    assert "王芳接待" in client.get("/desk").content.decode()


# ── its weight ──


def busy_desk(store):
    for i in range(30):
        make.person(f"s{i}", f"业务{i}", "salesperson", store.project)
    for i in range(8):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=f"1380000{i:04d}")
        services.expect(
            here=store.li, customer=make.customer(f"1380000{i:04d}"), site=store.site, on=date(2025, 4, 28), about=None,
            present=True, note="", at=make.at("2025-04-27 10:00"),
        )  # fmt: skip
        make.arrived(store, make.MOMENT, number=f"1390000{i:04d}")


def test_the_desk_asks_at_most_twelve_queries_though_turns_are_owed_and_somebody_waits(store, signed_in):
    busy_desk(store)
    assert Visit.objects.filter(waits=True).exists()
    for here in (store.li, store.sun):
        given = {"kind": TurnChange.Kind.MAKE_UP, "count": 2, "source": "CD-1", "at": make.MOMENT}
        services.adjust_turns(project=store.project, user=here.user, **given)
    client = signed_in(store.desk)
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk")
    assert len(asked) <= MOST_QUERIES, "\n".join(q["sql"][:150] for q in asked)


def test_the_desk_with_all_it_loads_is_at_most_forty_kilobytes(store, signed_in):
    import django_htmx

    busy_desk(store)
    page = signed_in(store.desk).get("/desk").content
    static = settings.BASE_DIR / "static"
    htmx = next(__import__("pathlib").Path(django_htmx.__file__).parent.rglob("htmx-2.min.js"))
    parts = [page, *(file.read_bytes() for file in (static / "app.css", static / "app.js", static / "icon.svg", htmx))]
    assert sum(len(gzip.compress(part)) for part in parts) <= MOST_BYTES


def test_a_long_list_is_written_as_django_writes_it():
    choices = [("", "问了再选"), ("7", 'LQ <李强> & "co"'), (8, "WF 王芳")]
    for value in (None, "7", 8, "another"):
        ours, theirs = (kind(choices=choices).render("who", value, {"id": "w"}) for kind in (LongSelect, Select))
        assertHTMLEqual(ours, theirs)


@pytest.mark.parametrize(("next_at", "shown"), [(0, HEAD), (HEAD + 5, HEAD + 6), (None, HEAD)])
def test_of_a_long_rotation_the_desk_shows_as_much_as_leads_to_who_is_next(next_at, shown):
    rows = [{"next": place == next_at} for place in range(500)]
    assert head(rows) == (rows[:shown], 500 - shown)


def test_the_desk_says_how_many_come_behind(store, signed_in, monkeypatch):
    assert "后面还有" not in signed_in(store.desk).get("/desk").content.decode()
    monkeypatch.setattr(desk, "HEAD", 1)
    assert "后面还有" in signed_in(store.desk).get("/desk").content.decode()
