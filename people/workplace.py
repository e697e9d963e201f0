"""The workplace of a request: who asks, in which project, with which roles. Every page and service reads it from here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from people.factor_duty import duty, with_factor
from people.models import Membership, Organisation, Project, Team, User
from people.roles import rights_of
from trail.together import Prepared, given


@dataclass(frozen=True, slots=True)
class Workplace:
    """Somebody at work in a project. `organisation` and `team` are those of the first membership in force.

    `barred`: nothing may be done here before a second factor is on; `factor_from`: from which day on that will be so.
    """

    user: User
    project: Project
    roles: frozenset[str]
    rights: frozenset[str]
    organisation: Organisation
    team: Team | None
    barred: bool = False
    factor_from: date | None = None

    def may(self, right: str) -> bool:
        """Whether this person may do that here. What nobody granted is denied."""
        return right in self.rights

    @property
    def outside(self) -> bool:
        """Whether this is somebody of an outside agency."""
        return self.organisation.outside


def projects_of(user: User, at: datetime) -> list[Project]:
    """Where this person works at this moment, by name."""
    return list(
        Project.objects.filter(memberships__in=Membership.objects.at_work(at).filter(user=user))
        .distinct()
        .order_by("name")
    )


def workplace(user: User, project: Project | None, at: datetime) -> Workplace | None:
    """What this person is in this project at this moment; in the first of their open projects when none is named."""
    return workplace_in(user, project.pk if project else None, at)


def workplace_in(user: User, project: int | None, at: datetime) -> Workplace | None:
    """The same where of the project only its id is known, such as in a session: one query."""
    return workplace_of(user, project, HELD.ask(user=user.pk, at=at)["held"], at)


def held_by(user: Any) -> Any:
    """What is read of somebody's memberships with each request: a prepared queryset, whose `at` is given."""
    rows = Membership.objects.at_work(given("at")).filter(user=user)
    return with_factor(rows.select_related("project", "organisation", "team"))


HELD = Prepared(lambda: {"held": held_by(given("user"))})


def workplace_of(user: User, project: int | None, rows: Sequence[Any], at: datetime) -> Workplace | None:
    """The same of rows that were read (`held_by`)."""
    every = sorted(rows, key=lambda m: (m.project.closed_at is not None, m.project_id, m.pk))
    held = [m for m in every if project in (None, m.project_id)]
    if not user.is_active or not held:
        return None
    here = of_memberships(user, [m for m in held if m.project_id == held[0].project_id])
    asked = duty(every, at)
    return replace(here, barred=asked.barred, factor_from=asked.begins)


def of_memberships(user: User, here: Sequence[Membership]) -> Workplace:
    """What all of somebody's memberships of one project, the first one first, come to."""
    roles = frozenset(m.role for m in here)
    return Workplace(user, here[0].project, roles, rights_of(roles), here[0].organisation, here[0].team)
