"""Who is paid of a commission: the one rule that the check page shows and that finance books by (docs/decisions/0008).

A ruling's shares; without any, whoever it gave the customer; else whoever signed. An agent works for an agency, and it is the
agency that the house pays.
"""

from collections.abc import Collection, Sequence

from arbitration.cases.parties import agencies
from arbitration.models import Ruling
from arbitration.shares import COMPANY, Key, Kind
from people.models import Project

Paid = list[tuple[Key, int]]  # with basis points, the whole of them
WHOLE = 10_000


def payees(
    project: Project, shares: Sequence[tuple[Key, int]], *, owner_kind: str, owner: int | None, closers: Sequence[int]
) -> list[Paid]:
    """Who gets how much of a deal that this closer signed, for each of them. Two queries, however many."""
    named = [_named(shares, owner_kind, owner, closer) for closer in closers]
    people = {key.pk for rows in named for key, _bp in rows if key.kind == Kind.PERSON and key.pk}
    paid_for = _agencies(project, people)
    return [_merged([(paid_for.get(key, key), bp) for key, bp in rows]) for rows in named]


def _named(shares: Sequence[tuple[Key, int]], owner_kind: str, owner: int | None, closer: int) -> Paid:
    if shares:
        return list(shares)
    if owner_kind == Ruling.Owner.PERSON:
        return [(Key(Kind.PERSON, owner), WHOLE)]
    return [(COMPANY if owner_kind == Ruling.Owner.COMPANY else Key(Kind.PERSON, closer), WHOLE)]


def _agencies(project: Project, people: Collection[int]) -> dict[Key, Key]:
    """Agent → agency, for those who are of one."""
    found = agencies(project, people) if people else {}
    return {Key(Kind.PERSON, user): Key(Kind.ORGANISATION, agency.pk) for user, agency in found.items()}


def _merged(rows: Paid) -> Paid:
    """Two agents of one agency are one payee."""
    sums: dict[Key, int] = {}
    for key, bp in rows:
        sums[key] = sums.get(key, 0) + bp
    return list(sums.items())
