"""Looking first, registering, receipts: what a program is told is what the page shows that person."""

import pytest

from leads.models import PreCheck, Registration
from tests import make
from tests.programs import program
from trail import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
REPORT = {"number": make.PHONE, "name": "张建国", "honorific": "先生"}


def asked(here, number=make.PHONE):
    return program(here).post("precheck", {"number": number})


def test_a_free_customer(estate):
    answer = asked(estate.xu)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"
    assert answer.json() == {
        "answer": "clear", "spent": False, "masked": False, "owner": None, "arrived_at": None,
        "protected_until": "2025-05-06T00:00:00+08:00",
    }  # fmt: skip


def test_the_owner_is_told_to_the_house_as_the_policy_says(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    told = asked(store.wang).json()
    assert (told["answer"], told["owner"]) == ("taken", {"id": store.li.user.pk, "name": "李强"})
    assert asked(store.li).json()["answer"] == "yours"
    assert PreCheck.objects.get(by=store.wang.user).found == store.li.user


def test_an_agency_gets_three_answers_of_one_shape_and_size(estate):
    number = iter(("13912343333", "13812340000", "13712345678"))
    make.registered(estate.anju, make.at("2025-04-25 10:00"), number=next(number))
    make.registered(estate.anju, make.at("2025-04-25 10:00"), number="138****0000")
    answers = [asked(estate.hengxin, n) for n in ("13912343333", "13812340000", "13712345678")]
    assert [a.json()["answer"] for a in answers] == ["taken", "check", "clear"]
    assert len({a.status_code for a in answers}) == 1
    assert len({len(a.content) for a in answers}) == 1
    rest = [{k: v for k, v in a.json().items() if k != "answer"} for a in answers]
    assert rest[0] == rest[1] == rest[2]
    assert {k for k, v in rest[0].items() if v} == set()


def test_who_asked_too_much_today_gets_no_answer_that_says_anything(store):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number="13812340000")
    make.terms(store.project, questions_a_day=1)
    assert asked(store.li).json()["spent"] is False
    spent = asked(store.li, "13812340000").json()
    assert (spent["answer"], spent["spent"], spent["owner"]) == ("check", True, None)
    with clock.standing_at(make.at("2025-04-29 00:00")):
        assert asked(store.li, "13812340000").json()["answer"] == "taken"
    with clock.standing_at(make.at("2025-04-29 23:59")):
        assert asked(store.li, "13712340000").json()["spent"] is True


def test_a_number_never_stands_in_an_address(store, client):
    assert program(store.li).get("precheck", number=make.PHONE).status_code == 405


def test_a_report_and_its_receipt(estate):
    li = program(estate.xu)
    answer = li.post("registrations", REPORT)
    assert answer.status_code == 201
    told = answer.json()
    no = Registration.objects.get().no
    assert told == {
        "no": no, "at": "2025-04-28T14:05:00+08:00", "by": {"id": estate.xu.user.pk, "name": "许平"}, "name": "张建国",
        "honorific": "先生", "number": "139****3333", "company": "秀兰", "answer": "clear", "waiting": False, "secured": True,
        "protected_until": "2025-05-06T00:00:00+08:00", "owner": {"id": estate.xu.user.pk, "name": "许平"},
        "sentence": "客户归你跟进。", "late": "",
    }  # fmt: skip
    assert li.get(f"registrations/{no}").json() == told


def test_who_comes_second_is_kept_as_contesting(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    told = program(store.wang).post("registrations", REPORT).json()
    assert (told["answer"], told["secured"], told["owner"]["name"]) == ("taken", False, "李强")
    assert store.project.collisions.get().claims.count() == 2


def test_an_agency_learns_no_owner_and_no_date_of_others(estate):
    make.registered(estate.anju, make.at("2025-04-25 10:00"))
    told = program(estate.hengxin).post("registrations", REPORT | {"company": "恒信公司"}).json()
    assert (told["owner"], told["protected_until"], told["late"]) == (None, None, "")
    assert "高翔" not in str(told)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"company": ""}, "company", "missing_company"),
        ({"name": "张", "honorific": ""}, "honorific", "missing_honorific"),
        ({"number": "139****333"}, "number", "mask_too_few_digits"),
        ({"number": "010-62345678"}, "number", "landline"),
    ],
)
def test_what_an_agency_must_write(estate, change, field, code):
    body = REPORT | {"company": "安居公司"} | change
    answer = program(estate.anju).post("registrations", body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["code"] == code
    assert not Registration.objects.exists()


def test_everybody_sees_their_own_receipts_and_managers_all(store):
    for here in (store.li, store.wang):
        make.registered(here, make.MOMENT)
    found = {who: program(who).get("registrations").json()["results"] for who in (store.li, store.wang, store.manager)}
    assert [[row["by"]["name"] for row in rows] for rows in found.values()] == [["李强"], ["王芳"], ["王芳", "李强"]]
    theirs = found[store.wang][0]["no"]
    assert program(store.li).get(f"registrations/{theirs}").status_code == 404
    assert make.PHONE[3:] not in str(list(found.values()))


def test_receipts_come_page_by_page_each_once_though_new_ones_come_in(store):
    for i in range(7):
        make.registered(store.li, make.at("2025-04-01 10:00"), number=f"1391000000{i}")  # of one second, all of them
    li, cursor, seen = program(store.li), None, []
    for _ in range(4):
        given = li.get("registrations", limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["no"] for row in given["results"]]
        make.registered(store.li, make.MOMENT, number=f"1392000{len(seen):04d}")
        cursor = given["next"]
    assert cursor is None
    assert len(seen) == len(set(seen)) == 7
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"limit": "²"}, {"cursor": "x"}])
def test_a_page_that_there_cannot_be(store, query):
    answer = program(store.li).get("registrations", **query)
    assert answer.status_code == 422
    assert answer.json()["field"] == next(iter(query))
