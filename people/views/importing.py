"""设置 → 人员: many people from a file. First a look at what each row would do, then all good rows at once."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import reads, services, sheets
from people.access import WorkRequest, needs
from people.exports import XLSX
from people.forms.importing import FileForm, KeptForm, keep
from people.models import User
from people.roles import Right, Role
from people.services.roll import Outcome, Row, headings, plan
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.models import Once
from trail.refusals import Refusal


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def people_import(request: WorkRequest) -> HttpResponse:
    """Choose a file (GET); see what each of its rows would do (POST). Nothing is written."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        try:
            return _shown(request, form.rows)
        except Refusal as refusal:
            form.refuse(refusal)
    return _choose(request, form)


def _choose(request: WorkRequest, form: Form) -> HttpResponse:
    return render(
        request, "people/settings_people_import.html", {"form": form, "upload": _upload(form)}, status=form.http_status
    )


def _upload(form: Form) -> Form:
    return form if isinstance(form, FileForm) else FileForm()


def _shown(request: WorkRequest, rows: list[Row], form: Form | None = None) -> HttpResponse:
    """The check page: bad rows first, then the rest in the order of the file."""
    here, now = request.workplace, clock.now()
    kept = form or KeptForm(
        initial={"kept": keep(rows, here.user, here.project, now)}, user=here.user, project=here.project, at=now
    )
    planned = plan(rows, here.project, now)
    counts = [(outcome, sum(p.outcome == outcome for p in planned)) for outcome in Outcome]
    shown = {
        "form": kept, "counts": counts, "bad": [p for p in planned if p.outcome == Outcome.BAD],
        "rest": [p for p in planned if p.outcome != Outcome.BAD],
        "good": sum(p.outcome in (Outcome.NEW, Outcome.ROLE) for p in planned),
    }  # fmt: skip
    return render(request, "people/settings_people_import_check.html", shown, status=kept.http_status)


def _kept(request: WorkRequest) -> KeptForm:
    here = request.workplace
    return KeptForm(request.POST, user=here.user, project=here.project, at=clock.now())


@needs(Right.SETTINGS)
@require_POST
def people_import_do(request: WorkRequest) -> HttpResponse:
    """Do all good rows in one transaction."""
    here, form = request.workplace, _kept(request)

    def do(_given: dict[str, Any], now: Any) -> str:
        came = services.import_people(rows=form.rows, project=here.project, by=here.user, at=now)
        return ",".join(str(user.pk) for user in came)

    if acted(request, form, f"people_import:{here.project.code}", do) is not None and form.cleaned_data["key"]:
        return redirect("settings_people_imported", key=form.cleaned_data["key"])
    return _shown(request, form.rows, form) if hasattr(form, "rows") else _choose(request, form)


@needs(Right.SETTINGS)
@require_POST
def people_import_errors(request: WorkRequest) -> HttpResponse:
    """The bad rows as a file, with what is wrong in the last column: to mend and bring again."""
    form = _kept(request)
    if not form.is_valid():
        return _choose(request, form)
    bad = [p for p in plan(form.rows, request.workplace.project, clock.now()) if p.outcome == Outcome.BAD]
    rows = [[*p.row.cells, p.why] for p in bad]
    return _file(
        sheets.write(_("人员"), [*headings(), pgettext("column", "原因")], rows, notes=_choices()), "people-errors.xlsx"
    )


@needs(Right.SETTINGS)
@require_GET
def people_import_template(request: WorkRequest) -> HttpResponse:
    """An empty file with the right headings, and what can be filled in."""
    return _file(sheets.write(_("人员"), headings(), [], notes=_choices()), "people.xlsx")


def _choices() -> dict[str, list[str]]:
    return {
        _("角色"): [str(role.label) for role in Role],
        _("团队"): list(reads.open_teams().values_list("name", flat=True)),
        _("公司"): list(reads.employers().values_list("name", flat=True)),
    }


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=XLSX, headers=disposition)


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def people_imported(request: WorkRequest, key: UUID) -> HttpResponse:
    """Who came by an import (GET), and a link for each to come in by (POST): shown this once."""
    done = get_object_or_404(Once, key=key, act=f"people_import:{request.workplace.project.code}")
    came = User.objects.filter(pk__in=[int(pk) for pk in done.answer.split(",") if pk]).order_by("name", "pk")
    page = Paginator(came, 100).get_page(request.GET.get("page"))
    uninvited = [user for user in page if user.is_active and not user.has_usable_password()]
    made: dict[int, str] = {}
    if request.method == "POST":
        made = services.invite_all(users=uninvited, by=request.user, at=clock.now())
    people = [(user, _whole(request, made.get(user.pk))) for user in page]
    shown = {"page": page, "people": people, "made": made, "uninvited": uninvited}
    return render(request, "people/settings_people_imported.html", shown)


def _whole(request: WorkRequest, path: str | None) -> str:
    return request.build_absolute_uri(path) if path else ""
