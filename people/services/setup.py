"""Setting the program up: the first administrator and the company, once; then the first project, and who works there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from people.accounts import valid_account
from people.installation import is_set_up
from people.models import Installation, Project, Team, User
from people.passwords import check_password_of
from people.services.guards import house
from people.services.invitations import invite
from people.services.organisation import create_company, create_project, create_site, create_team
from people.services.people import add_person
from trail import services as trail
from trail.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Founder:
    """Who sets the program up. `email` may be empty: then nobody can mail them a link to a new password."""

    name: str
    username: str
    password: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody to be invited. `team` is the name of a team of the house, which is formed if there is none; or empty."""

    name: str
    username: str
    role: str
    email: str
    team: str


@dataclass(frozen=True, slots=True)
class Place:
    """The first project and its site; hours in local time."""

    name: str
    code: str
    time_zone: str
    site: str
    opens: time
    closes: time


class RowRefusal(Refusal):
    """A refusal about one of several: `row` counts from 0."""

    def __init__(self, row: int, refusal: Refusal) -> None:
        super().__init__(refusal.code, refusal.sentence, field=refusal.field, status=refusal.status)
        self.row = row


def set_up(*, founder: Founder, company: str, short_name: str, at: datetime) -> User:
    """The first administrator, and their company. Of two who do this at once one is refused, and nothing of theirs is kept.

    Raises Refusal where it is done already, and for an account, password or name that cannot be.
    """
    user = User(username=valid_account(founder.username), name=founder.name, email=founder.email)
    user.language = founder.language
    check_password_of(user, founder.password)
    user.set_password(founder.password)
    if is_set_up():
        raise _done()
    try:
        with transaction.atomic():
            _found(user, company, short_name, at)
    except IntegrityError as other:  # somebody else was faster, by the account's name or by the installation's key
        raise _done() from other
    return user


def _found(user: User, company: str, short_name: str, at: datetime) -> None:
    user.save()
    Installation.objects.create(administrator=user, at=at)  # a second one waits here for the first
    create_company(name=company, short_name=short_name, by=user, at=at)
    trail.note(by=user.pk, action="installation.set_up", subject=f"user:{user.pk}", at=at)


def _done() -> Refusal:
    return Refusal("already_set_up", _("已经由别人设置好了，登录吧"), status=409)


@transaction.atomic
def open_first_project(*, place: Place, by: User, at: datetime) -> Project:
    """The first project and its site. Raises Refusal for a code that is taken, and for hours that end before they begin."""
    project = create_project(name=place.name, code=place.code, time_zone=place.time_zone, by=by, at=at)
    create_site(project=project, name=place.site, opens=place.opens, closes=place.closes, by=by, at=at)
    return project


@transaction.atomic
def invite_people(*, people: Sequence[Newcomer], project: Project, by: User, at: datetime) -> list[User]:
    """Enter several people with a role each, and invite them: all, or none. Raises RowRefusal for the first that cannot be."""
    return [_invite(row, person, project, by, at) for row, person in enumerate(people)]


def _invite(row: int, person: Newcomer, project: Project, by: User, at: datetime) -> User:
    try:
        user, _membership = add_person(
            name=person.name, username=person.username, email=person.email, project=project, role=person.role,
            team=_team(person.team, by, at), organisation=None, by=by, at=at,
        )  # fmt: skip
        invite(user=user, by=by, at=at)
    except Refusal as refusal:
        raise RowRefusal(row, refusal) from refusal
    return user


def _team(name: str, by: User, at: datetime) -> Team | None:
    """The team of that name; an open one, or a new one."""
    if not name:
        return None
    return Team.objects.filter(organisation=house(), name=name).first() or create_team(
        name=name, leader=None, by=by, at=at
    )
