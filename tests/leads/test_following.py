"""Following a customer up: profile, stages, grade, being in touch, tasks."""

from pathlib import Path

import pytest
from django.db import connection

from leads import completeness, grading
from leads.models import Contact, Customer, NotebookEntry, Profile, Relation, Task
from leads.profiles import skipped_stages
from leads.services import (
    add_task,
    finish_task,
    grade,
    keep_profile,
    log_contact,
    precheck,
    relate,
    sign_deal,
    write_note,
)
from leads.services.tasks import tell_due, tell_due_tasks
from tests import make
from trail import clock
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
BASE = Path(__file__).parents[2]
KNOWN = {"needs": "四居室", "intent": "想签整装", "region": "城北", "industry": "教育", "stage": "develop"}


@pytest.fixture
def followed(store):
    """李强 follows 张建国."""
    make.registered(store.li, make.at("2025-04-20 10:00"))
    return store


def touched(here, when, *, mode="call", **more):
    return log_contact(here=here, customer=make.customer(), mode=mode, at=make.at(when), **more)


def profile():
    return Profile.objects.get(customer=make.customer())


# ── profile and stage ──


def test_whoever_follows_the_customer_keeps_the_profile_and_a_manager_does(followed):
    kept, warned = keep_profile(here=followed.li, customer=make.customer(), at=make.MOMENT, **KNOWN)
    assert (kept.needs, kept.region, warned) == ("四居室", "城北", [])
    keep_profile(here=followed.manager, customer=make.customer(), at=make.MOMENT, **KNOWN | {"needs": "三居室"})
    assert [row.needs for row in profile().history.all()] == ["三居室", "四居室"]


def test_somebody_who_only_reported_the_customer_too_does_not_keep_the_profile(followed):
    make.registered(followed.wang, make.at("2025-04-21 10:00"))
    with pytest.raises(Refusal) as refused:
        keep_profile(here=followed.wang, customer=make.customer(), at=make.MOMENT, **KNOWN)
    assert refused.value.code == "profile_not_yours"


def test_the_stage_follows_what_happens_and_never_goes_back(followed):
    touched(followed.li, "2025-04-21 10:00")
    assert profile().stage == "follow"
    touched(followed.li, "2025-04-22 10:00", mode="quote")
    assert profile().stage == "quote"
    touched(followed.li, "2025-04-23 10:00")
    assert profile().stage == "quote"
    sign(followed)
    assert (profile().stage, skipped_stages(profile())) == ("sign", [])


def sign(store):
    return sign_deal(
        here=store.li, customer=make.customer(), closer=store.li.user, amount_fen=1_000_000, commission_fen=30_000,
        designer=None, term_months=12, at=make.at("2025-04-25 11:00"),
    )  # fmt: skip


def test_a_call_that_reached_nobody_is_no_follow_up(followed):
    touched(followed.li, "2025-04-21 10:00", connected=False)
    assert not Profile.objects.exists()


def test_a_stage_that_was_skipped_is_warned_of(followed):
    _kept, warned = keep_profile(
        here=followed.li, customer=make.customer(), at=make.MOMENT, **KNOWN | {"stage": "sign"}
    )
    assert ["跟进、报价" in sentence for sentence in warned] == [True]
    sign(followed)
    assert [stage.value for stage in skipped_stages(profile())] == ["follow", "quote"]


def test_there_are_four_stages_in_order():
    assert Profile.Stage.labels == ["开发", "跟进", "报价", "签约"]


# ── grade ──


def test_a_salesperson_does_not_grade_and_the_department_does(followed):
    given = {"customer": make.customer(), "potential": 3, "importance": 2, "loyalty_high": True, "profit_high": False}
    with pytest.raises(Refusal, match="grade_by_department"):
        grade(here=followed.li, at=make.MOMENT, **given)
    graded = grade(here=followed.manager, at=make.MOMENT, **given)
    assert grading.letter(graded.potential, graded.importance) == "A"
    assert grading.tier(graded.profit_high, graded.loyalty_high) == 3
    assert Entry.objects.filter(action="profile.grade").count() == 1


@pytest.mark.parametrize(
    ("profit", "loyalty", "tier"),
    [(True, True, 1), (True, False, 2), (False, True, 3), (False, False, 4), (None, True, None)],
)
def test_the_tier_puts_profit_before_loyalty(profit, loyalty, tier):
    assert grading.tier(profit, loyalty) == tier


def test_more_potential_or_importance_never_gives_a_lower_letter():
    for (potential, importance), letter in grading.LETTERS.items():
        assert all(other <= letter for (p, i), other in grading.LETTERS.items() if p >= potential and i >= importance)
    assert grading.letter(3, None) == ""
    assert (3, 3) in grading.pairs("A")
    assert (1, 1) not in grading.pairs("A")


def test_the_docs_show_the_table_of_letters_as_it_is():
    rows = [
        line.split("|")[1:-1]
        for line in (BASE / "docs" / "following.md").read_text("utf-8").splitlines()
        if "|" in line
    ]
    told = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in rows if len(cells) == 4}
    for word, potential in (("low", 1), ("middle", 2), ("high", 3)):
        assert told[word] == [grading.LETTERS[potential, importance] for importance in (1, 2, 3)]


# ── being in touch ──


def test_the_owner_is_named_before_somebody_else_is_in_touch_and_the_record_says_so(followed):
    with pytest.raises(Refusal) as refused:
        touched(followed.wang, "2025-04-21 10:00")
    assert (refused.value.code, refused.value.sentence) == ("confirm_contact", "归李强跟进，先联系他。")
    assert not Contact.objects.exists()
    contact = touched(followed.wang, "2025-04-21 10:00", confirmed=True)
    assert contact.owner == followed.li.user
    told = Message.objects.get(to=str(followed.li.user.pk), kind="contact.other")
    assert told.facts == {"name": "张**", "who": "王芳"}


def test_in_touch_with_ones_own_customer_nothing_is_asked(followed):
    contact = touched(followed.li, "2025-04-21 10:00")
    assert (contact.owner, contact.unqueried) == (None, False)


def test_an_agency_learns_nothing_of_who_follows_the_customer(estate):
    make.registered(estate.xu, make.at("2025-04-27 10:00"))
    contact = touched(estate.anju, "2025-04-28 10:00")
    assert contact.owner == estate.xu.user
    assert Message.objects.get(kind="contact.other").facts == {"name": "张**"}


def test_a_contact_without_a_look_up_in_the_24_hours_before_is_flagged(followed):
    free = {"number": "13812340000", "name": "李"}
    make.registered(followed.sun, make.at("2025-01-01 10:00"), **free)
    customer = make.customer("13812340000")
    customer.ownerships.update(until=make.at("2025-02-01 10:00"))
    flags = []
    for when in ("2025-04-21 09:00", "2025-04-22 10:00", "2025-04-22 10:01"):
        flags.append(log_contact(here=followed.wang, customer=customer, mode="call", at=make.at(when)).unqueried)
        if when == "2025-04-21 09:00":
            precheck(here=followed.wang, number="13812340000", at=make.at("2025-04-21 10:00"))
    assert flags == [True, False, True]


def test_a_second_sample_to_the_same_company_is_warned_of_whoever_received_the_first(followed):
    make.registered(followed.li, make.at("2025-04-20 10:00"), number="13812340000", name="李")
    Customer.objects.filter(pk=make.customer().pk).update(kind="company")
    buyer, company = make.customer("13812340000"), make.customer()
    relate(
        here=followed.li,
        customer=company,
        other=buyer,
        staff=None,
        kind=Relation.Kind.CONTACT,
        at=make.at("2025-04-20 11:00"),
    )
    touched(followed.li, "2025-04-21 10:00", mode="sample")
    with pytest.raises(Refusal) as refused:
        log_contact(here=followed.li, customer=buyer, mode="sample", at=make.MOMENT)
    assert refused.value.sentence == "2025-04-21 已经送过样，别送第二份。"
    again = log_contact(here=followed.li, customer=buyer, mode="sample", at=make.MOMENT, confirmed=True)
    assert again.sampled_before


def test_phoned_and_then_sampled_the_customer_is_to_be_registered(store):
    make.arrived(store, make.at("2025-04-20 10:00"), hand_to=store.sun.user)
    make.customer().ownerships.update(until=make.at("2025-04-20 12:00"))
    touched(store.li, "2025-04-21 10:00")
    assert not Task.objects.exists()
    touched(store.li, "2025-04-23 10:00", mode="sample")
    touched(store.li, "2025-04-24 10:00", mode="field_visit")
    task = Task.objects.get()
    assert (task.user, task.due_at) == (store.li.user, make.at("2025-04-24 10:00"))


def test_a_time_that_somebody_claims_stands_beside_the_server_s(followed):
    contact = touched(followed.li, "2025-04-21 10:00", claimed_at=make.at("2025-04-20 09:00"))
    assert (contact.at, contact.claimed_at) == (make.at("2025-04-21 10:00"), make.at("2025-04-20 09:00"))
    with pytest.raises(Refusal, match="claimed_later"):
        touched(followed.li, "2025-04-21 10:00", claimed_at=make.at("2025-04-21 10:01"))


# ── what a record lacks ──


@pytest.mark.parametrize(
    ("lacking", "wanted"),
    [
        (completeness.collected(name="", phone=True), ["姓名"]),  # D01-3.b1f/T1
        (completeness.collected(name="赵某", phone=True), []),  # D01-3.b1f/T2
        (completeness.visited(note=None), ["详细记录"]),  # D01-3.b2f/T1
        (completeness.visited(note="询问一年期产品"), []),  # D01-3.b2f/T2
        (
            completeness.signed(name="赵某", phone=True, amount_fen=20_000_000, term_months=None),
            ["期限"],
        ),  # D01-3.b3f/T1
        (completeness.signed(name="赵某", phone=True, amount_fen=20_000_000, term_months=12), []),  # D01-3.b3f/T2
        (completeness.reported(name="赵某", phone=True, needs=""), ["需求"]),  # D08-5.1b/T1
        (completeness.contacted(needs="一年期", intent=""), ["意向"]),  # D13-4.3a/T1
        (completeness.contacted(needs="一年期", intent="未定"), []),  # D13-4.3a/T2
    ],
)
def test_a_record_is_complete_when_nothing_that_its_clause_asks_for_is_missing(lacking, wanted):
    assert lacking == wanted


def test_the_record_of_a_visit_is_written_once_by_whose_notebook_it_is(followed):
    make.arrived(followed, make.at("2025-04-21 10:00"), asked_for=followed.li.user)
    line = NotebookEntry.objects.get(book="visit")
    with pytest.raises(Refusal, match="line_not_yours"):
        write_note(here=followed.wang, line=line, note="不是我的", at=make.MOMENT)
    write_note(here=followed.li, line=line, note="询问一年期产品", at=make.MOMENT)
    with pytest.raises(Refusal, match="note_written"):
        write_note(here=followed.li, line=line, note="改一改", at=make.MOMENT)
    assert NotebookEntry.objects.get(pk=line.pk).note == "询问一年期产品"


def test_the_database_keeps_a_written_record(followed):
    make.arrived(followed, make.at("2025-04-21 10:00"), asked_for=followed.li.user)
    line = NotebookEntry.objects.get(book="visit")
    write_note(here=followed.li, line=line, note="询问一年期产品", at=make.MOMENT)
    with pytest.raises(Exception, match="is set once"), connection.cursor() as cursor:
        cursor.execute("UPDATE leads_notebookentry SET note = 'x' WHERE id = %s", [line.pk])


# ── tasks ──


def test_a_task_is_added_told_when_its_time_comes_once_and_done(followed):
    task = add_task(
        here=followed.li, customer=make.customer(), what="发报价", due_at=make.at("2025-04-29 10:00"), at=make.MOMENT
    )
    assert tell_due(at=make.at("2025-04-29 09:59")) == 0
    assert [tell_due(at=make.at(f"2025-04-29 1{hour}:00")) for hour in (0, 1)] == [1, 0]
    message = Message.objects.get(kind="task.due")
    assert (message.to, message.to_do, message.facts) == (str(followed.li.user.pk), True, {"name": "张**"})
    finish_task(here=followed.li, task=task, note="发了", at=make.at("2025-04-29 12:00"))
    message.refresh_from_db()
    assert message.done_at == make.at("2025-04-29 12:00")
    with pytest.raises(Refusal, match="task_done"):
        finish_task(here=followed.li, task=task, note="", at=make.at("2025-04-29 12:01"))


def test_a_task_needs_words_and_a_time_to_come_and_only_a_manager_gives_one(followed):
    given = {"customer": make.customer(), "at": make.MOMENT}
    for code, more in (
        ("task_of_nothing", {"what": " ", "due_at": make.at("2025-04-29 10:00")}),
        ("task_too_late", {"what": "x", "due_at": make.MOMENT}),
        ("task_not_yours", {"what": "x", "due_at": make.at("2025-04-29 10:00"), "user": followed.wang.user}),
    ):
        with pytest.raises(Refusal, match=code):
            add_task(here=followed.li, **given, **more)
    task = add_task(
        here=followed.manager, what="回访", due_at=make.at("2025-04-29 10:00"), user=followed.li.user, **given
    )
    assert Message.objects.get(kind="task.given").to == str(task.user_id)


def test_the_job_tells_of_what_is_due(followed, do_jobs):
    add_task(
        here=followed.li, customer=make.customer(), what="发报价", due_at=make.at("2025-04-28 14:06"), at=make.MOMENT
    )
    with clock.standing_at(make.at("2025-04-28 14:10")):
        tell_due_tasks.enqueue()
        do_jobs()
    assert Message.objects.filter(kind="task.due").count() == 1
