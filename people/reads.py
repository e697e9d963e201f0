"""What the settings show: fetching and authorising are one step, so that a stranger finds nothing."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, When

from people.models import Membership, Organisation, Project, Site, Team, User
from people.roles import Right
from people.services.guards import administered_by
from people.workplace import Workplace

HOUSE = Organisation.Kind.OWN


def company() -> Organisation | None:
    """The house, once it has a name."""
    return Organisation.objects.filter(kind=HOUSE).first()


def agencies(at: datetime) -> "QuerySet[Organisation]":
    """Everybody but the house, open ones first, with how many people they have here now."""
    held = Membership.objects.at(at).filter(organisation=OuterRef("pk")).order_by().values("organisation")
    count = held.annotate(n=Count("user", distinct=True)).values("n")
    others = Organisation.objects.exclude(kind=HOUSE).annotate(people=count)
    return others.order_by("-closed_at", "kind", "name")


def projects(here: Workplace, at: datetime) -> "QuerySet[Project]":
    """The projects of which this person is administrator."""
    return Project.objects.filter(pk__in=administered_by(here.user, at)).order_by("-closed_at", "name")


def sites(here: Workplace) -> "QuerySet[Site]":
    """The sites of the project at hand."""
    return Site.objects.filter(project=here.project).order_by("-closed_at", "name")


def teams(at: datetime) -> "QuerySet[Team]":
    """The teams of the house with leader and the memberships that hold now (`in_force`)."""
    held = Membership.objects.at(at).select_related("user", "project").order_by("user__name", "user", "role")
    rows = Team.objects.filter(organisation__kind=HOUSE).select_related("leader")
    return rows.prefetch_related(Prefetch("memberships", held, to_attr="in_force")).order_by("-closed_at", "name")


def leaders(at: datetime) -> "QuerySet[User]":
    """Who can lead a team: whoever works for the house now."""
    inside = Membership.objects.at(at).filter(organisation__kind=HOUSE)
    return User.objects.filter(is_active=True, pk__in=inside.values("user")).order_by("name", "pk")


def people(here: Workplace, at: datetime, *, q: str, role: str, organisation: Organisation | None, state: str) -> Any:
    """Who works in the project at hand, or did (`state` left), found by name or account; with `in_force` here and now."""
    held, ever = Membership.objects.at(at).filter(project=here.project), Membership.objects.filter(project=here.project)
    wanted = held.filter(user=OuterRef("pk"))
    wanted = wanted.filter(role=role) if role else wanted
    wanted = wanted.filter(organisation=organisation) if organisation else wanted
    rows = User.objects.filter(Q(name__icontains=q) | Q(username__icontains=q)) if q else User.objects.all()
    if state == "left":
        rows = rows.filter(Exists(ever.filter(user=OuterRef("pk"))), ~Exists(held.filter(user=OuterRef("pk"))))
    else:
        rows = rows.filter(Exists(wanted))
    if state == "new":
        rows = rows.filter(last_login=None)
    shown = Prefetch("memberships", held.select_related("team", "organisation").order_by("pk"), to_attr="in_force")
    return rows.prefetch_related(shown).order_by("name", "pk")


def person(here: Workplace) -> "QuerySet[User]":
    """Those whose page may be opened from here: who works in the project at hand, or did."""
    there = Membership.objects.filter(user=OuterRef("pk"), project=here.project)
    return User.objects.filter(Exists(there))


def memberships(here: Workplace, user: User, at: datetime) -> "QuerySet[Membership]":
    """What somebody is and was in the project at hand and in those that I administer, newest first."""
    mine = {here.project.pk} | (administered_by(here.user, at) if here.may(Right.SETTINGS) else set())
    rows = Membership.objects.filter(user=user, project__in=mine)
    return rows.select_related("project", "team", "organisation").order_by("-until", "-since", "-pk")


def employers() -> "QuerySet[Organisation]":
    """Whom one can work for: the house first, then who is not closed."""
    return Organisation.objects.filter(closed_at=None).order_by(
        Case(When(kind=HOUSE, then=0), default=1), "kind", "name"
    )


def open_teams() -> "QuerySet[Team]":
    """The teams that one can join."""
    return Team.objects.filter(closed_at=None, organisation__kind=HOUSE).order_by("name")
