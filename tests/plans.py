"""How the database finds what is asked of it: the plans of every SELECT in a block, so that a test need not look at a clock."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import database

READ_THROUGH = re.compile(r"Seq Scan on (\w+)")


def analyzed() -> None:
    """The planner knows the tables as they are now; only their owner may tell it to look."""
    owner = database.owner()
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("ANALYZE")
    owner.close()


@contextmanager
def read_through(*tables: str) -> Iterator[list[tuple[str, str]]]:
    """After the block: each SELECT that reads one of these tables from end to end, with its plan."""
    found: list[tuple[str, str]] = []
    with CaptureQueriesContext(connection) as asked:
        yield found
    for query in [q["sql"] for q in asked.captured_queries if q["sql"].startswith("SELECT")]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {query}".replace("%", "%%"), [])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        found += [(query, plan) for table in READ_THROUGH.findall(plan) if table in tables]
