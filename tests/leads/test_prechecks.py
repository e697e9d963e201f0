"""Asking first (查重): what each kind of asker is told, how often, and what is kept of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Ownership, PreCheck, Registration
from leads.models.register import Answer
from leads.services import contact_follower, look_first, looking
from leads.services.precheck import ROW, TRIES_OF_A_MASK, count_reports
from leads.services.probing import MISSES, alert_probing
from tests import make
from tests.programs import program
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TAKEN, ALIKE, FREE, OWN, KNOWN = "13912343333", "13812340000", "13712345678", "13611112222", "13511112222"


def told(here, number, at=make.MOMENT):
    return look_first(here=here, number=number, at=at)


@pytest.fixture
def known(estate):
    """One customer taken, one perhaps, one the asker's own, one that is nobody's any more."""
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number=TAKEN)
    make.registered(estate.anju, make.at("2025-04-27 10:00"), number="138****0000")
    make.registered(estate.hengxin, make.at("2025-04-27 10:00"), number=OWN)
    make.registered(estate.xu, make.at("2025-04-10 10:00"), number=KNOWN)  # ran out on the 18th
    return estate


# ── who is told what ──


def test_a_colleague_is_told_the_owner_and_the_owner_is_asked_to_speak_with_them(store):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    answer = told(store.wang, make.PHONE)
    assert (answer.answer, answer.owner) == (Answer.TAKEN, store.li.user)
    notice = Message.objects.get(kind="precheck.asked")
    assert (notice.to, notice.to_do, notice.link) == (str(store.li.user.pk), True, f"/customers/{make.customer().pk}")
    assert "张**" in str(notice)
    assert "王芳" not in str(notice)
    told(store.wang, make.PHONE, make.at("2025-04-28 20:00"))
    assert Message.objects.filter(kind="precheck.asked").count() == 1, "once for each asker, customer and day"
    told(store.wang, make.PHONE, make.at("2025-04-29 09:00"))
    told(store.zhao, make.PHONE)
    assert Message.objects.filter(kind="precheck.asked").count() == 3


def test_where_the_policy_does_not_disclose_nobody_is_named_and_nobody_is_told(store):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    make.terms(store.project, disclose_owner=False)
    answer = told(store.wang, make.PHONE)
    assert (answer.answer, answer.owner) == (Answer.TAKEN, None)
    assert not Message.objects.filter(kind="precheck.asked").exists()


def test_an_agency_has_three_answers_also_for_its_own_customer(known):
    answers = [told(known.hengxin, number) for number in (FREE, ALIKE, TAKEN, OWN, KNOWN)]
    assert [a.answer for a in answers] == ["clear", "check", "taken", "taken", "clear"]
    assert {a._replace(answer="") for a in answers} == {answers[0]._replace(answer="")}
    assert told(known.hengxin, "139****3333").answer == "check"
    assert not Message.objects.filter(kind="precheck.asked").exists()


def test_somebody_in_the_public_pool_is_free(store):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    Ownership.objects.filter(until=None).update(until=make.at("2025-04-21 10:00"), ended_for="expired")
    Ownership.objects.create(
        project=store.project, customer=make.customer(), holder="pool", since=make.at("2025-04-21 10:00"),
        reason="expired", source="x", by="clock",
    )  # fmt: skip
    assert told(store.wang, make.PHONE).answer == Answer.CLEAR
    assert told(store.wang, "139****3333").answer == Answer.CLEAR


# ── equal shape, whatever it is ──


def shapes(captured):
    """The questions to the database without what they were about: kind, table, and how many."""
    texts = (
        re.sub(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+(?:\.\d+)?\b|\bNULL\b(?=[,)])|\b(?:true|false)\b", "?", q["sql"])
        for q in captured
    )
    return [re.sub(r"\(\?(?:, \?)*\)", "(?)", re.sub(r"\s+|\"s\d+_x\d+\"", " ", text)) for text in texts]


def test_the_database_is_asked_the_same_of_an_agency_whatever_it_knows(known):
    for n in range(TRIES_OF_A_MASK):
        told(known.hengxin, f"134000{n}9999")
    seen = {}
    for what, number in {
        "free": FREE, "taken": TAKEN, "check": ALIKE, "own": OWN, "lapsed": KNOWN, "over": "13400099999", "unknown": "13300001111",
    }.items():  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            told(known.hengxin, number)
        seen[what] = shapes(captured.captured_queries)
    for what, asked in seen.items():
        assert asked == seen["free"], what
    assert PreCheck.objects.filter(over=True).count() == 1
    masked = {}
    for what, mask in {
        "free": "137****5678",
        "taken": "139****3333",
        "check": "138****0000",
        "own": "136****2222",
    }.items():
        with CaptureQueriesContext(connection) as captured:
            told(known.hengxin, mask)
        masked[what] = shapes(captured.captured_queries)
        assert masked[what] == masked["free"], what


def test_an_agencys_answers_differ_in_the_answer_alone_by_program_and_on_the_page(known, signed_in):
    make.terms(known.project, questions_a_day=5)
    asks, page = program(known.hengxin), signed_in(known.hengxin)
    bodies, pages = {}, {}
    for number in (FREE, ALIKE, TAKEN, OWN, KNOWN, "13300001111"):  # the last is over the limit
        bodies[number] = asks.post("precheck", {"number": number})
    for number in bodies:
        text = f"恒信公司，张先生，{number}"
        shown = page.post("/register/check", {"text": text}, headers={"HX-Request": "true"}).content.decode()
        pages[number] = shown.replace(f"{number[:3]}****{number[-4:]}", "N")
    answers = {n: b.json()["answer"] for n, b in bodies.items()}
    assert list(answers.values()) == ["clear", "check", "taken", "taken", "clear", "check"]
    assert len({b.content.decode().replace(answers[n], "x") for n, b in bodies.items()}) == 1
    assert len({(b.status_code, len(b.content)) for b in bodies.values()}) == 1
    words = {"clear": "可以报备", "check": "需人工确认", "taken": "不能报备"}
    assert len({pages[n].replace(words[answers[n]], "x") for n in pages}) == 1


# ── how often ──


def test_the_day_of_a_person_has_so_many_questions_and_a_batch_counts_each(store, signed_in):
    make.terms(store.project, questions_a_day=3)
    client = signed_in(store.li)
    client.post("/register/check", {"text": "\n".join(f"王先生 138{n:04d}{n:04d}" for n in range(5))})
    assert PreCheck.objects.filter(by=store.li.user, over=False).count() == 3
    assert PreCheck.objects.filter(by=store.li.user, over=True).count() == 2
    assert told(store.li, make.PHONE).spent


def test_behind_one_mask_at_most_three_different_numbers_are_tried_a_day(store):
    make.registered(store.wang, make.at("2025-04-20 10:00"), number="13900043333")
    tried = [told(store.li, f"1390{n}003333") for n in range(TRIES_OF_A_MASK)]
    assert not any(answer.spent for answer in tried)
    over = told(store.li, "13900043333")
    assert (over.answer, over.owner, over.spent) == (Answer.CHECK, None, True)
    assert told(store.li, "13900043333").spent, "asked again it is no more"
    assert not told(store.li, "13900003333").spent, "one of the three may be asked again"
    assert not told(store.li, "139****3333").spent, "the mask itself is no try"
    assert told(store.li, "13900043333", make.at("2025-04-29 09:00")).answer == Answer.TAKEN


def test_other_masks_are_tries_too(store):
    for n in range(TRIES_OF_A_MASK):
        assert not told(store.li, f"139{n}***3333").spent
    assert told(store.li, "1399***3333").spent


def test_an_agency_tries_together(estate):
    other = make.person("e_anju2", "高飞", "agent", estate.project, organisation=make.agency("安居公司"))
    for n, here in enumerate((estate.anju, other, estate.anju)):
        told(here, f"1390{n}003333")
    told(other, "13907003333")
    assert PreCheck.objects.get(over=True).by == other.user
    told(estate.hengxin, "13907003333")
    assert PreCheck.objects.filter(over=True).count() == 1, "another agency has its own"


def test_a_row_of_numbers_is_cut_off(store):
    for n in range(ROW):
        assert not told(store.li, f"1390000100{n}").spent
    assert told(store.li, f"1390000100{ROW}").spent
    assert not told(store.li, "13911110000").spent


def test_reporting_is_no_way_around(estate):
    """What an agency reports is answered as well: it counts, and over the limit the receipt tells nothing."""
    make.registered(estate.xu, make.at("2025-04-27 10:00"), number="13909003333")
    for n in range(TRIES_OF_A_MASK):
        make.registered(estate.anju, make.MOMENT, number=f"1390{n}003333")
    make.registered(estate.anju, make.MOMENT + timedelta(minutes=1), number="13909003333")
    make.registered(estate.anju, make.MOMENT + timedelta(minutes=2), number="13908003333")
    assert PreCheck.objects.filter(by=estate.anju.user, over=True).count() == 2
    first, second = program(estate.anju).get("registrations").json()["results"][:2]
    same = ("answer", "secured", "protected_until", "owner", "waiting", "late")
    assert [first[name] for name in same] == [second[name] for name in same] == ["check", False, None, None, False, ""]
    assert Registration.objects.filter(by=estate.anju.user, answer=Answer.TAKEN).count() == 1, (
        "nothing is refused for it"
    )


def test_a_colleagues_reports_are_no_questions(store):
    count_reports(here=store.li, numbers=["+8613912343333"], at=make.MOMENT)
    assert not PreCheck.objects.exists()


# ── who tries numbers through ──


def alerts():
    return Message.objects.filter(kind="precheck.probing")


def test_over_a_limit_managers_and_administrators_hear_of_it_once_a_day(store):
    make.terms(store.project, questions_a_day=1)
    for number in (TAKEN, ALIKE):
        told(store.li, number)
    assert [alert_probing(at=make.MOMENT), alert_probing(at=make.MOMENT)] == [1, 0]
    alert = alerts().get(to=str(store.manager.user.pk))
    assert alerts().filter(to=str(store.admin.user.pk)).count() == 1
    assert (alert.to, alert.link) == (str(store.manager.user.pk), f"/prechecks?by={store.li.user.pk}")
    assert "李强" not in str(alert)
    assert Entry.objects.get(action="precheck.probing").detail == {"overs": 1, "misses": 1}


def test_many_free_customers_that_nobody_reports_are_told_of_and_those_that_are_reported_are_not(store):
    numbers = [f"138{n:02d}{n:02d}{n:02d}{n:02d}" for n in range(10, 10 + MISSES)]
    for here in (store.li, store.wang):
        for number in numbers:
            told(here, number)
    for number in numbers[:5]:
        make.registered(store.wang, make.MOMENT, number=number)
    assert alert_probing(at=make.MOMENT) == 1
    assert alerts().first().link == f"/prechecks?by={store.li.user.pk}"


# ── now in touch ──


def test_whoever_was_told_the_owner_can_ask_them_to_speak_now(store):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    with pytest.raises(Refusal, match="ask_first"):
        contact_follower(here=store.wang, number=make.PHONE, at=make.MOMENT)
    told(store.wang, make.PHONE)
    assert contact_follower(here=store.wang, number=make.PHONE, at=make.MOMENT) == store.li.user
    contact_follower(here=store.wang, number=make.PHONE, at=make.MOMENT)
    assert Message.objects.filter(kind="precheck.contact", to=str(store.li.user.pk)).count() == 1
    assert Entry.objects.filter(action="precheck.contact").count() == 1


def test_an_agency_can_ask_nobody(known):
    told(known.anju, TAKEN)
    with pytest.raises(Refusal, match="ask_first"):
        contact_follower(here=known.anju, number=TAKEN, at=make.MOMENT)


# ── what is kept ──


def test_the_log_shows_every_question_masked_and_looking_at_it_is_on_record(store, signed_in):
    make.registered(store.li, make.at("2025-04-20 10:00"))
    told(store.wang, make.PHONE)
    told(store.zhao, FREE)
    shown = signed_in(store.manager).get("/prechecks").content.decode()
    assert "王芳" in shown
    assert "赵磊" in shown
    assert "张**" in shown
    assert "张建国" not in shown
    assert not make.traces(shown)
    assert Entry.objects.filter(action="precheck.read").count() == 1
    mine = signed_in(store.manager).get(f"/prechecks?by={store.wang.user.pk}&day=2025-04-28").content.decode()
    assert "没有记录的号码" not in mine
    none = signed_in(store.manager).get("/prechecks?day=2025-04-27").content.decode()
    assert "没有人查过" in none


def test_a_customers_page_says_how_often_they_were_asked_for_to_whoever_follows_them(store, estate, signed_in):
    make.registered(store.li, make.at("2025-04-10 10:00"))
    for day in ("2025-04-20 10:00", "2025-04-27 10:00", "2025-04-28 10:00"):
        told(store.wang, make.PHONE, make.at(day))
    page = f"/customers/{make.customer().pk}"
    shown = signed_in(store.li).get(page).content.decode()
    assert "近 7 天被查 2 次" in shown
    assert "近 7 天被查 2 次" in signed_in(store.manager).get(page).content.decode()
    assert "近 7 天被查" not in signed_in(store.desk).get(page).content.decode()


def test_an_agency_is_not_told_who_asked_for_its_customer(estate, signed_in):
    make.registered(estate.anju, make.at("2025-04-27 10:00"))
    told(estate.xu, make.PHONE)
    assert "近 7 天被查" not in signed_in(estate.anju).get(f"/customers/{make.customer().pk}").content.decode()


@pytest.mark.parametrize(("took", "waited"), [(0.03, 0.07), (0.13, 0.07)])
def test_an_agencys_answer_leaves_on_the_beat_however_long_it_took(known, monkeypatch, took, waited):
    passed, slept = iter([0.0, took]), []
    monkeypatch.setattr(looking, "monotonic", lambda: next(passed))
    monkeypatch.setattr(looking, "sleep", slept.append)
    told(known.hengxin, TAKEN)
    assert slept == [pytest.approx(waited)]


def test_nobody_in_house_waits_for_a_beat(known, monkeypatch):
    slept = []
    monkeypatch.setattr(looking, "sleep", slept.append)
    told(known.xu, TAKEN)
    told(known.xu, FREE)
    assert slept == []
