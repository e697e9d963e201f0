"""导入: a file is brought, tried, imported, and what was not taken can be put right and brought again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import services
from leads.forms.imports import UploadForm
from leads.importing import ending, files
from leads.models import ImportRun
from leads.reads import imports as reads
from leads.services.imports import may_bring, same_before
from people.access import WorkRequest, needs
from people.exports import CSV, XLSX, attachment
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal

A_PAGE = 50
BRING = (Right.REGISTER, Right.IMPORT)
SEE = (*BRING, Right.ALLOCATE)


@needs(*SEE)
@require_http_methods(["GET", "POST"])
def imports(request: WorkRequest) -> HttpResponse:
    """The runs that one may see (GET); bring a file (POST), which is tried at once."""
    here = request.workplace
    form = None
    if any(here.may(right) for right in BRING):
        form = UploadForm(request.POST or None, request.FILES or None, here=here)
    elif request.method == "POST":
        raise Http404
    no = _started(request, form) if form and request.method == "POST" and form.is_valid() else None
    if no is not None:
        return redirect("import_run", no=no)
    page = Paginator(reads.runs(here), A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "form": form, "kinds": _kinds(form), "runs": [_with_flag(run) for run in page]}
    return render(request, "leads/imports.html", shown, status=form.http_status if form else 200)


def _kinds(form: UploadForm | None) -> list[str]:
    return [value for value, _label in form.fields["kind"].choices] if form else []  # type: ignore[attr-defined]


def _with_flag(run: ImportRun) -> dict[str, Any]:
    return {"run": run, "waits": ending.waits_for_confirmation(run), "overdue": ending.overdue(run, clock.now())}


def _started(request: WorkRequest, form: UploadForm) -> str | None:
    given = form.cleaned_data
    file: Any = request.FILES["file"]
    try:
        return services.start_import(
            here=request.workplace, kind=given["kind"], file_name=file.name or "", content=given["file"], at=clock.now()
        ).no
    except Refusal as refusal:
        form.refuse(refusal)
        return None


@needs(*BRING)
@require_GET
def import_template(request: WorkRequest, kind: str) -> HttpResponse:
    """An empty file with the right headings."""
    if kind not in ImportRun.Kind.values or not may_bring(request.workplace, kind):
        raise Http404
    return HttpResponse(files.template(kind), content_type=XLSX, headers=attachment(f"guishu-{kind}.xlsx"))


def _run(request: WorkRequest, no: str) -> ImportRun:
    return get_object_or_404(reads.runs(request.workplace), no=no)


@needs(*SEE)
@require_GET
def import_run(request: WorkRequest, no: str) -> HttpResponse:
    """What the try said, how far the import is, what it came to. Looks again by itself while somebody works at it."""
    return _shown(request, _run(request, no), Form())


def _shown(request: WorkRequest, run: ImportRun, form: Form) -> HttpResponse:
    here, now = request.workplace, clock.now()
    own = run.by_id == here.user.pk
    page = Paginator(reads.on_page(run), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "run": run, "form": form, "own": own, "page": page, "rows": reads.shown(page, own), "counts": reads.counted(run),
        "busy": run.state in (ImportRun.State.TRYING, ImportRun.State.RUNNING), "same": same_before(run),
        "wrong": run.counts.get("wrong", 0), "waits": ending.waits_for_confirmation(run), "overdue": ending.overdue(run, now),
        "may_confirm": here.may(Right.ALLOCATE), "good": reads.good(run),
        "receipts": here.may(Right.REGISTER) or here.may(Right.ALL_CUSTOMERS),
    }  # fmt: skip
    return render(request, "leads/import_run.html", shown, status=form.http_status)


def _act(request: WorkRequest, no: str, act: str, do: Callable[..., ImportRun], said: str) -> HttpResponse:
    """Do it once and come back to the run, or say why not."""
    run, form = _run(request, no), Form(request.POST)
    if acted(request, form, f"{act}:{no}", lambda _given, now: do(here=request.workplace, run=run, at=now)) is None:
        return _shown(request, run, form)
    messages.success(request, said)
    return redirect("import_run", no=no)


@needs(*BRING)
@require_POST
def import_begin(request: WorkRequest, no: str) -> HttpResponse:
    """Import what was tried."""
    return _act(request, no, "import.begin", services.begin_import, _("开始导入了，可以先离开"))


@needs(*BRING)
@require_POST
def import_drop(request: WorkRequest, no: str) -> HttpResponse:
    """Leave it: the file goes."""
    return _act(request, no, "import.drop", services.drop_import, _("文件删掉了，什么都没导入"))


@needs(Right.ALLOCATE)
@require_POST
def import_confirm(request: WorkRequest, no: str) -> HttpResponse:
    """Management confirms imported ownership (G-54)."""
    return _act(request, no, "import.confirm", services.confirm_import, _("确认了"))


@needs(*BRING)
@require_GET
def import_errors(request: WorkRequest, no: str, form: str) -> HttpResponseBase:
    """The rows that were not taken, as CSV or XLSX; only for whoever brought the file."""
    run = get_object_or_404(reads.runs(request.workplace).filter(by=request.user), no=no)
    if form not in ("csv", "xlsx"):
        raise Http404
    name = f"{run.no}-errors.{form}"
    if form == "csv":
        return StreamingHttpResponse(files.errors_csv(run), content_type=CSV, headers=attachment(name))
    return FileResponse(files.errors_xlsx(run), content_type=XLSX, headers=attachment(name))
