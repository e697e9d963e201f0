"""People from a file: all good rows in one transaction, and nobody by half."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from people.models import Membership, Organisation, Project, Team, User
from people.services.guards import locked, refusing
from people.services.invitations import invite
from people.services.people import taken
from people.services.roll import Outcome, Planned, Row, lock_users, plan
from trail.refusals import Refusal
from trail.services import note

GOOD = {Outcome.NEW, Outcome.ROLE}


@transaction.atomic
def import_people(*, rows: list[Row], project: Project, by: User, at: datetime) -> list[User]:
    """Do what the good rows say, judged once more as things are now; gives whoever came or got a role, in their order.

    Refused as a whole when no row is good any more, or an account was taken in this moment. A few statements, however many
    rows.
    """
    lock_users(rows)
    list(Organisation.objects.select_for_update(no_key=True).filter(closed_at=None).order_by("pk"))
    list(Team.objects.select_for_update(no_key=True).filter(closed_at=None).order_by("pk"))
    locked(project)
    good = [planned for planned in plan(rows, project, at) if planned.outcome in GOOD]
    if not good:
        raise Refusal("nothing_to_do", _("没有可以导入的行了：别人可能刚加过。重新传一次文件"), status=409)
    made = _open_accounts(good, by)
    came = {planned.account: planned.user or made[planned.account] for planned in good}
    _give_roles(good, came, project, by, at)
    note(
        by=by.pk, action="people.import", subject=f"project:{project.code}", at=at, project=project.code, rows=len(good),
        new=[user.pk for user in made.values()],
    )  # fmt: skip
    return list(came.values())


@transaction.atomic
def invite_all(*, users: Sequence[User], by: User, at: datetime) -> dict[int, str]:
    """The path of an invitation for each, by id; none for those whom `by` may not invite, who work elsewhere too."""
    paths = {}
    for user in users:
        with suppress(Refusal):
            paths[user.pk] = invite(user=user, by=by, at=at)
    return paths


def _open_accounts(good: list[Planned], by: User) -> dict[str, User]:
    """Accounts without a password for those who have none, by account name in small letters."""
    made: dict[str, User] = {}
    for planned in good:
        if planned.outcome == Outcome.NEW:
            row = planned.row
            user = made[planned.account] = User(name=row.name, username=row.username, email=row.email)
            user.set_unusable_password()
    with refusing(taken()):
        bulk_create_with_history(list(made.values()), User, default_user=by)
    return made


def _give_roles(good: list[Planned], came: dict[str, User], project: Project, by: User, at: datetime) -> None:
    roles = [
        Membership(
            user=came[planned.account], project=project, role=planned.role, team=planned.team,
            organisation=planned.organisation, since=at,
        )
        for planned in good
    ]  # fmt: skip
    bulk_create_with_history(roles, Membership, default_user=by)
