"""The API of what there is in the house: sites and their hours, teams and who leads them, and the companies outside (设置)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from people import reads, services
from people.api.idempotency import created, keyed
from people.api.resource import Request, Resource
from people.api.serializers import Asked, OneOf, Person, Text
from people.models import Organisation, Site, Team, User
from people.roles import Right
from people.services.guards import version
from people.workplace import Workplace
from trail import clock

ADMINISTRATORS = (Right.SETTINGS,)
OUTSIDE = [kind.value for kind in Organisation.Kind if kind != Organisation.Kind.OWN]


def _who_leads(_here: Workplace, at: datetime) -> QuerySet[User]:
    """Who may lead a team, and who does: a team keeps its leader, who left, until there is another."""
    return (reads.leaders(at) | User.objects.filter(leads_teams__isnull=False)).distinct()


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"})
class Hour(serializers.TimeField):
    """An hour of the project's local day, hh:mm. In the document no «time», which there has an offset."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **kwargs)


class SiteAsked(Asked):
    """A site; hours in the project's local time."""

    name = Text(max_length=80)
    opens = Hour()
    closes = Hour()


class TeamAsked(Asked):
    """A team of the house."""

    name = Text(max_length=60)
    leader = OneOf(
        _who_leads, allow_null=True, default=None, help_text="whoever works for the house; rules on no case of the team"
    )


class CompanyAsked(Asked):
    """A company's names."""

    name = Text(max_length=80)
    short_name = Text(max_length=20, allow_blank=True, default="", help_text="as people write it in a report")


class AgencyAsked(CompanyAsked):
    """A company outside."""

    kind = serializers.ChoiceField(OUTSIDE)


class Seen(Asked):
    """What a change was decided on."""

    version = serializers.IntegerField(
        source="seen", required=False, help_text="that was read; changed by somebody else since: refused (409)"
    )


class SiteChangeAsked(SiteAsked, Seen):
    """A site as it is to be."""


class TeamChangeAsked(TeamAsked, Seen):
    """A team as it is to be."""


class AgencyChangeAsked(CompanyAsked, Seen):
    """A company's names as they are to be."""


class Kept(serializers.Serializer):
    """What all of them have."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="null while it is open")


class SiteLine(Kept):
    """A place with a front desk (案场)."""

    opens = Hour()
    closes = Hour()


class TeamLine(Kept):
    """A team (团队)."""

    leader = Person(allow_null=True)


class AgencyLine(Kept):
    """An outside agency (分销公司) or the developer (甲方)."""

    short_name = serializers.CharField()
    kind = serializers.ChoiceField(OUTSIDE)


class SiteList(serializers.Serializer):
    """The project's sites."""

    results = SiteLine(many=True)


class TeamList(serializers.Serializer):
    """The house's teams."""

    results = TeamLine(many=True)


class AgencyList(serializers.Serializer):
    """The companies outside."""

    results = AgencyLine(many=True)


class Versioned(serializers.Serializer):
    """One of them, with the version to change it by."""

    version = serializers.SerializerMethodField(help_text="to be given back with a change")

    def get_version(self, row: Any) -> int | None:
        """The newest state in its history."""
        return version(row)


class SiteNow(SiteLine, Versioned):
    """A place with a front desk, with its version."""


class TeamNow(TeamLine, Versioned):
    """A team, with its version."""


class AgencyNow(AgencyLine, Versioned):
    """A company outside, with its version."""


class House(Resource):
    """For administrators."""

    rights = {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS}


class Step(Resource):
    """Something that an administrator does with one of them."""

    rights = {"POST": ADMINISTRATORS}


class One(Resource):
    """One of them, to be read."""

    rights = {"GET": ADMINISTRATORS}


class Sites(House):
    """The sites of the project."""

    @extend_schema(responses={200: SiteList})
    def get(self, request: Request) -> Response:
        """All of them, open ones first."""
        return Response(SiteList({"results": reads.sites(request.workplace)}).data)

    @extend_schema(request=SiteAsked, responses={201: SiteNow})
    @keyed
    def post(self, request: Request) -> Response:
        """Open one."""
        made = services.create_site(project=request.workplace.project, **SiteAsked.read(request), **_signed(request))
        return created(SiteNow(made).data, reverse("api_site", args=[made.pk]))


class SiteById(One):
    """A site."""

    @extend_schema(responses={200: SiteNow})
    def get(self, request: Request, pk: int) -> Response:
        """Its hours, and whether it is open."""
        return Response(SiteNow(_site(request, pk)).data)


class SiteChange(Step):
    """Change a site."""

    @extend_schema(request=SiteChangeAsked, responses={200: SiteNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Its name and hours."""
        site = _site(request, pk)
        changed = services.change_site(site=site, **SiteChangeAsked.read(request), **_signed(request))
        return Response(SiteNow(changed).data)


class SiteClose(Step):
    """Close a site."""

    @extend_schema(request=None, responses={200: SiteNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """No visit is taken down there any more; refused while visitors are there (409)."""
        return Response(SiteNow(services.close_site(site=_site(request, pk), **_signed(request))).data)


class SiteReopen(Step):
    """Open a site again."""

    @extend_schema(request=None, responses={200: SiteNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """As it was."""
        return _opened_again(request, _site(request, pk), SiteNow)


class Teams(House):
    """The teams of the house."""

    @extend_schema(responses={200: TeamList})
    def get(self, request: Request) -> Response:
        """All of them, open ones first."""
        return Response(TeamList({"results": _teams()}).data)

    @extend_schema(request=TeamAsked, responses={201: TeamNow})
    @keyed
    def post(self, request: Request) -> Response:
        """Form one."""
        made = services.create_team(**TeamAsked.read(request), **_signed(request))
        return created(TeamNow(made).data, reverse("api_team", args=[made.pk]))


class TeamById(One):
    """A team."""

    @extend_schema(responses={200: TeamNow})
    def get(self, request: Request, pk: int) -> Response:
        """Who leads it."""
        return Response(TeamNow(_team(pk)).data)


class TeamChange(Step):
    """Change a team."""

    @extend_schema(request=TeamChangeAsked, responses={200: TeamNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Its name and who leads it; without a `leader` it has none."""
        team = _team(pk)
        changed = services.change_team(team=team, **TeamChangeAsked.read(request), **_signed(request))
        return Response(TeamNow(changed).data)


class TeamClose(Step):
    """End a team."""

    @extend_schema(request=None, responses={200: TeamNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Refused while it has people (409)."""
        return Response(TeamNow(services.close_team(team=_team(pk), **_signed(request))).data)


class TeamReopen(Step):
    """Open a team again."""

    @extend_schema(request=None, responses={200: TeamNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """As it was."""
        return _opened_again(request, _team(pk), TeamNow)


class Agencies(House):
    """The agencies and the developer."""

    @extend_schema(responses={200: AgencyList})
    def get(self, request: Request) -> Response:
        """All of them, open ones first."""
        return Response(AgencyList({"results": _agencies()}).data)

    @extend_schema(request=AgencyAsked, responses={201: AgencyNow})
    @keyed
    def post(self, request: Request) -> Response:
        """Enter one; its people are invited on the settings page."""
        made = services.create_agency(**AgencyAsked.read(request), **_signed(request))
        return created(AgencyNow(made).data, reverse("api_agency", args=[made.pk]))


class AgencyById(One):
    """A company outside."""

    @extend_schema(responses={200: AgencyNow})
    def get(self, request: Request, pk: int) -> Response:
        """Its names, and whether the house works with it."""
        return Response(AgencyNow(_agency(pk)).data)


class AgencyChange(Step):
    """Rename a company outside."""

    @extend_schema(request=AgencyChangeAsked, responses={200: AgencyNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Which of the two kinds it is, stays."""
        agency = _agency(pk)
        changed = services.change_organisation(
            organisation=agency, **AgencyChangeAsked.read(request), **_signed(request)
        )
        return Response(AgencyNow(changed).data)


class AgencyReopen(Step):
    """Work with a company again."""

    @extend_schema(request=None, responses={200: AgencyNow})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Nobody's role comes back by it."""
        return _opened_again(request, _agency(pk), AgencyNow)


def _site(request: Request, pk: int) -> Site:
    found: Site = get_object_or_404(reads.sites(request.workplace), pk=pk)
    return found


def _teams() -> QuerySet[Team]:
    return reads.teams(clock.now())


def _team(pk: int) -> Team:
    found: Team = get_object_or_404(_teams(), pk=pk)
    return found


def _agencies() -> QuerySet[Organisation]:
    return reads.agencies(clock.now())


def _agency(pk: int) -> Organisation:
    found: Organisation = get_object_or_404(_agencies(), pk=pk)
    return found


def _opened_again(request: Request, row: Any, told: Callable[[Any], Any]) -> Response:
    return Response(told(services.reopen(row=row, **_signed(request))).data)


def _signed(request: Request) -> dict[str, Any]:
    return {"by": request.user, "at": clock.now()}
