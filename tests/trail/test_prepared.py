"""Statements that the database keeps ready: read once for a connection, planned once, and nothing kept behind a pooler."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DataError, connection, transaction

from trail import prepared

pytestmark = pytest.mark.django_db
HALF = "SELECT %(n)s::int / %(by)s::int, '50%%', %(n)s::int"
KEPT = "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE %s"


class Half:
    """A statement of its own for each test, whatever the connection was asked before."""

    def __init__(self) -> None:
        self.mark = f"-- {uuid4()}"

    def __call__(self, n: int, by: int) -> Any:
        with connection.cursor() as cursor:
            prepared.execute(cursor, f"{HALF} {self.mark}", {"n": n, "by": by})
            return cursor.fetchone()

    def kept(self) -> list[int]:
        """Of each time that it is kept, how often it was executed by a plan for any value."""
        with connection.cursor() as cursor:
            cursor.execute(KEPT, [f"%{self.mark}"])
            return [plans for (plans,) in cursor.fetchall()]


def test_a_statement_is_answered_with_its_values_each_time() -> None:
    half = Half()
    assert [half(10, 2), half(9, 3), half(-4, 2)] == [(5, "50%", 10), (3, "50%", 9), (-2, "50%", -4)]


def test_it_is_kept_once_and_planned_once_for_all_values() -> None:
    half = Half()
    for n in range(7):
        half(n, 1)
    assert half.kept() == [7]  # none of them was a plan for one value


def test_what_failed_or_was_taken_back_leaves_it_usable() -> None:
    half = Half()
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        half(1, 0)
    assert half(8, 2)[0] == 4
    assert len(half.kept()) == 1


def test_behind_a_pooler_nothing_is_kept(monkeypatch: Any) -> None:
    half = Half()
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert half(10, 2) == (5, "50%", 10)
    assert half.kept() == []
