"""Cases are decided by the company's working calendar, and what was used stands in the bytes that a ruling pins."""

import json
from datetime import date

import pytest

from arbitration import casefile, services
from arbitration.cases.proposals import propose
from arbitration.cases.replay import replay
from arbitration.engine.facts.time import is_working_day
from arbitration.models import Collision, Ruling
from arbitration.services import Decision
from people.services.calendar import change_days, undo_changes
from people.terms import Terms
from tests import agencies, make

pytestmark = pytest.mark.django_db
MONDAY, SATURDAY = date(2025, 4, 21), date(2025, 4, 19)


@pytest.fixture
def talking(estate):
    """Both companies have proved their claim and talk: five working days from 16 April 2025, to the 22nd."""
    agencies.in_force(estate)
    return talk(estate)


def talk(estate):
    agencies.numbers(estate)
    agencies.closed(estate)
    case = Collision.objects.get()
    agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    agencies.call(
        estate.hengxin, case, agencies.HENGXIN, "2025-03-09 18:40", at="2025-04-08 15:00", outgoing=False
    )  # fmt: skip
    return estate


def changed(estate, day, *, working):
    change_days(here=estate.manager, first=day, last=day, working=working, name="", at=make.MOMENT)


def asked(when="2025-04-23 00:00"):
    return propose(Collision.objects.get(), make.at(when))


def pinned(proposal):
    return json.loads(proposal.case_bytes).get("params", {}).get("holidays")


def test_the_talks_end_after_five_days_of_the_state_calendar(talking):
    assert asked("2025-04-22 23:59").status == "on_hold"
    assert asked().status == "decided"
    assert pinned(asked()) is None


def test_a_day_that_the_company_rests_moves_the_day_on_which_a_case_is_ripe(talking):
    changed(talking, MONDAY, working=False)
    assert (asked().status, pinned(asked())) == ("on_hold", ["2025-04-21"])
    assert asked("2025-04-24 00:00").status == "decided"


def test_a_saturday_that_the_company_works_brings_it_forward(talking):
    changed(talking, SATURDAY, working=True)
    assert (asked("2025-04-22 00:00").status, pinned(asked())) == ("decided", ["+2025-04-19"])


def test_a_change_that_says_what_the_state_says_changes_no_byte(talking):
    before = asked().case_bytes
    changed(talking, SATURDAY, working=False)
    assert asked().case_bytes == before


def test_a_day_far_from_the_case_changes_no_byte(talking):
    before = asked().case_bytes
    for day in (date(2024, 4, 19), date(2026, 4, 21)):
        changed(talking, day, working=day.weekday() > 4)
    assert asked().case_bytes == before


def test_days_that_the_project_itself_sets_count_instead(estate):
    own = {"channels": ["email", "sms", "web"], "holidays": ["2025-04-22"]}
    policy = services.publish(agencies.PACK, at=make.LONG_AGO)
    services.put_in_force(
        project=estate.project, policy=policy, terms=Terms(), by="tests", at=make.LONG_AGO, params=own
    )  # fmt: skip
    changed(talk(estate), MONDAY, working=False)
    assert pinned(asked()) == ["2025-04-22"]


def test_a_ruling_comes_out_the_same_after_the_calendar_has_changed_again(talking):
    changed(talking, MONDAY, working=False)
    when = make.at("2025-04-24 09:00")
    seen = propose(Collision.objects.get(), when)
    services.decide_case(
        here=talking.manager, case=Collision.objects.get(), seen_version=Collision.objects.get().version,
        seen_proposal=seen.fingerprint, decision=Decision(kind=Ruling.Kind.AGREED, reason="按条款"), at=when,
    )  # fmt: skip
    undo_changes(here=talking.manager, first=MONDAY, last=MONDAY, at=when)
    assert [row.result for row in replay(Ruling.objects.all())] == ["same"]
    assert json.loads(bytes(Ruling.objects.get().case_canonical))["params"]["holidays"] == ["2025-04-21"]


def test_a_policy_that_counts_no_working_days_is_not_told_of_them(store):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-03 10:00"), asked_for=store.li.user)
    changed(store, date(2025, 4, 7), working=False)
    assert pinned(asked("2025-04-10 10:00")) is None


def test_a_year_that_the_engine_does_not_know_is_told_from_the_states_calendar(talking):
    built = casefile.build(
        Collision.objects.get(), "channel-contract@1", make.at("2027-01-20 10:00"), by_calendar=True
    ).case  # fmt: skip
    assert "2027-02-08" in built["params"]["holidays"]
    assert not [day for day in built["params"]["holidays"] if day.startswith(("2025", "2026"))]


def test_the_engine_reads_a_day_with_a_plus_as_worked():
    assert is_working_day(SATURDAY, ["+2025-04-19"])
    assert is_working_day(date(2025, 5, 1), ["+2025-05-01"])
    assert not is_working_day(MONDAY, ["2025-04-21"])
