"""The log of complaints and incidents: who hears of it, what is done once, when it may be closed; and what it never touches."""

import ast
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from tests.racing import at_once, mistakes, refused_or
from tests.visits.incidents import done, keeping, late, opened
from trail.models import Entry, Message
from trail.refusals import Refusal
from visits.incidents import figures, log
from visits.models import Incident
from visits.services.incidents import add_note, close_incident, set_cause, tell_late

TEN = make.at("2025-03-03 10:00:00")
MINUTE = timedelta(minutes=1)
BASE = Path(__file__).parent.parent.parent
OURS = [*BASE.glob("visits/incidents/*.py"), BASE / "visits/services/incidents.py"]


@pytest.fixture
def kept(store):
    return keeping(store)


def told(here, kind):
    return [str(message) for message in Message.objects.filter(to=str(here.user.pk), kind=kind)]


def refused(act):
    with pytest.raises(Refusal) as why:
        act()
    return why.value.code


# Who hears of it


@pytest.mark.django_db
def test_a_project_that_keeps_no_log_has_none(store):
    """G-50: off by default."""
    assert refused(lambda: opened(store.desk, "walkout", TEN)) == "no_log"
    assert not log.visible(store.manager).exists()


@pytest.mark.django_db
def test_the_person_in_charge_hears_of_a_walkout_at_once(kept):
    """D16-2.2.1."""
    incident = opened(kept.desk, "walkout", TEN, in_charge=kept.general.user)
    assert [len(told(here, "incident.opened")) for here in (kept.general, kept.manager)] == [1, 0]
    assert incident.no in told(kept.general, "incident.opened")[0]
    assert Message.objects.get(kind="incident.opened").at == TEN


@pytest.mark.django_db
def test_with_nobody_named_the_managers_hear_of_an_accident(kept):
    """D16-3.2.1."""
    opened(kept.desk, "traffic", TEN)
    assert len(told(kept.manager, "incident.opened")) == 1


@pytest.mark.django_db
def test_who_is_in_charge_and_enters_it_need_not_be_told(kept):
    incident = opened(kept.manager, "walkout", TEN, in_charge=kept.manager.user)
    assert told(kept.manager, "incident.opened") == []
    assert incident.steps.get(code="notify").done_by == kept.manager.user


@pytest.mark.django_db
def test_a_double_sale_is_for_whoever_follows_the_customer_and_nobody_else(kept):
    """D15-3a, against D18-7: the task goes to the owner, whoever was named."""
    make.registered(kept.li, make.at("2025-03-01 10:00"))
    incident = opened(kept.desk, "double_sale", TEN, customer=make.customer(), in_charge=kept.manager.user)
    assert incident.in_charge == kept.li.user
    assert len(told(kept.li, "incident.opened")) == 1
    assert told(kept.wang, "incident.opened") == []
    assert list(log.visible(kept.li)) == [incident]
    assert not log.visible(kept.wang).exists()


@pytest.mark.django_db
def test_an_outside_agent_is_never_in_charge(estate):
    make.registered(estate.anju, TEN - timedelta(days=1))
    estate.project.keeps_incidents = estate.desk.project.keeps_incidents = estate.anju.project.keeps_incidents = True
    estate.project.save()
    incident = opened(estate.desk, "double_sale", TEN, customer=make.customer())
    assert incident.in_charge is None
    assert not log.visible(estate.anju).exists()
    assert "马上找人联系客户" in told(estate.manager, "incident.opened")[0]


@pytest.mark.django_db
def test_reporting_up_tells_the_manager_and_a_managers_the_general_manager(kept):
    """D15-3c, D16-2.2.3, D16-3.2.3."""
    done(kept.desk, opened(kept.desk, "walkout", TEN), "report_up", TEN)
    assert [len(told(here, "incident.reported")) for here in (kept.manager, kept.general)] == [1, 0]
    done(kept.manager, opened(kept.desk, "traffic", TEN), "report_up", TEN)
    assert [len(told(here, "incident.reported")) for here in (kept.manager, kept.general)] == [1, 1]


@pytest.mark.django_db
def test_no_message_and_no_line_of_the_log_names_a_customer(kept):
    incident = opened(kept.desk, "complaint", TEN, customer=make.registered(kept.li, TEN).registration.customer)
    done(kept.desk, incident, "reply", TEN + MINUTE, note="已经道歉，约了周三上门")
    close_incident(here=kept.desk, incident=incident, found="换了铰链", at=TEN + MINUTE)
    said = [f"{m.sentence}{m.facts}" for m in Message.objects.filter(kind__startswith="incident")]
    said += [f"{e.subject}{e.detail}" for e in Entry.objects.filter(action__startswith="incident")]
    assert len(said) == 4
    assert not any(word in line for line in said for word in ("张", "139", "铰链", "上门"))


# What may be entered


@pytest.mark.django_db
def test_what_is_still_to_come_is_not_entered(kept):
    assert refused(lambda: opened(kept.desk, "traffic", TEN, happened_at=TEN + MINUTE)) == "not_yet"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "number", ["13912343333", "139 1234 3333", "139-1234-3333", "+86 13912343333", "１３９１２３４３３３３"]
)
def test_a_text_with_a_mobile_number_is_refused(kept, number):
    incident = opened(kept.desk, "complaint", TEN)
    for act in (
        lambda: done(kept.desk, incident, "reply", TEN, note=f"打{number}，回复了"),
        lambda: close_incident(here=kept.desk, incident=incident, found=f"电话{number}", at=TEN),
    ):
        assert refused(act) == "phone_in_text"
    incident.refresh_from_db()
    assert incident.closed_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["订单 20250303100012345", "139****3333 的客户", "尾号 3333", "12345678901 号"])
def test_other_numbers_may_be_written(kept, text):
    assert done(kept.desk, opened(kept.desk, "complaint", TEN), "reply", TEN, note=text).note == text


# Steps are done once


@pytest.mark.django_db
def test_a_step_is_done_once_and_more_is_only_added(kept):
    incident = opened(kept.desk, "walkout", TEN)
    assert (
        refused(lambda: add_note(here=kept.desk, incident=incident, code="notify", note="补充", at=TEN)) == "step_open"
    )
    done(kept.desk, incident, "notify", TEN + MINUTE, note="当面说了")
    assert refused(lambda: done(kept.manager, incident, "notify", TEN + 2 * MINUTE)) == "step_done"
    row = add_note(here=kept.manager, incident=incident, code="notify", note="我到现场了", at=TEN + 3 * MINUTE)
    assert row.note == "当面说了\n2025-03-03 10:03 何静: 我到现场了"
    assert (row.done_by, row.done_at) == (kept.desk.user, TEN + MINUTE)


@pytest.mark.django_db
def test_what_was_done_before_it_is_entered_keeps_both_times(kept):
    incident = opened(kept.desk, "walkout", TEN + 60 * MINUTE, happened_at=TEN)
    row = done(kept.desk, incident, "notify", TEN + 61 * MINUTE, done_at=TEN + 5 * MINUTE)
    assert (row.done_at, row.noted_at) == (TEN + 5 * MINUTE, TEN + 61 * MINUTE)
    assert "notify" not in late(kept, TEN + 90 * MINUTE)
    assert refused(lambda: done(kept.desk, incident, "police", TEN, done_at=TEN + MINUTE)) == "not_yet"
    assert refused(lambda: done(kept.desk, incident, "police", TEN, done_at=TEN - 2 * MINUTE)) == "before_it"


def test_two_who_do_a_step_at_once_do_it_once(committed):
    kept = keeping(make.store())
    incident = opened(kept.desk, "walkout", TEN)
    came_to = at_once(
        *[lambda here=here: done(here, incident, "notify", TEN) for here in (kept.desk, kept.manager) * 2]
    )
    assert mistakes(came_to) == []
    assert sorted(refused_or(came_to, "done")) == ["done", "step_done", "step_done", "step_done"]
    assert Entry.objects.filter(action="incident.step").count() == 1


@pytest.mark.django_db
def test_what_was_asked_of_people_is_done_with_it(kept):
    incident = opened(kept.desk, "walkout", TEN)
    tell_late(at=TEN + 31 * MINUTE)
    waiting = Message.objects.waiting().filter(to=str(kept.manager.user.pk), link__startswith="/incidents")
    assert sorted(waiting.values_list("kind", flat=True)) == ["incident.late", "incident.late", "incident.opened"]
    done(kept.manager, incident, "notify", TEN + 32 * MINUTE)
    assert [m.link for m in waiting] == [f"/incidents/{incident.no}#evidence"]
    close_incident(here=kept.manager, incident=incident, found="追回了", left_undone="没有录像", at=TEN + 33 * MINUTE)
    assert not waiting.all().exists()


# Closing


@pytest.mark.django_db
def test_it_is_closed_when_what_must_be_done_is_done_or_with_a_reason(kept):
    incident = opened(kept.desk, "walkout", TEN)
    for code in ("notify", "report_up", "investigate", "retrospect"):
        done(kept.manager, incident, code, TEN)
    assert (
        refused(lambda: close_incident(here=kept.manager, incident=incident, found="追回", at=TEN))
        == "left_undone_missing"
    )
    done(kept.manager, incident, "evidence", TEN, evidence=["video"])
    closed = close_incident(
        here=kept.manager, incident=incident, found="追回", at=TEN
    )  # nobody called the police: no must
    assert (closed.closed_by, closed.left_undone) == (kept.manager.user, "")
    assert refused(lambda: done(kept.manager, incident, "police", TEN)) == "incident_closed"
    assert (
        refused(lambda: close_incident(here=kept.manager, incident=incident, found="再结", at=TEN)) == "incident_closed"
    )


@pytest.mark.django_db
def test_a_reason_closes_what_is_not_done_and_is_kept(kept):
    incident = opened(kept.desk, "complaint", TEN)
    closed = close_incident(here=kept.desk, incident=incident, found="撤诉", left_undone="客户撤了", at=TEN + MINUTE)
    assert closed.left_undone == "客户撤了"
    assert late(kept, TEN + timedelta(days=3)) == []  # measured when it was closed
    assert tell_late(at=TEN + timedelta(days=3)) == 0


@pytest.mark.django_db
def test_only_a_complaint_has_a_cause(kept):
    incident = opened(kept.desk, "traffic", TEN, cause="defect")
    assert incident.cause == ""
    assert refused(lambda: set_cause(here=kept.desk, incident=incident, cause="defect", at=TEN)) == "no_cause"


# Figures


@pytest.mark.django_db
def test_a_month_is_counted_by_kind_cause_lateness_and_time_to_reply(kept):
    """D06-4: causes; the month is the project's local month."""
    outside = make.at("2025-04-01 00:00:00")
    for cause, hours in (("defect", 2), ("defect", 30), ("communication", None)):
        incident = opened(kept.desk, "complaint", TEN, cause=cause)
        if hours:
            done(kept.desk, incident, "reply", TEN + timedelta(hours=hours))
    opened(kept.desk, "walkout", make.at("2025-03-31 23:59:59"))
    opened(kept.desk, "walkout", outside)
    at = make.at("2025-04-01 00:10")
    counted = figures.month(kept.project, *log.span(kept.manager, TEN.date()), at)
    assert counted.kinds == [("客户投诉", 3, 0), ("顾客跑单", 1, 0)]
    assert counted.causes == [("产品缺陷", 2, 0), ("沟通障碍", 1, 0)]
    assert (counted.steps, counted.late, counted.share) == (6, 2, 33)
    assert (counted.replied, counted.hours, counted.longest) == (2, 16.0, 30.0)


@pytest.mark.django_db
def test_an_empty_month_divides_by_nothing(kept):
    counted = figures.month(kept.project, *log.span(kept.manager, TEN.date()), TEN)
    assert (counted.share, counted.hours, counted.kinds) == (None, None, [])


# What it never touches (G-50)

FORBIDDEN = (
    "leads.services",
    "leads.claims",
    "leads.succession",
    "leads.signals",
    "leads.registering",
    "visits.services.desk",
)


def test_the_rules_import_nothing_that_moves_a_customer():
    for file in OURS:
        named = {
            node.module or ""
            for node in ast.walk(ast.parse(file.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
        }
        assert not any(name.startswith(FORBIDDEN) for name in named), file.name
        assert not any(name.split(".")[0] in ("arbitration", "penalties", "finance") for name in named), file.name


MONEY_AND_OWNERS = [
    apps.get_model(name)
    for name in (
        "leads.Ownership", "leads.Registration", "leads.Deal", "leads.Deposit", "leads.NotebookEntry", "leads.ProtectionChange",
        "arbitration.Collision", "arbitration.Claim", "penalties.Sanction", "finance.Posting",
    )
]  # fmt: skip
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["open", "step", "cause", "note", "late", "close"]), st.integers(0, 3), st.integers(0, 6)
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_done_in_the_log_no_owner_and_no_money_moves(acts):
    with transaction.atomic():
        kept = keeping(make.store())
        make.registered(kept.li, TEN - timedelta(days=2))
        make.registered(kept.wang, TEN - timedelta(days=1))
        before = rows()
        for n, act in enumerate(acts):
            play(kept, act, TEN + n * timedelta(hours=9))
        assert rows() == before
        transaction.set_rollback(True)


def rows():
    """All that says whose a customer is, and all money."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MONEY_AND_OWNERS}


def play(kept, act, at):
    what, n, m = act
    kind, here = Incident.Kind.values[n], (kept.desk, kept.li, kept.manager, kept.general)[n]
    if what == "open":
        opened(here, kind, at, customer=make.customer(), cause=Incident.Cause.values[m])
        return
    tell_late(at=at) if what == "late" else None
    for incident in Incident.objects.all():
        code = list(incident.steps.order_by("pk").values_list("code", flat=True))[m % incident.steps.count()]
        acts = {
            "step": lambda i=incident, c=code: done(here, i, c, at, evidence=["video"]),
            "cause": lambda i=incident: set_cause(here=here, incident=i, cause=Incident.Cause.values[m], at=at),
            "note": lambda i=incident, c=code: add_note(here=here, incident=i, code=c, note="补充", at=at),
            "close": lambda i=incident: close_incident(
                here=here, incident=i, found="结了", left_undone="没必要", at=at
            ),
        }
        with suppress(Refusal):
            acts.get(what, lambda: None)()
