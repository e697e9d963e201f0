"""设置: projects and their sites."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from people import reads, services
from people.access import WorkRequest, needs
from people.forms.organisation import ProjectForm, SiteForm
from people.models import Membership, Project
from people.roles import Right
from people.views.acting import Check, checked, edited, listed, picked, reopened, saved
from trail import clock


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def projects(request: WorkRequest) -> HttpResponse:
    """The projects of which I am administrator, and one more."""
    form = ProjectForm(request.POST or None)

    def create(given: dict[str, Any], now: datetime) -> Any:
        return services.create_project(by=request.user, at=now, **picked(given, "name", "code", "time_zone"))

    done = saved(request, form, "project", create, "settings_projects")
    return done or listed(request, "settings_projects", reads.projects(request.workplace, clock.now()), form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def project(request: WorkRequest, code: str) -> HttpResponse:
    """One project of mine."""
    row = _mine(request, code)
    form = ProjectForm(request.POST or None, row=row)

    def change(given: dict[str, Any], now: datetime) -> Any:
        given = picked(given, "name", "time_zone", "keeps_incidents", "seen")
        return services.change_project(project=row, by=request.user, at=now, **given)

    return saved(request, form, "project", change, "settings_projects") or edited(
        request, "settings_projects", row, form
    )


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def project_close(request: WorkRequest, code: str) -> HttpResponse:
    """End a project, after a look at what that means."""
    row = _mine(request, code)
    people = Membership.objects.at(clock.now()).filter(project=row).values("user").distinct().count()
    check = Check(
        title=_("关闭项目：%(name)s") % {"name": row.name}, button=_("关闭项目"), back=reverse("settings_projects"),
        done=_("%(name)s关闭了") % {"name": row.name},
        lines=[
            ngettext("项目里现在有 %(n)d 个人", "项目里现在有 %(n)d 个人", people) % {"n": people},
            _("前台、业务员、主管、经纪人下一次点击就进不来；管理员、总经理和财务还能进来"),
            _("客户、撞单和结算都留着，以后可以重新开放"),
        ],
    )  # fmt: skip
    return checked(
        request, check, "close", lambda _form, now: services.close_project(project=row, by=request.user, at=now)
    )


@needs(Right.SETTINGS)
@require_POST
def project_reopen(request: WorkRequest, code: str) -> HttpResponse:
    """Open a project again."""
    return reopened(request, _mine(request, code), "settings_projects")


def _mine(request: WorkRequest, code: str) -> Project:
    return get_object_or_404(reads.projects(request.workplace, clock.now()), code=code)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def sites(request: WorkRequest) -> HttpResponse:
    """The sites of this project, and one more."""
    form = SiteForm(request.POST or None)

    def create(given: dict[str, Any], now: datetime) -> Any:
        given = picked(given, "name", "opens", "closes")
        return services.create_site(project=request.workplace.project, by=request.user, at=now, **given)

    done = saved(request, form, "site", create, "settings_sites")
    return done or listed(request, "settings_sites", reads.sites(request.workplace), form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def site(request: WorkRequest, pk: int) -> HttpResponse:
    """One site of this project."""
    row = get_object_or_404(reads.sites(request.workplace), pk=pk)
    form = SiteForm(request.POST or None, row=row)

    def change(given: dict[str, Any], now: datetime) -> Any:
        given = picked(given, "name", "opens", "closes", "seen")
        return services.change_site(site=row, by=request.user, at=now, **given)

    return saved(request, form, "site", change, "settings_sites") or edited(request, "settings_sites", row, form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def site_close(request: WorkRequest, pk: int) -> HttpResponse:
    """Close a site, after a look at what that means."""
    row = get_object_or_404(reads.sites(request.workplace), pk=pk)
    check = Check(
        title=_("关闭案场：%(name)s") % {"name": row.name}, button=_("关闭案场"), back=reverse("settings_sites"),
        done=_("%(name)s关闭了") % {"name": row.name},
        lines=[_("接待台不再登记到这个案场"), _("以前的到访都留着，以后可以重新开放")],
    )  # fmt: skip
    return checked(request, check, "close", lambda _form, now: services.close_site(site=row, by=request.user, at=now))


@needs(Right.SETTINGS)
@require_POST
def site_reopen(request: WorkRequest, pk: int) -> HttpResponse:
    """Open a site again."""
    return reopened(request, get_object_or_404(reads.sites(request.workplace), pk=pk), "settings_sites")
