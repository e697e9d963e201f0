"""Limits that hold under concurrency: counted in one statement, in the database, by whoever asks first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.db import connection

from trail import prepared
from trail.models import Allowance

# One row after the other, in the order given: two requests that use the same keys wait for each other, never crosswise.
TAKE = """
INSERT INTO trail_allowance AS kept (key, since, used)
SELECT key, %(at)s::timestamptz, cost FROM unnest(%(keys)s::text[], %(costs)s::int[], %(limits)s::int[]) AS asked(key, cost, most)
WHERE cost <= most
ON CONFLICT (key) DO UPDATE SET
  since = CASE WHEN kept.since <= %(over)s THEN %(at)s ELSE kept.since END,
  used = CASE WHEN kept.since <= %(over)s THEN EXCLUDED.used ELSE kept.used + EXCLUDED.used END
WHERE kept.since <= %(over)s
  OR kept.used + EXCLUDED.used <= (%(limits)s::int[])[array_position(%(keys)s::text[], kept.key::text)]
RETURNING key
"""


@dataclass(frozen=True, slots=True)
class Use:
    """So much of what a key may use."""

    key: str
    limit: int
    cost: int = 1


def take(key: str, *, limit: int, within: timedelta, at: datetime, cost: int = 1) -> bool:
    """Use up `cost` of what `key` may use within this span; False, and nothing used, where that would be too much.

    The span begins with the first use and starts anew when it is over. `key` holds no personal data.
    """
    return take_each([Use(key, limit, cost)], within=within, at=at)[0]


def take_each(uses: Sequence[Use], *, within: timedelta, at: datetime) -> list[bool]:
    """`take` for several keys, each for itself, in one statement."""
    columns: dict[str, Any] = {
        "keys": [one.key for one in uses],
        "costs": [one.cost for one in uses],
        "limits": [one.limit for one in uses],
    }
    with connection.cursor() as cursor:
        prepared.execute(cursor, TAKE, {**columns, "at": at, "over": at - within})
        taken = {key for (key,) in cursor.fetchall()}
    return [one.key in taken for one in uses]


def wait(key: str, *, within: timedelta, at: datetime) -> int:
    """Seconds until the span of `key` is over, at least one: when to ask again after a `take` that was refused."""
    since = Allowance.objects.filter(key=key).values_list("since", flat=True).first()
    return max(1, ceil((since + within - at).total_seconds())) if since else 1


def give_back(key: str, *, cost: int = 1) -> None:
    """What was taken did not count after all: a right answer is no guess."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trail_allowance SET used = used - %s WHERE key = %s AND used >= %s", [cost, key, cost])
