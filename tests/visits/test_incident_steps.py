"""What is asked for by when: every step of every list, and every term to the second. Clauses by their ids."""

from datetime import timedelta

import pytest

from tests import make
from tests.visits.incidents import done, keeping, late, opened
from trail.models import Message
from trail.refusals import Refusal
from visits.incidents.steps import AT_ONCE, EVER, PROMPTLY, steps_of
from visits.models import Incident
from visits.services.incidents import set_cause, tell_late

pytestmark = pytest.mark.django_db
Cause, Kind = Incident.Cause, Incident.Kind
TEN = make.at("2025-03-03 10:00:00")
SECOND = timedelta(seconds=1)
FIRST_MINUTES, DAY = TEN + AT_ONCE, TEN + PROMPTLY
EVIDENCE = {"evidence": ["video"]}
# Every step with a term: clause, kind, code, and the last moment for it.
TERMS = [
    ("D06-5.2b", "complaint", "reply", DAY),
    ("D16-2.2.1", "walkout", "notify", FIRST_MINUTES),
    ("D16-2.2.1e", "walkout", "evidence", FIRST_MINUTES),
    ("D16-2.2.3", "walkout", "report_up", DAY),
    ("D16-3.2.1", "traffic", "notify", FIRST_MINUTES),
    ("D16-3.2.1e", "traffic", "evidence", FIRST_MINUTES),
    ("D16-3.2.3", "traffic", "report_up", DAY),
    ("D15-3a", "double_sale", "contact", FIRST_MINUTES),
    ("D15-3c", "double_sale", "report_up", DAY),
]
LISTS = {
    ("complaint", ""): ["reply"],
    ("complaint", "defect"): ["reply", "investigate", "apologise", "improve", "supervise"],
    ("complaint", "service"): ["reply", "investigate", "apologise", "improve", "supervise"],
    ("complaint", "changed_needs"): ["reply", "learn", "alternative"],
    ("complaint", "late_delivery"): ["reply"],
    ("walkout", ""): ["notify", "evidence", "look_for", "police", "report_up", "investigate", "retrospect"],
    ("traffic", ""): ["notify", "evidence", "rescue", "police", "report_up", "investigate", "retrospect"],
    ("double_sale", ""): ["contact", "explain", "solution", "report_up"],
}


@pytest.fixture
def kept(store):
    return keeping(store)


def test_the_terms_are_those_of_the_text_and_no_others():  # G-06: 立即 30 min, 及时 24 h
    assert (timedelta(minutes=30), timedelta(hours=24)) == (AT_ONCE, PROMPTLY)
    told = {(step.clause, kind, step.code) for (kind, _code), step in EVER.items() if step.term}
    assert told == {(clause, kind, code) for clause, kind, code, _last in TERMS}


@pytest.mark.parametrize(("clause", "kind", "code", "last"), TERMS)
def test_a_step_is_in_time_exactly_at_its_limit_and_late_a_second_after(kept, clause, kind, code, last):
    """D06-5.2b/T2, D15-3a/T1, D15-3c/T1 and T2, D16-2.2.1/T1 and T2, D16-3.2.1/T2."""
    incident = opened(kept.desk, kind, TEN)
    assert code not in late(kept, last)
    assert code in late(kept, last + SECOND)
    done(kept.manager, incident, code, last, **(EVIDENCE if code == "evidence" else {}))
    assert code not in late(kept, last + timedelta(days=30))


@pytest.mark.parametrize(("clause", "kind", "code", "last"), TERMS)
def test_what_was_done_a_second_late_stays_late(kept, clause, kind, code, last):
    incident = opened(kept.desk, kind, TEN)
    done(kept.manager, incident, code, last + SECOND, **(EVIDENCE if code == "evidence" else {}))
    assert code in late(kept, last + timedelta(days=30))


@pytest.mark.parametrize(("clause", "kind", "code", "last"), TERMS)
def test_a_late_step_is_told_once_and_never_at_its_limit(kept, clause, kind, code, last):
    opened(kept.desk, kind, TEN)
    tell_late(at=last)
    told = Message.objects.filter(kind="incident.late", link__endswith=f"#{code}", to=str(kept.manager.user.pk))
    assert not told.exists()
    tell_late(at=last + SECOND)
    tell_late(at=last + timedelta(days=1))
    assert told.count() == 1


@pytest.mark.parametrize(("kind", "cause"), LISTS)
def test_a_kind_and_cause_have_their_list(kept, kind, cause):
    incident = opened(kept.desk, kind, TEN, cause=cause)
    assert [step.code for step in steps_of(kind, cause)] == LISTS[kind, cause]
    assert {row.code for row in incident.steps.all()} == set(LISTS[kind, cause])


@pytest.mark.parametrize("cause", ["defect", "damaged", "not_as_expected", "no_after_sales", "service"])
def test_a_fault_of_ours_has_four_steps(kept, cause):
    """D06-5.1/T1: investigate, admit, improve, supervise."""
    clauses = [step.clause for step in steps_of("complaint", cause)]
    assert clauses == ["D06-5.2b", "D06-5.1a", "D06-5.1b", "D06-5.1c", "D06-5.1c"]


def test_needs_that_changed_have_the_other_list(kept):
    """D06-5.1/T2: not the four steps of a fault, but D06-5.3."""
    incident = opened(kept.desk, "complaint", TEN, cause=Cause.CHANGED_NEEDS)
    assert {row.code for row in incident.steps.all()} == {"reply", "learn", "alternative"}


@pytest.mark.parametrize(
    ("kind", "cause", "code", "first"),
    [
        ("complaint", "defect", "apologise", "investigate"),  # D06-5.1b: after confirming the problem
        ("complaint", "changed_needs", "alternative", "learn"),
        ("walkout", "", "retrospect", "investigate"),
        ("traffic", "", "retrospect", "investigate"),
        ("double_sale", "", "explain", "contact"),
        ("double_sale", "", "solution", "contact"),
    ],
)
def test_a_step_waits_for_the_one_before_it(kept, kind, cause, code, first):
    incident = opened(kept.desk, kind, TEN, cause=cause)
    with pytest.raises(Refusal) as refused:
        done(kept.manager, incident, code, TEN)
    assert refused.value.code == "step_too_early"
    done(kept.manager, incident, first, TEN)
    assert done(kept.manager, incident, code, TEN).done_at == TEN


@pytest.mark.parametrize(
    ("kind", "given", "kept_"),
    [
        ("walkout", ["cashier_record"], ["cashier_record"]),
        ("walkout", ["photo", "video"], ["video", "photo"]),
        ("traffic", ["photo"], ["photo"]),
        ("traffic", ["cashier_record"], None),  # of a shop, not of an accident
        ("walkout", [], None),
        ("traffic", ["rumour"], None),
    ],
)
def test_evidence_is_kept_or_the_step_is_not_done(kept, kind, given, kept_):
    """D16-2.2.1e, D16-3.2.1e."""
    incident = opened(kept.desk, kind, TEN)
    if kept_ is None:
        with pytest.raises(Refusal, match="证据"):
            done(kept.manager, incident, "evidence", TEN, evidence=given)
    else:
        assert done(kept.manager, incident, "evidence", TEN, evidence=given).evidence == kept_


def test_the_list_follows_the_cause_and_what_was_done_stays(kept):
    incident = opened(kept.desk, "complaint", TEN, cause=Cause.DEFECT)
    done(kept.desk, incident, "investigate", TEN)
    set_cause(here=kept.desk, incident=incident, cause=Cause.CHANGED_NEEDS, at=TEN)
    assert {row.code for row in incident.steps.all()} == {"reply", "investigate", "learn", "alternative"}
    set_cause(here=kept.desk, incident=incident, cause=Cause.SERVICE, at=TEN)
    assert {row.code for row in incident.steps.filter(done_at=None)} == {"reply", "apologise", "improve", "supervise"}
