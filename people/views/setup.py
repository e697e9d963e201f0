"""Setting up: the first visitor, then the list of what is still to be done."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from people import links
from people.access import PUBLIC, WorkRequest, may_set_up, needs, open_to, setting_up
from people.address import address_key
from people.forms.setup import FirstForm, FirstProjectForm, PeopleRows
from people.installation import is_set_up, is_setup_code, suggested_code
from people.jobs import mail_link
from people.links import Kind
from people.models import SignIn, Team, User
from people.roles import Right
from people.services.setup import Founder, Newcomer, Place, RowRefusal, invite_people, open_first_project, set_up
from people.tasks import tasks
from people.views.coming_in import let_in
from trail import clock
from trail.forms import Form
from trail.limits import take
from trail.refusals import Refusal
from trail.services import once

CODE = "setup_code"  # in the session: the code that the first visitor came with


@open_to(PUBLIC)
@require_GET
def setup(request: Any) -> HttpResponse:
    """What is still to be done; the first visitor goes on to be the administrator."""
    if not is_set_up():
        return redirect("setup_first")
    if not request.user.is_authenticated:
        return redirect("login")
    if not may_set_up(request):
        return redirect("landing")
    project = request.workplace.project if request.workplace else None
    listed = tasks(project, request.user, clock.now())
    ready = all(task.done for task in listed if task.needed)
    return render(request, "people/setup.html", {"tasks": listed, "ready": ready})


@open_to(PUBLIC)
@require_http_methods(["GET", "POST"])
def setup_first(request: Any) -> HttpResponse:
    """The first administrator and the company, for whoever has the link of the console."""
    if "code" in request.GET:
        return _with_code(request, request.GET["code"])
    if request.method == "GET" and is_set_up():
        return redirect("login")
    if not is_setup_code(request.session.get(CODE, "")):
        return redirect("login") if is_set_up() else render(request, "people/setup_locked.html")
    form = FirstForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _founded(request, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "people/setup_first.html", {"form": form}, status=form.http_status)


def _with_code(request: Any, code: str) -> HttpResponse:
    """Keep a right code in the session; it stands in the address no longer than that."""
    if is_set_up():
        return redirect("login")
    said, status = _("这个链接不对。到终端里再复制一次，要整条"), 403
    if not take(f"setup:{address_key(request)}", limit=20, within=timedelta(hours=1), at=clock.now()):
        said, status = _("试得太多了。一小时后再试"), 429
    elif is_setup_code(code):
        request.session[CODE] = code.strip()
        return redirect("setup_first")
    return render(request, "people/setup_locked.html", {"said": said}, status=status)


def _founded(request: Any, given: dict[str, Any]) -> HttpResponse:
    founder = Founder(
        name=given["person"], username=given["username"], password=given["new_password"], email=given["email"],
        language=translation.get_language() or "",
    )  # fmt: skip
    user = set_up(founder=founder, company=given["name"], short_name=given["short_name"], at=clock.now())
    let_in(request, user, way=SignIn.Way.PASSWORD, at=clock.now())
    request.session.pop(CODE, None)
    return redirect("setup")


@setting_up
@require_http_methods(["GET", "POST"])
def setup_project(request: WorkRequest) -> HttpResponse:
    """The first project and its site."""
    if request.workplace:
        return redirect("setup")
    first = {"code": suggested_code()}
    form = FirstProjectForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        try:
            project = open_first_project(place=_place(form.cleaned_data), by=request.user, at=clock.now())
            messages.success(request, _("%(project)s 开好了") % {"project": project.name})
            return redirect("setup")
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "people/setup_project.html", {"form": form}, status=form.http_status)


def _place(given: dict[str, Any]) -> Place:
    return Place(**{name: given[name] for name in Place.__slots__})


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def setup_people(request: WorkRequest) -> HttpResponse:
    """Who works here, several at once; then a link for each of them, shown this once."""
    sent = request.POST if request.method == "POST" else None
    rows: Any = PeopleRows(sent)
    form = Form(sent)
    if sent is not None and form.is_valid() and rows.is_valid():
        try:
            return _invited(request, rows.given, form.cleaned_data["key"])
        except RowRefusal as refusal:
            rows.refuse(refusal.row, refusal)
        except Refusal as refusal:
            form.refuse(refusal)
    wrong = form.http_status != 200 or (sent is not None and rows.total_error_count() > 0)
    shown = {"form": form, "rows": rows, "teams": Team.objects.filter(closed_at=None), "failed": wrong}
    return render(request, "people/setup_people.html", shown, status=422 if wrong else 200)


def _invited(request: WorkRequest, given: list[dict[str, Any]], key: Any) -> HttpResponse:
    """Invite them once; the links are the same when the page is loaded again."""
    if not given:
        raise Refusal("nobody", _("至少填一个人"))
    now, project = clock.now(), request.workplace.project
    people = [Newcomer(**row) for row in given]

    def do() -> str:
        made = invite_people(people=people, project=project, by=request.user, at=now)
        return ",".join(str(user.pk) for user in made)

    answer, new = once(key=key, by=request.user.pk, act="setup_people", at=now, do=do)
    invited = User.objects.filter(pk__in=answer.split(",")).order_by("pk")
    return _show_links(request, list(invited), new)


def _show_links(request: WorkRequest, invited: list[User], new: bool) -> HttpResponse:
    waiting = [user for user in invited if user.invited_at]
    mailed = {user.pk for user in waiting if new and mail_link(user, Kind.JOIN)}
    shown = [
        {
            "person": user, "link": request.build_absolute_uri(links.invitation_path(user)),
            "mailed": user.pk in mailed,
        }
        for user in waiting
    ]  # fmt: skip
    return render(request, "people/setup_links.html", {"shown": shown})
