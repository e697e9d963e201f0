"""Nothing is kept longer than its time and a day, and nothing goes before (G29, G-26, PIPL 19): time travel for each class."""

import dataclasses
from datetime import timedelta

import pytest
from django.utils.timezone import localtime
from django_tasks_db.models import DBTaskResult

from arbitration.cases.evidence import call_lines
from arbitration.models import AttachmentContent, CaseEvent, Collision
from leads import privacy
from leads.models import (
    Customer,
    Erasure,
    ImportRow,
    ImportRun,
    InboundMessage,
    NotebookEntry,
    PersonRequest,
    PreCheck,
    Withheld,
)
from leads.privacy import outlived
from leads.privacy.requests import freeze_request, take_request
from leads.services import give_deposit_back, take_deposit
from leads.services.precheck import precheck
from people.models import Robot, RobotPost
from people.services.retention import classes
from tests import agencies, make
from tests.leads import leaving_no_trace as trace
from trail import clock, history, retention, seals
from trail.models import Entry, Message, Periodic, RetentionTerm
from trail.refusals import Refusal
from trail.retention import CLASSES, change_term, count_outlived, forget_outlived

pytestmark = pytest.mark.django_db
FIRST = make.at("2025-04-01 10:00")
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _listed_elsewhere(settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "erasures.jsonl")


def run(moment):
    """The nightly job at this moment, with all that it puts off."""
    with clock.standing_at(moment):
        forget_outlived.call()
        while later := DBTaskResult.objects.filter(task_path=forget_outlived.module_path).first():
            later.delete()
            forget_outlived.call(*later.args_kwargs["args"])


def left(moment):
    """How much of each class is past its time, counted anew."""
    with clock.standing_at(moment):
        count_outlived.call()
    return {row["kept"].code: row["count"] for row in classes(moment) if row["count"]}


def term(code):
    return timedelta(days=retention.terms()[code])


def test_somebody_who_never_came_goes_a_year_after_the_protection_ended(store):
    make.terms(store.project, protection_days=30)
    make.registered(store.li, FIRST)
    lead = make.customer()
    last = lead.ownerships.get().protected_until
    run(last + term("lead") - SECOND)
    assert privacy.state(lead) == ""
    run(last + term("lead") + timedelta(days=1))
    assert (privacy.state(lead), Erasure.objects.get().why, Erasure.objects.get().by) == ("erased", "retention", None)
    assert left(last + term("lead") + timedelta(days=1)) == {}


def test_whoever_came_is_kept_three_years(store):
    visit = make.arrived(store, FIRST)
    NotebookEntry.objects.create(
        project=store.project, customer=visit.customer, user=store.li.user, book="visit", source=visit.no, at=FIRST
    )
    visit.left_at, visit.left_how = FIRST, "desk"
    visit.save()
    run(FIRST + timedelta(days=400))
    run(FIRST + term("visitor") - SECOND)
    assert privacy.state(visit.customer) == ""
    run(FIRST + term("visitor") + timedelta(days=1))
    assert privacy.state(visit.customer) == "erased"


def test_whoever_is_still_needed_is_frozen_and_goes_once_nothing_needs_them(store):
    make.registered(store.li, FIRST)
    lead, late = make.customer(), FIRST + term("deal") + timedelta(days=1)
    deposit = take_deposit(here=store.manager, customer=lead, by=store.li.user, amount_fen=100, designer=None, at=FIRST)
    run(late)
    assert (privacy.state(lead), Withheld.objects.get().why) == ("frozen", "retention")
    give_deposit_back(here=store.manager, deposit=deposit, amount_fen=100, at=late)
    run(late + timedelta(days=1))
    assert privacy.state(lead) == "erased"


def test_a_whole_story_leaves_no_name_behind_and_stays_true(store):
    story = trace.everything(store)
    Collision.objects.update(changed_at=trace.LATER)
    seals.seal(at=trace.LATER)
    last = trace.LATER + term("deal")
    run(last - timedelta(days=1))
    assert privacy.state(story.customer) == ""
    run(last + timedelta(days=40))
    assert privacy.state(story.customer) in ("erased", "frozen")
    assert [str(one) for one in history.mistakes()] == []


def test_whoever_took_their_consent_back_goes_after_thirty_days(store):
    make.registered(store.li, FIRST)
    lead = make.customer()
    row = take_request(here=store.desk, customer=lead, kind="freeze", identified="看了证件", at=FIRST)
    freeze_request(here=store.manager, request=row, at=FIRST)
    Withheld.objects.update(until=FIRST + timedelta(days=30))
    run(FIRST + timedelta(days=30) - SECOND)
    assert privacy.state(lead) == "frozen"
    run(FIRST + timedelta(days=31))
    assert privacy.state(lead) == "erased"


def test_of_a_precheck_it_is_forgotten_who_was_asked_for_and_the_history_stays_true(store):
    for here in (store.li, store.wang):
        precheck(here=here, number="+8613912343333", at=FIRST)
    run(FIRST + term("precheck") - SECOND)
    assert PreCheck.objects.exclude(index=b"").count() == 2
    run(FIRST + term("precheck") + timedelta(days=1))
    assert PreCheck.objects.filter(index=b"", bucket=b"").count() == 2
    assert Entry.objects.get(action="retention.outlived").detail == {"count": 2}
    assert [str(one) for one in history.mistakes()] == []


def test_mails_and_files_lose_what_they_said(store):
    trace.everything(store)
    ImportRun.objects.update(ended_at=FIRST, at=FIRST)
    InboundMessage.objects.update(at=FIRST)
    waiting = ImportRun.objects.create(
        no="DR-9", project=store.project, kind="leads", file_name="b.xlsx", digest=b"d" * 32, state="tried", by=store.li.user, at=FIRST,
        sealed_file=b"x",
    )  # fmt: skip
    run(FIRST + term("import") - SECOND)
    assert ImportRow.objects.filter(sealed_cells__isnull=False).exists()
    assert ImportRun.objects.get(pk=waiting.pk).sealed_file
    run(FIRST + term("import") + timedelta(days=1))
    assert not ImportRow.objects.filter(sealed_cells__isnull=False).exists()
    gone = ImportRun.objects.get(pk=waiting.pk)
    assert (gone.sealed_file, gone.state) == (None, "dropped")
    run(FIRST + term("inbound") - SECOND)
    assert InboundMessage.objects.exclude(sealed_text=b"").count() == 2
    run(FIRST + term("inbound") + timedelta(days=1))
    assert {(m.text, m.sender, m.left, m.state) for m in InboundMessage.objects.all()} == {("", "", "", "closed")}


def test_household_registers_and_call_lists_go_after_the_case(store):
    trace.everything(store)
    AttachmentContent.objects.get().attachment.__class__.objects.update(kind="proof")
    Collision.objects.update(changed_at=trace.LATER)
    run(trace.LATER + term("evidence") - SECOND)
    assert AttachmentContent.objects.exclude(original=b"").count() == 1
    run(trace.LATER + term("evidence") + timedelta(days=1))
    row = AttachmentContent.objects.get()
    assert (bytes(row.original), row.shown) == (b"", None)


def test_the_numbers_of_a_call_list_go_after_the_case_and_the_page_and_the_history_stay_true(estate):
    agencies.in_force(estate)
    case, over = agencies.ripe(estate), make.at("2025-04-20 10:00")
    lists = CaseEvent.objects.filter(type="call_list")
    Collision.objects.filter(pk=case.pk).update(changed_at=over)
    run(over + term("evidence") + SECOND)
    assert all(row.payload["own"] and row.payload["customer"] for row in lists.all()), "the case is open still"
    Collision.objects.filter(pk=case.pk).update(state="ruled")
    run(over + term("evidence") - SECOND)
    assert all(row.payload["own"] for row in lists.all())
    assert left(over + term("evidence"))["evidence"] == 2
    run(over + term("evidence"))
    rest = [(row.payload["own"], row.payload["customer"], row.payload["issuer"]) for row in lists.all()]
    assert rest == [("", "", "china_mobile")] * 2
    assert "号码已删 → 号码已删" in call_lines(lists.first().payload)[1]
    assert "evidence" not in left(over + term("evidence"))
    assert [str(one) for one in history.mistakes()] == []


def test_files_of_a_case_that_is_open_stay(store):
    trace.everything(store)
    AttachmentContent.objects.get().attachment.__class__.objects.update(kind="call_list")
    Collision.objects.update(changed_at=FIRST, state="open")
    run(FIRST + timedelta(days=800))
    assert AttachmentContent.objects.exclude(original=b"").count() == 1


def test_answered_requests_and_read_messages_go_too(store):
    make.registered(store.li, FIRST)
    PersonRequest.objects.create(
        project=store.project, customer=make.customer(), no="GR-1", kind="access", asked_at=FIRST, due_at=FIRST, identified="本人到场",
        taken_by=store.desk.user, state="done", closed_at=FIRST, closed_by=store.manager.user, answer="给了",
    )  # fmt: skip
    Message.objects.create(to="1", kind="visit.arrived", sentence="x", at=FIRST)
    run(FIRST + term("message") - SECOND)
    assert Message.objects.filter(kind="visit.arrived").count() == 1
    run(FIRST + term("request") + timedelta(days=1))
    assert PersonRequest.objects.get().identified == ""
    assert not Message.objects.filter(kind="visit.arrived").exists()


def test_what_a_robot_posted_goes_and_what_it_still_has_to_post_stays(store):
    group = Robot.objects.create(
        project=store.project, kind="wecom", name="群", sealed_address=b"", wants=[], changed_at=FIRST
    )
    for state in RobotPost.State.values:
        RobotPost.objects.create(
            robot=group, key=state, kind="visit.arrived", sentence="x", at=FIRST, due_at=FIRST, state=state
        )
    run(FIRST + term("robot_post") - SECOND)
    assert RobotPost.objects.count() == 4
    run(FIRST + term("robot_post"))
    assert RobotPost.objects.get().state == "waiting"


def test_the_log_is_kept(store):
    make.registered(store.li, FIRST)
    before = Entry.objects.filter(at__lte=FIRST).count()
    run(FIRST + timedelta(days=4000))
    assert Entry.objects.filter(at__lte=FIRST).count() == before > 0


def test_many_go_in_several_runs(store, monkeypatch):
    monkeypatch.setattr(outlived, "A_RUN", 2)
    for n in range(5):
        make.registered(store.li, FIRST, number=f"1390000000{n}", name=f"客户{n}")
    run(FIRST + timedelta(days=500))
    assert Erasure.objects.count() == 5
    assert Customer.objects.filter(name=privacy.ERASED_NAME).count() == 5


@pytest.mark.parametrize(
    "code", ["lead", "visitor", "deal", "precheck", "inbound", "request", "evidence", "accusation"]
)
def test_nobody_sets_a_time_outside_of_what_the_law_leaves_open(store, code):
    one = CLASSES[code]
    given = {"code": code, "by": store.admin.user.pk, "project": "store", "at": FIRST}
    for days in (one.least - 1, one.most + 1):
        with pytest.raises(Refusal) as caught:
            change_term(days=days, **given)
        assert caught.value.code == "days_outside"
    change_term(days=one.least, **given)
    assert retention.terms()[code] == one.least
    for never in ("audit", "nothing"):
        with pytest.raises(Refusal):
            change_term(days=200, **given | {"code": never})


def test_the_page_shows_what_goes_next_and_changes_a_time(store, signed_in):
    make.registered(store.li, FIRST)
    with clock.standing_at(FIRST + timedelta(days=400)):
        admin = signed_in(store.admin)
        page = admin.get("/settings/retention").content.decode()
        assert left(clock.now())["lead"] == 1
        assert "下次清理 1 条" in page
        assert "网络安全法 21 条" in page
        assert admin.post("/settings/retention/lead", {"days": "1"}).status_code == 422
        assert admin.post("/settings/retention/lead", {"days": "730"}).status_code == 302
        assert "lead" not in left(clock.now())
    assert RetentionTerm.objects.get().days == 730


def test_the_page_says_what_was_counted_by_night_and_counts_itself_only_what_was_not(store, signed_in, monkeypatch):
    make.registered(store.li, FIRST)
    night, day = FIRST + timedelta(days=400), FIRST + timedelta(days=400, hours=6)
    counted = []
    for code, one in list(CLASSES.items()):
        if one.count:
            again = dataclasses.replace(one, count=lambda t, one=one: counted.append(one.code) or one.count(t))
            monkeypatch.setitem(CLASSES, code, again)
    with clock.standing_at(night):
        count_outlived.call()
    assert set(counted) == {code for code, one in CLASSES.items() if one.count}
    counted.clear()
    make.registered(store.li, FIRST, number="13900000001", name="王先生")
    with clock.standing_at(day):
        admin = signed_in(store.admin)
        page = admin.get("/settings/retention").content.decode()
        assert "下次清理 1 条" in page
        assert f"{localtime(night):%H:%M} 数的" in page
        assert counted == []
        admin.post("/settings/retention/lead", {"days": "300"})
        page = admin.get("/settings/retention").content.decode()
        assert "下次清理 2 条" in page
        assert f"{localtime(day):%H:%M} 数的" in page
        admin.get("/settings/retention")
        assert counted == ["lead"]


def test_what_is_counted_is_what_goes_when_the_job_runs_next(store):
    """By the time of the run, not by that of the count."""
    make.terms(store.project, protection_days=30)
    make.registered(store.li, FIRST)
    goes = make.customer().ownerships.get().protected_until + term("lead")
    Periodic.objects.update_or_create(name="forget_outlived", defaults={"next_at": goes})
    assert left(goes - timedelta(hours=20))["lead"] == 1
    Periodic.objects.update(next_at=goes - SECOND)
    assert "lead" not in left(goes - timedelta(hours=20))
