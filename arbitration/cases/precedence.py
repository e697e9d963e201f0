"""Whose claim came first: it gets the odd fen (G-07). By report, then by reception, then by when they joined the case."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Min

from arbitration.cases.decisions import Decision
from arbitration.cases.parties import agencies_of, by_letter, memberships_of
from arbitration.models import Collision, Ruling
from arbitration.shares import Sharer, Shares
from leads.models import Registration
from people.models import Organisation, Team, User
from visits.models import Reception

NEVER = datetime.max.replace(tzinfo=UTC)
Rank = tuple[datetime, datetime, int]


def in_order(case: Collision, decision: Decision) -> Shares:
    """The shares of a decision in the order of valid claims: the engine's are; those that were typed are put into it.

    An agency, and the fund of a team, stand where the earliest of their people does; who claims nothing comes last, as given.
    """
    if decision.kind == Ruling.Kind.AGREED or len(decision.shares) < 2:
        return decision.shares
    people = _people(case)
    whose = {User: lambda who: {who.pk}, Organisation: _of_agency(case), Team: _of_team(case)}
    never: Rank = (NEVER, NEVER, len(people))

    def rank(who: Sharer) -> Rank:
        members = whose[type(who)](who) if who else set()
        return min((people[pk] for pk in members if pk in people), default=never)

    return sorted(decision.shares, key=lambda share: rank(share[0]))


def _people(case: Collision) -> dict[int, Rank]:
    users = [claim.user_id for claim in by_letter(case)]
    reports = Registration.objects.filter(project=case.project_id, customer=case.customer_id, by__in=users)
    receptions = Reception.objects.filter(
        visit__project=case.project_id, visit__customer=case.customer_id, by__in=users
    )
    reported = _firsts(reports, "at") if case.customer_id else {}
    received = _firsts(receptions, "since") if case.customer_id else {}
    return {pk: (reported.get(pk, NEVER), received.get(pk, NEVER), n) for n, pk in enumerate(users)}


def _firsts(rows: Any, moment: str) -> dict[int, datetime]:
    return dict(rows.order_by().values_list("by").annotate(first=Min(moment)))


def _of_agency(case: Collision) -> Any:
    found = agencies_of(case)
    return lambda agency: {user for user, its in found.items() if its.pk == agency.pk}


def _of_team(case: Collision) -> Any:
    held = list(memberships_of(case))
    return lambda team: {m.user_id for m in held if m.team_id == team.pk}
