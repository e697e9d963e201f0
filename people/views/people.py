"""设置: who works here, with which roles."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import reads, services
from people.access import WorkRequest, needs
from people.forms.people import AccountForm, FindForm, MembershipForm, PersonForm, TeamChangeForm
from people.models import Membership, Team, User
from people.roles import Right
from people.views.acting import Check, acted, checked, picked
from trail import clock
from trail.forms import Form

ROLE = ("role", "team", "organisation")


@needs(Right.STAFF)
@require_GET
def people(request: WorkRequest) -> HttpResponse:
    """Who works in this project, found by name, role, company or state."""
    now = clock.now()
    find = FindForm(request.GET)
    find.is_valid()  # an address that somebody typed may hold anything: what is wrong in it finds everybody
    wanted = {name: find.cleaned_data.get(name, "") for name in ("q", "role", "state")}
    wanted["organisation"] = find.cleaned_data.get("organisation")
    page = Paginator(reads.people(request.workplace, now, **wanted), 50).get_page(request.GET.get("page"))
    return render(request, "people/settings_people.html", {"find": find, "page": page, "wanted": any(wanted.values())})


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def person_new(request: WorkRequest) -> HttpResponse:
    """Somebody comes: account and first role."""
    form = PersonForm(request.POST or None)

    def add(given: dict[str, Any], now: datetime) -> int:
        given = picked(given, "name", "username", "email", "existing", *ROLE)
        user, _role = services.add_person(project=request.workplace.project, by=request.user, at=now, **given)
        return user.pk

    made = acted(request, form, "person", add)
    if made is not None:
        joined = User.objects.get(pk=made).has_usable_password()
        messages.success(request, _("角色加好了，马上生效") if joined else _("加好了。把邀请链接发给本人，自己设密码"))
        return redirect("settings_people_edit", pk=made)
    return render(request, "people/settings_people_new.html", {"form": form}, status=form.http_status)


@needs(Right.STAFF)
@require_http_methods(["GET", "POST"])
def person(request: WorkRequest, pk: int) -> HttpResponse:
    """One person: account, roles; the account is changed here by who may."""
    user = get_object_or_404(reads.person(request.workplace), pk=pk)
    form = AccountForm(request.POST or None, row=user)
    if request.method == "POST" and not request.workplace.may(Right.SETTINGS):
        raise Http404

    def change(given: dict[str, Any], now: datetime) -> User:
        given = picked(given, "name", "username", "email", "seen")
        return services.change_person(user=user, by=request.user, at=now, **given)

    if acted(request, form, "person_change", change) is not None:
        messages.success(request, _("保存了，马上生效"))
        return redirect("settings_people_edit", pk=pk)
    return _page(request, user, account=form)


def _page(request: WorkRequest, user: User, **forms: Form) -> HttpResponse:
    """A person's page; a form that was refused comes back filled in."""
    now = clock.now()
    rows = list(reads.memberships(request.workplace, user, now))
    shown = {
        "person": user, "form": next((f for f in forms.values() if f.errors), None),
        "held": [m for m in rows if m.until is None or m.until > now],
        "ended": [m for m in rows if m.until is not None and m.until <= now],
        "account": AccountForm(row=user), "add": MembershipForm(), "again": Form(),
        "leads": Team.objects.filter(leader=user, closed_at=None), "may_change": request.workplace.may(Right.SETTINGS),
        "joined": user.has_usable_password(),
        "factor": services.has_second_factor(user), "sessions": services.open_sessions(user, now),
        "identities": user.external_identities.select_related("provider").order_by("pk"),  # type: ignore[attr-defined]
    }  # fmt: skip
    status = max(form.http_status for form in forms.values())
    return render(request, "people/settings_person.html", shown | forms, status=status)


@needs(Right.SETTINGS)
@require_POST
def role_add(request: WorkRequest, pk: int) -> HttpResponse:
    """Give one more role in this project, from now on."""
    user = get_object_or_404(reads.person(request.workplace), pk=pk)
    form = MembershipForm(request.POST)

    def add(given: dict[str, Any], now: datetime) -> Membership:
        given = picked(given, *ROLE)
        return services.add_membership(user=user, project=request.workplace.project, by=request.user, at=now, **given)

    if acted(request, form, "role_add", add) is not None:
        messages.success(request, _("角色加好了，马上生效"))
        return redirect("settings_people_edit", pk=pk)
    return _page(request, user, add=form)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def role_move(request: WorkRequest, pk: int, role: int) -> HttpResponse:
    """Another team for a role, from now on."""
    row = _role(request, pk, role)
    form = TeamChangeForm(request.POST or None, initial={"team": row.team_id})

    def move(given: dict[str, Any], now: datetime) -> Membership:
        return services.move_to_team(membership=row, team=given["team"], by=request.user, at=now)

    if acted(request, form, "role_move", move) is not None:
        messages.success(request, _("团队换好了，马上生效"))
        return redirect("settings_people_edit", pk=pk)
    return render(request, "people/settings_people_team.html", {"row": row, "form": form}, status=form.http_status)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def role_end(request: WorkRequest, pk: int, role: int) -> HttpResponse:
    """Take a role away, after a look at what that means."""
    row = _role(request, pk, role)
    said = {"name": row.user.name, "role": row.get_role_display(), "project": row.project.name}
    check = Check(
        title=_("结束角色：%(name)s · %(role)s") % said, button=_("结束角色"), done=_("%(name)s不再是%(role)s") % said,
        back=reverse("settings_people_edit", args=[pk]),
        lines=[_("在%(project)s，下一次点击就不能再做%(role)s的事") % said, _("他做过的都留着，角色以后可以再加")],
    )  # fmt: skip
    return checked(
        request, check, "role_end", lambda _form, now: services.end_membership(membership=row, by=request.user, at=now)
    )


def _role(request: WorkRequest, pk: int, role: int) -> Membership:
    """A role that this person holds where I am administrator."""
    user = get_object_or_404(reads.person(request.workplace), pk=pk)
    return get_object_or_404(reads.memberships(request.workplace, user, clock.now()), pk=role)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def person_deactivate(request: WorkRequest, pk: int) -> HttpResponse:
    """Somebody leaves: after a look at all that ends."""
    user = get_object_or_404(reads.person(request.workplace), pk=pk)
    check = Check(
        title=_("停用账号：%(name)s") % {"name": user.name}, button=_("停用账号"), done=_("%(name)s停用了") % {"name": user.name},
        back=reverse("settings_people_edit", args=[pk]), lines=_what_ends(user, clock.now()),
    )  # fmt: skip
    return checked(
        request, check, "deactivate", lambda _form, now: services.deactivate(user=user, by=request.user, at=now)
    )


def _what_ends(user: User, now: datetime) -> list[str]:
    roles = Membership.objects.at(now).filter(user=user).count()
    tokens = user.api_tokens.filter(revoked_at=None).count()
    teams = Team.objects.filter(leader=user, closed_at=None).values_list("name", flat=True)
    lines = [
        ngettext("%(n)d 个角色马上结束", "%(n)d 个角色马上结束", roles) % {"n": roles},
        _("他已经登录的地方，下一次点击就退出；密码和邀请链接作废"),
    ]
    if tokens:
        lines.append(ngettext("%(n)d 个接口令牌作废", "%(n)d 个接口令牌作废", tokens) % {"n": tokens})
    if teams:
        lines.append(_("他还是%(teams)s的负责人：到「团队」换一位") % {"teams": _("、").join(teams)})
    lines.append(_("他做过的都留着。回来时重新启用，再加角色"))
    return lines


@needs(Right.SETTINGS)
@require_POST
def person_sessions_end(request: WorkRequest, pk: int) -> HttpResponse:
    """Log somebody out wherever they are in."""
    user = get_object_or_404(reads.person(request.workplace), pk=pk)
    form = Form(request.POST)

    def end(_given: dict[str, Any], now: datetime) -> int:
        return services.end_for(here=request.workplace, user=user, at=now)

    if acted(request, form, "sessions_end", end) is None:
        return _page(request, user, refused=form)
    messages.success(request, _("%(name)s在各处都退出了") % {"name": user.name})
    return redirect("settings_people_edit", pk=pk)


@needs(Right.SETTINGS)
@require_POST
def person_reactivate(request: WorkRequest, pk: int) -> HttpResponse:
    """Somebody comes back."""
    user = get_object_or_404(reads.person(request.workplace), pk=pk)
    form = Form(request.POST)
    if (
        acted(request, form, "reactivate", lambda _form, now: services.reactivate(user=user, by=request.user, at=now))
        is None
    ):
        return _page(request, user, refused=form)
    messages.success(request, _("%(name)s可以再进来了：给他加角色，再发新链接") % {"name": user.name})
    return redirect("settings_people_edit", pk=pk)
