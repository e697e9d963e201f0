"""Who may do what with a sanction (trust.md §4.2, G32, G-47): asked by the services, and by the pages for their buttons.

Proposed by one, decided by another: never who proposed it, a party, or somebody whose superior it is about. Read only.
"""

from datetime import datetime

from django.db.models import Q

from arbitration.models import Claim
from arbitration.sanctions import SanctionKind
from penalties.models import Accusation, Sanction
from people.models import Membership, Project, Team, User
from people.roles import RULING, Right, Role, roles_with
from people.workplace import Workplace
from visits.models import Conduct

CONDUCT = "conduct:"  # begins `Sanction.act` where it is for what was established at the desk


def theirs(here: Workplace, row: Sanction) -> bool:
    """Whether it is against this person, or the agency that they work for."""
    if row.project_id != here.project.pk:
        return False
    return row.to_id == here.user.pk if row.to_id else row.organisation_id == here.organisation.pk and here.outside


def handles(here: Workplace, row: Sanction) -> bool:
    """Whether this person may take it forward: tell, drop, release it. Not who it is about, nor a party of what it is for."""
    mine = here.may(Right.PUNISH) and row.project_id == here.project.pk
    return mine and here.user.pk != row.to_id and here.user.pk not in parties(row)


def reverses(here: Workplace, row: Sanction) -> bool:
    """Whether this person may take it back, of those who may take it forward: once money has moved the general manager alone."""
    return handles(here, row) and (not row.posted_fen or Role.GENERAL_MANAGER in here.roles)


def told(row: Sanction, at: datetime) -> list[int]:
    """Whom it is against, as people: of an agency everybody who works for it here."""
    if row.to_id:
        return [row.to_id]
    held = Membership.objects.at_work(at).filter(project=row.project, organisation=row.organisation_id)
    return list(held.order_by("user").values_list("user", flat=True).distinct())


def handlers(row: Sanction, at: datetime) -> list[int]:
    """Who may take it forward."""
    able = set(Membership.objects.people(row.project, roles_with(Right.PUNISH), at))
    return sorted(able - parties(row) - {row.to_id})


def deciders(row: Sanction, at: datetime) -> list[int]:
    """Who may decide on it: the general managers where it is about a manager, or a dismissal; else managers, too."""
    top_only = row.kind == SanctionKind.DISMISSAL or (row.to_id and leads(row.project, row.to_id, at))
    roles = [Role.GENERAL_MANAGER] if top_only else list(RULING)
    able = set(Membership.objects.people(row.project, roles, at))
    return sorted(able - parties(row) - {row.to_id, row.by_id} - _subordinates(row))


def appeal_deciders(row: Sanction, at: datetime) -> list[int]:
    """Who decides on an appeal: general managers who did not decide; only where there is no other, who did (decision 0015)."""
    able = set(Membership.objects.people(row.project, [Role.GENERAL_MANAGER], at))
    able -= parties(row) | {row.to_id, row.by_id} | _subordinates(row)
    decided = row.step("decided")
    return sorted(able - {decided.by_id if decided else None}) or sorted(able)


def leads(project: Project, user: int, at: datetime) -> bool:
    """Whether somebody is a manager or the general manager: then only the general manager decides about them."""
    held = Membership.objects.at(at).filter(project=project, user=user, role__in=RULING)
    return bool(held.exists())


def parties(row: Sanction) -> set[int]:
    """Who has a part in what it is for: claimants of the case, who reported, whom it harmed, who did it."""
    found = set(Claim.objects.filter(collision__no=row.case).values_list("user", flat=True)) if row.case else set()
    if row.act.startswith(CONDUCT):
        rows = Conduct.objects.filter(pk=row.act.removeprefix(CONDUCT))
        found.update(pk for named in rows.values_list("by", "against", "reported_by") for pk in named if pk)
    reports = Accusation.objects.filter(no=row.act)
    found.update(pk for named in reports.values_list("by", "against") for pk in named)
    return found - {None}


def _subordinates(row: Sanction) -> set[int]:
    """Whose team the one it is about leads: they do not decide about their superior."""
    if not row.to_id:
        return set()
    held = Membership.objects.filter(project=row.project, until=None, team__in=Team.objects.filter(leader=row.to_id))
    return set(held.values_list("user", flat=True))


def outside(project: Project, user: User, at: datetime) -> bool:
    """Whether somebody works for an outside agency here: no employee, so that a clause of the contract is needed."""
    held = Membership.objects.at(at).filter(project=project, user=user)
    return bool(held.exists()) and not held.filter(~Q(organisation__kind="distributor")).exists()
