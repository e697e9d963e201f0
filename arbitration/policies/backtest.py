"""A policy that is being drafted, over the cases that were ruled on: which would have come out otherwise."""

import json

from django.db.models import QuerySet

from arbitration.engine import Case, Pack
from arbitration.engine.backtest import Report, compare, facts_changed, rederived
from arbitration.engine.case import build
from arbitration.models import Ruling

BATCH = 2_000  # rows that the server sends at a time


def pinned(content: bytes | memoryview | None) -> Case:
    """The case that a ruling pinned. It was decoded strictly before it was ruled on, and what is pinned never changes."""
    return build(json.loads(bytes(content or b"")))


def backtest(before: Pack, after: Pack, rulings: QuerySet[Ruling]) -> Report:
    """Both policies over the rulings in force that `before` (any version of it) governed.

    Rules run again over the facts that were stored; where a parameter that the facts read differs, the facts are found anew.
    """
    governed = rulings.filter(policy__pack=before.id, superseded_by__isnull=True).order_by("pk")
    if facts_changed(before, after):
        rows = governed.exclude(case_canonical=None).values_list("no", "case_canonical").iterator(chunk_size=BATCH)
        return rederived(before, after, ((no, pinned(case)) for no, case in rows))
    return compare(before, after, governed.values_list("no", "facts").iterator(chunk_size=BATCH))
