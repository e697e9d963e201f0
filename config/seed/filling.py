"""Batches of customers, over all processors. A batch is one transaction: what was said to be written is written."""

import multiprocessing
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localtime

from config.seed import story
from config.seed.house import House
from config.seed.numbers import MOST, Numbers
from config.seed.rows import Rows
from leads import claims, vault
from leads.models import ClaimKey, Phone
from leads.screening import phones
from people.models import Project

A_BATCH = 5_000
TRIES = 3  # of a batch, when somebody registered one of its numbers meanwhile


@dataclass(frozen=True)
class Plan:
    """What is to be filled in: so many customers with so many events, as of `now`. `base` customers are there already."""

    house: House
    customers: int
    events: int
    seed: int
    now: datetime
    base: int


@dataclass(frozen=True)
class Batch:
    """Customers `start` to `behind` of a plan, with the receipt numbers and visit ids that they use up."""

    plan: Plan
    start: int
    behind: int
    numbers: list[int]
    visits: list[int]


def customers_before(adding: int) -> int:
    """How many numbers there are already. Raises ValueError where one seed has none for so many more."""
    base: int = Phone.objects.count()
    if base + adding > MOST:
        raise ValueError(f"no more than {MOST:,} customers with one seed")
    return base


def fill(given: Plan, processes: int) -> Iterator[tuple[int, int]]:
    """Write all of it; after each batch, how many customers and rows it had."""
    if processes == 1:
        yield from map(write, batches(given))
        return
    waiting: deque[Future[tuple[int, int]]] = deque()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _own_connection) as pool:
        for batch in batches(given):
            waiting.append(pool.submit(write, batch))
            if len(waiting) > processes + 1:  # never more than that in memory
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _own_connection() -> None:
    """A child opens a connection of its own; that of its parent is left alone."""
    connection.connection = None


def batches(given: Plan) -> Iterator[Batch]:
    """The work, piece by piece. Numbers are taken here, so that they follow the time whoever writes first."""
    for start in range(0, given.customers, A_BATCH):
        behind = min(start + A_BATCH, given.customers)
        kinds = list(story.count_kinds(start, behind, given.customers, given.events))
        visits = kinds.count(story.VISIT)
        numbers = _next("trail_numbers", behind - start + visits + kinds.count(story.REPORT))
        yield Batch(given, start, behind, numbers, _next("visits_visit_id_seq", visits))


def _next(sequence: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, count])
        return [number for (number,) in cursor.fetchall()]


def write(batch: Batch) -> tuple[int, int]:
    """One batch in one transaction; gives its customers and rows."""
    for again in range(TRIES):
        try:
            with transaction.atomic():
                return batch.behind - batch.start, _write(batch, again)
        except IntegrityError:
            if again == TRIES - 1:
                raise
    raise AssertionError  # the loop returns or raises


def _write(batch: Batch, again: int) -> int:
    given, house = batch.plan, batch.plan.house
    random = Random(f"{given.seed}:{given.base + batch.start}:{again}")  # noqa: S311 — nothing secret
    rows = Rows(house, iter(batch.numbers), iter(batch.visits))
    day, until = None, None
    calendar = story.Calendar(given.now, house.project.zone)
    numbers = Numbers(given.seed).free(given.base + batch.start, batch.behind - batch.start)
    for i, e164 in enumerate(numbers, start=batch.start):
        at = calendar.reported(i, given.customers)
        if localtime(at, house.project.zone).date() != day:  # it ends at a midnight: the same for all of a day
            day, until = localtime(at, house.project.zone).date(), claims.protected_until(house.project, at)
        kinds = story.kinds_of(i, given.customers, given.events)
        told = story.tell(calendar, random, random.choice(house.sellers), at, until, kinds)
        rows.add(told, e164, until, random)
    _claim_keys(house.project, numbers)
    with connection.cursor() as cursor:
        return rows.copy(cursor)


def _claim_keys(project: Project, numbers: list[str]) -> None:
    """The rows that registering would have locked; many numbers share one."""
    ends = {(digits[:3], digits[-3:]) for digits in map(phones.national, numbers)}
    keys = sorted(
        vault.ends(first, last) for first, last in ends
    )  # sorted: two batches never wait for each other in a ring
    ClaimKey.objects.bulk_create(
        [ClaimKey(project=project, kind="ends33", index=key) for key in keys], ignore_conflicts=True
    )
