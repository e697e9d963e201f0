"""Who may rule on a case, and who is next where somebody may not (G-47)."""

from datetime import datetime

from arbitration.appeals import general_managers, who_rule
from arbitration.models import Collision
from arbitration.services.gates import recused
from people.models import Membership, User
from people.roles import Right
from people.workplace import Workplace, of_memberships


def rulers(case: Collision, at: datetime) -> list[User]:
    """Whoever may rule on this case as it stands: at work, no party, not the leader of one side only, of its level."""
    by_user: dict[int, list[Membership]] = {}
    for row in who_rule(case, at):
        by_user.setdefault(row.user_id, []).append(row)
    return [mine[0].user for mine in by_user.values() if not recused(of_memberships(mine[0].user, mine), case)]


def next_level(here: Workplace, case: Collision, at: datetime) -> list[User]:
    """To whom a case goes that this person may not rule on: the general managers who are no party; nobody, where there is none."""
    return [user for user in general_managers(case, at) if user != here.user] if here.may(Right.RULE) else []
