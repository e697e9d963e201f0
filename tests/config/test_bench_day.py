"""A company's day, clicked in minutes: here two of its hours, by a few people."""

import pytest
from django_tasks_db.models import DBTaskResult

from config.bench import scene, workday
from leads.models import Contact, Registration
from tests import database
from trail import jobs
from visits.models import Visit

PEOPLE, CLICKS, HOURS = 24, 4, {10: 100, 18: 100}


@pytest.fixture(scope="module")
def rows(django_db_setup, django_db_blocker):
    """What the day came to. What was written is committed."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")  # of the servers; they take this process's database
        company = scene.with_people(PEOPLE, print)
        yield {row.name: row for row in workday.workday(company, CLICKS, HOURS)}
        database.fresh()


@pytest.mark.slow
def test_nothing_fails_and_nothing_is_rewritten_while_everybody_works(rows, db):
    assert rows["day: answers"].value >= PEOPLE * CLICKS * len(HOURS)
    assert rows["day: answers that say the program failed"].value == 0
    assert rows["day: answers that refuse"].value == 0
    assert rows["day: rows that are not as they were written"].value == 0
    assert Registration.objects.exists()
    assert Contact.objects.exists()
    assert Visit.objects.exists()


def test_the_jobs_of_each_hour_have_run(rows, db):
    done = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert done >= {rule.job.module_path for rule in jobs.SCHEDULE.values() if rule.every}
    assert not DBTaskResult.objects.filter(status__in=jobs.UNFINISHED).exists()


def test_memory_is_compared_with_that_of_the_morning(rows, db):
    for part in ("web", "worker", "database"):
        assert rows[f"day: memory of the {part}, in the evening"].ratio > 0
