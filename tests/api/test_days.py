"""Any day may be asked for: the first and the last that a calendar has find nothing, and break nothing."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.programs import program
from tests.visits.incidents import keeping

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
DAYS = {"day", "first", "last", "since", "until"}
ASKED = {"month": slice(7), "week": slice(None), "year": slice(4)}  # how much of a day each of these takes


def asked_for_days():
    """The addresses that take a day, a month or a year, with the names of what they take."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for path, methods in paths.items():
        names = {one["name"] for one in methods.get("get", {}).get("parameters", ()) if one["in"] == "query"}
        if names & (DAYS | ASKED.keys()):
            yield path.removeprefix("/api/v1/").replace("{book}", "collection"), names & (DAYS | ASKED.keys())


@pytest.mark.parametrize("day", ["0001-01-01", "1900-12-31", "9999-12-31"])
def test_the_ends_of_the_calendar_break_nothing_that_takes_a_day(store, day):
    keeping(store)
    readers = [program(here) for here in (store.general, store.manager, store.admin, store.finance)]
    answered = set()
    for path, names in asked_for_days():
        for reader in readers:
            status = reader.get(path, **{name: day[ASKED.get(name, slice(None))] for name in names}).status_code
            assert status in (200, 404, 422), (path, status)
            answered |= {path} if status == 200 else set()
    assert answered >= {"collision-insight", "incidents/figures", "visits", "prechecks", "audit"}
