"""设置: the company, its teams, and the agencies."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from people import reads, services
from people.access import WorkRequest, needs
from people.forms.organisation import AgencyForm, CompanyForm, TeamForm
from people.models import Membership, Organisation
from people.roles import Right
from people.views.acting import Check, checked, edited, listed, picked, reopened, saved
from trail import clock


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def company(request: WorkRequest) -> HttpResponse:
    """The company's names."""
    row = get_object_or_404(Organisation, kind=Organisation.Kind.OWN)
    form = CompanyForm(request.POST or None, row=row)
    done = saved(request, form, "company", _rename(request, row), "settings_company")
    return done or render(request, "people/settings_company.html", {"form": form}, status=form.http_status)


def _rename(request: WorkRequest, row: Organisation) -> Any:
    def change(given: dict[str, Any], now: datetime) -> Organisation:
        given = picked(given, "name", "short_name", "seen")
        return services.change_organisation(organisation=row, by=request.user, at=now, **given)

    return change


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def teams(request: WorkRequest) -> HttpResponse:
    """The teams of the house with leader and people, and one more."""
    now = clock.now()
    form = TeamForm(request.POST or None, at=now)

    def create(given: dict[str, Any], now: datetime) -> Any:
        return services.create_team(by=request.user, at=now, **picked(given, "name", "leader"))

    done = saved(request, form, "team", create, "settings_teams")
    return done or listed(request, "settings_teams", reads.teams(now), form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def team(request: WorkRequest, pk: int) -> HttpResponse:
    """One team."""
    now = clock.now()
    row = get_object_or_404(reads.teams(now), pk=pk)
    form = TeamForm(request.POST or None, row=row, at=now)

    def change(given: dict[str, Any], now: datetime) -> Any:
        return services.change_team(team=row, by=request.user, at=now, **picked(given, "name", "leader", "seen"))

    return saved(request, form, "team", change, "settings_teams") or edited(request, "settings_teams", row, form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def team_close(request: WorkRequest, pk: int) -> HttpResponse:
    """End a team, after a look at what that means."""
    row = get_object_or_404(reads.teams(clock.now()), pk=pk)
    check = Check(
        title=_("关闭团队：%(name)s") % {"name": row.name}, button=_("关闭团队"), back=reverse("settings_teams"),
        done=_("%(name)s关闭了") % {"name": row.name},
        lines=[_("以后不能再把人加进这个团队"), _("以前谁在队里都留着，以后可以重新开放")],
    )  # fmt: skip
    return checked(request, check, "close", lambda _form, now: services.close_team(team=row, by=request.user, at=now))


@needs(Right.SETTINGS)
@require_POST
def team_reopen(request: WorkRequest, pk: int) -> HttpResponse:
    """Open a team again."""
    return reopened(request, get_object_or_404(reads.teams(clock.now()), pk=pk), "settings_teams")


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def agencies(request: WorkRequest) -> HttpResponse:
    """The agencies and the developer, and one more."""
    form = AgencyForm(request.POST or None)

    def create(given: dict[str, Any], now: datetime) -> Any:
        return services.create_agency(by=request.user, at=now, **picked(given, "name", "short_name", "kind"))

    done = saved(request, form, "agency", create, "settings_agencies")
    return done or listed(request, "settings_agencies", reads.agencies(clock.now()), form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def agency(request: WorkRequest, pk: int) -> HttpResponse:
    """One agency, or the developer."""
    row = get_object_or_404(reads.agencies(clock.now()), pk=pk)
    form = AgencyForm(request.POST or None, row=row)
    done = saved(request, form, "agency", _rename(request, row), "settings_agencies")
    return done or edited(request, "settings_agencies", row, form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def agency_close(request: WorkRequest, pk: int) -> HttpResponse:
    """End the work of an agency's people, after a look at how many they are."""
    row = get_object_or_404(reads.agencies(clock.now()), pk=pk)
    roles = Membership.objects.at(clock.now()).filter(organisation=row)
    people = roles.values("user").distinct().count()
    check = Check(
        title=_("关闭公司：%(name)s") % {"name": row.name}, button=_("关闭公司"), back=reverse("settings_agencies"),
        done=_("%(name)s关闭了") % {"name": row.name},
        lines=[
            ngettext("%(n)d 个人的角色马上结束，下一次点击就进不来", "%(n)d 个人的角色马上结束，下一次点击就进不来", people)
            % {"n": people},
            _("他们报备过的客户和撞单都留着；重新开放时，角色要一个个再加"),
        ],
    )  # fmt: skip
    return checked(
        request, check, "close", lambda _form, now: services.close_agency(agency=row, by=request.user, at=now)
    )


@needs(Right.SETTINGS)
@require_POST
def agency_reopen(request: WorkRequest, pk: int) -> HttpResponse:
    """Open an agency again."""
    return reopened(request, get_object_or_404(reads.agencies(clock.now()), pk=pk), "settings_agencies")
