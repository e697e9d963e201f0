"""What every change of a setting asks first: whose it is, whether it was changed meanwhile, whether its name is free."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from people.models import Membership, Organisation, Project, User
from people.roles import Role
from trail import prepared
from trail.limits import take
from trail.refusals import Refusal

EDITED = "changed_meanwhile"
TRIALS_AN_HOUR = 20
HOLDS = """
SELECT 1 FROM people_membership WHERE user_id = %(user)s AND project_id = %(project)s AND since <= %(at)s
AND (until IS NULL OR until > %(at)s) ORDER BY id FOR SHARE
"""


def administered_by(user: User, at: datetime) -> set[int]:
    """The projects, by id, of which this person is administrator at this moment."""
    held = Membership.objects.at(at).filter(user=user, role=Role.ADMINISTRATOR)
    return set(held.values_list("project", flat=True))


def must_administer(projects: set[int], by: User, at: datetime) -> None:
    """Refuse what touches a project of which `by` is not administrator; the sentence names those projects."""
    others = projects - administered_by(by, at)
    if others:
        names = _("、").join(Project.objects.filter(pk__in=others).order_by("name").values_list("name", flat=True))
        raise Refusal(
            "other_projects", _("这还关系到 %(projects)s，要那边的管理员来改") % {"projects": names}, status=409
        )


def must_manage(person: User, by: User, at: datetime) -> None:
    """Refuse what changes an account (name, address, password link, whether it counts) of somebody who also works elsewhere.

    Otherwise the administrator of one project could take over an account that rules in another.
    """
    if person.pk != by.pk:
        must_administer(
            set(Membership.objects.not_over(at).filter(user=person).values_list("project", flat=True)), by, at
        )


def unchanged(row: Any, seen: int | None) -> None:
    """Refuse to write over what somebody else has changed since `seen` (the id of the row's history that a form showed)."""
    last = row.history.select_related("history_user").first()
    if seen is None or last is None or last.history_id == seen:
        return
    raise edited(last.history_user)


def edited(who: User | None) -> Refusal:
    """Somebody else was faster; None: nobody knows who."""
    said = _("刚被%(who)s改过。下面是你填的；看过最新的，再保存") % {"who": who or _("别人")}
    return Refusal(EDITED, said, status=409)


def version(row: Any) -> int | None:
    """The id of the newest history of a row, for `unchanged`."""
    return row.history.values_list("history_id", flat=True).first()


def count_trial(what: str, by: User, at: datetime, *, limit: int = TRIALS_AN_HOUR) -> None:
    """One more trial of what leads out of the house, such as a mail server. Raises Refusal (too_many_trials) past `limit` an hour."""
    if not take(f"{what}-trial:{by.pk}", limit=limit, within=timedelta(hours=1), at=at):
        raise Refusal("too_many_trials", _("一小时里试得太多了，过一会儿再试"), status=429)


@contextmanager
def refusing(refusals: dict[str, Refusal]) -> Iterator[None]:
    """Turn the breach of a named constraint into its refusal; what was written inside is undone."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        broken = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if broken in refusals:
            raise refusals[broken] from error
        raise


def house() -> Organisation:
    """The company itself. Refused while there is none."""
    found = Organisation.objects.filter(kind=Organisation.Kind.OWN).first()
    if found is None:
        raise Refusal("no_company", _("还没有公司：先填公司名称"))
    return found


def locked(row: Any) -> Any:
    """The row as it is now, locked until the end of the transaction.

    Locks are taken in one order: person, organisation, team, then projects by id. They leave room for rows that only point
    here, such as the history that an act of the locked person writes.
    """
    return type(row).objects.select_for_update(no_key=True).get(pk=row.pk)


def lock_projects(ids: set[int]) -> list[Project]:
    """These projects, locked by id, so that two who remove administrators at once cannot remove both."""
    return list(Project.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))


def must_stay(user: User, project: Project, at: datetime) -> None:
    """Refuse to give something to somebody who no longer works in this project; who works here cannot leave meanwhile.

    Their roles are locked to be shared: many can be given something at once, and whoever ends the roles waits for all of them.
    """
    with connection.cursor() as cursor:
        prepared.execute(cursor, HOLDS, {"user": user.pk, "project": project.pk, "at": at})
        here = cursor.fetchone()
    if here is None:
        raise Refusal("has_left", _("%(name)s已经不在这个项目了") % {"name": user}, status=409)
