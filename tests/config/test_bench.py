"""The program measured: each subject once, with a handful of requests. That something is measured is checked, never how long it takes."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError

from arbitration.models import Collision
from config.bench import history, scene
from leads.models import Phone, Registration
from people.models import ApiToken, Membership
from tests import database
from tests.bench import ROW, measured
from visits.models import Visit

SUBJECTS = ("memory", "register", "precheck", "outside", "search", "desk", "crowd", "race")
FEW = {"sizes": [200], "reports": 16, "requests": 4, "rounds": 3, "seconds": 2, "rest": 0}


@pytest.fixture(scope="module")
def run(django_db_setup, django_db_blocker, tmp_path_factory):
    """One run of every subject that asks over HTTP: its rows, and the file of all runs. What was written is committed."""
    file = tmp_path_factory.mktemp("bench") / "deeper" / "history.jsonl"
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")  # of the server; it takes this process's database
        yield measured(*SUBJECTS, file=file, **FEW), file
        database.fresh()


@pytest.fixture
def rows(run, db):
    return {row["name"]: row for row in run[0]}


def test_each_row_says_what_it_is_its_goal_and_whether_it_was_reached(rows):
    for row in rows.values():
        assert row.keys() >= ROW
        assert (row["reached"] is None) == (row["goal"] == ""), row["name"]
    assert {name.split(":")[0] for name in rows} == {
        "register", "pre-check", "outside", "search", "pages", "page", "a visit that is posted", "crowd", "race",
        "memory",
    }  # fmt: skip


def test_the_reports_of_a_run_are_registered_and_its_programs_are_shut_out_again(rows):
    assert rows["register: over the API, 8 clients"]["value"] > 0
    first = 8  # of each client one before the clock runs
    assert Registration.objects.count() >= 200 + first + 2 * FEW["reports"]
    assert ApiToken.objects.exists()
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert not Session.objects.exists()


def test_no_round_of_a_race_leaves_two_owners(rows):
    assert rows["race: rounds of 8 clients, one number"]["value"] == FEW["rounds"]
    assert rows["race: rounds without one owner and no more"]["value"] == 0
    assert Collision.objects.count() >= FEW["rounds"]


def test_of_a_crowd_who_report_one_customer_one_owns(rows):
    assert rows["crowd: 50 clients, one customer"]["value"] > 0
    assert rows["crowd: owners"]["value"] == rows["crowd: customers"]["value"] == 1
    assert max(case.claims.count() for case in Collision.objects.all()) > FEW["rounds"]


def test_answers_to_agencies_differ_in_the_answer_alone(rows):
    assert rows["outside: answers that differ in more than the answer"]["value"] == 0
    assert Membership.objects.filter(role="agent").count() >= 60


def test_visitors_of_a_run_have_gone(rows):
    assert Visit.objects.filter(name__gt="").count() >= FEW["requests"]
    assert not Visit.objects.filter(left_at=None).exists()


def test_memory_is_that_of_all_three(rows):
    parts = [rows[f"memory: {name}"]["value"] for name in ("web", "worker", "database")]
    assert min(parts) > 0
    assert rows["memory: all at rest"]["value"] == pytest.approx(sum(parts), abs=0.01)


def test_each_subject_of_a_run_is_a_line_of_the_history(run, db):
    lines = list(history.lines(run[1]))
    assert [(line["subject"], line["size"]) for line in lines] == [(subject, 200) for subject in SUBJECTS]
    assert [row for line in lines for row in line["rows"]] == run[0]
    assert all(line["machine"]["cores"] >= 1 and line["at"] for line in lines)


def test_more_customers_than_were_asked_for_are_no_measure_of_fewer(rows):
    there = Phone.objects.count()
    with pytest.raises(CommandError, match="are there already"):
        scene.grown(there // 2, there // 2, print)
