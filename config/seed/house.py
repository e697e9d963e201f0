"""Who works in the project that is filled."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from arbitration.services import publish, put_in_force
from config.demo.customers import GIVEN, SURNAMES
from people.models import Membership, Organisation, Project, Site, Team, User
from people.roles import Role
from people.terms import Terms
from visits.models import Place

CODE = "seed"
A_TEAM = 25
ONE_EACH = (Role.SECRETARY, Role.GENERAL_MANAGER, Role.FINANCE, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Seller:
    """Somebody who follows customers, as rows name them."""

    user: int
    organisation: int
    agency: str


@dataclass(frozen=True)
class House:
    """A project with its people, to be filled."""

    project: Project
    site: int
    desks: list[int]
    sellers: list[Seller]


def of_project(project: Project, at: datetime) -> House:
    """The people of a project as they are. Raises ValueError where nobody sells, nobody has the desk, or there is no site."""
    held = Membership.objects.at(at).filter(project=project).select_related("organisation").order_by("pk")
    sellers = [Seller(m.user_id, m.organisation_id, m.organisation.name) for m in held.filter(role=Role.SALESPERSON)]
    desks = [m.user_id for m in held.filter(role=Role.FRONT_DESK)]
    site = Site.objects.filter(project=project, closed_at=None).order_by("pk").first()
    if not sellers or not desks or site is None:
        raise ValueError(f"{project.code} needs a salesperson, a front desk and a site before it can be filled")
    return House(project, site.pk, desks, sellers)


@transaction.atomic
def build(sellers: int, since: datetime, random: Random) -> tuple[Project, str]:
    """The project `seed` with as many salespeople, employed since then; and the password of them all, made now."""
    own, _new = Organisation.objects.get_or_create(kind=Organisation.Kind.OWN, defaults={"name": "归属"})
    project = Project.objects.create(code=CODE, name="大量数据", terms_data=Terms().as_json())
    site = Site.objects.create(project=project, name="大量数据门店")
    put_in_force(project=project, policy=publish("home-decoration", at=since), terms=Terms(), by=CODE, at=since)
    password, names = secrets.token_urlsafe(12), _names(random)
    hire = _Hiring(project, own, since, make_password(password), names)
    for role, many in ((Role.FRONT_DESK, 4), *((role, 1) for role in ONE_EACH)):
        for _i in range(many):
            hire(role)
    for start in range(0, sellers, A_TEAM):
        manager = hire(Role.MANAGER)
        team = Team.objects.create(name=f"大量数据{start // A_TEAM + 1}组", organisation=own, leader=manager)
        people = [hire(Role.SALESPERSON, team) for _i in range(start, min(start + A_TEAM, sellers))]
        Place.objects.bulk_create(Place(site=site, user=u, position=start + i) for i, u in enumerate(people))
    return project, password


def agent(project: Project, number: int, since: datetime) -> None:
    """One more outside agency with somebody who reports for it, who cannot log in."""
    kind = Organisation.Kind.DISTRIBUTOR
    agency, _new = Organisation.objects.get_or_create(name=f"大量数据外部公司{number}", kind=kind)
    user = User.objects.create(username=f"{CODE}-agent-{number}", name=f"外部{number}号", password=make_password(None))
    Membership.objects.create(user=user, project=project, role=Role.AGENT, organisation=agency, since=since)


class _Hiring:
    """Employs people one after another: seed-salesperson-1, seed-salesperson-2 …"""

    def __init__(
        self, project: Project, own: Organisation, since: datetime, password: str, names: Iterator[str]
    ) -> None:
        self.project, self.own, self.since, self.password, self.names = project, own, since, password, names
        self.counts: dict[str, int] = {}

    def __call__(self, role: Role, team: Team | None = None) -> User:
        self.counts[role] = number = self.counts.get(role, 0) + 1
        username = f"{CODE}-{role.value.replace('_', '-')}-{number}"
        user = User.objects.create(username=username, name=next(self.names), password=self.password)
        Membership.objects.create(
            user=user, project=self.project, role=role, team=team, organisation=self.own, since=self.since
        )
        return user


def _names(random: Random) -> Iterator[str]:
    while True:
        yield random.choice(SURNAMES) + random.choice(random.choice(list(GIVEN.values())))
