"""证据附件: bring, submit and withdraw files of a case, look at them, cover parts of them, take them away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from arbitration import services
from arbitration.cases import reads
from arbitration.cases.attachments import ORIGINAL, TAKEN, Seen, Sight, Viewer, link_to, read_link, seen_file
from arbitration.forms.attachments import CoverForm, StageForm, SubmitForm
from arbitration.models import Attachment, Collision
from arbitration.panels.attachments import links
from arbitration.services.attaching import Opened, may_cover, pages_of
from arbitration.uploads import JPEG
from arbitration.views.cases import page
from people.access import WorkRequest, needs
from people.exports import attachment
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal

# Whatever it is, nothing of it runs and nothing of it is kept by a browser.
HARMLESS = {
    "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "no-store, private", "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


@needs(Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_files(request: WorkRequest, no: str) -> HttpResponse:
    """Bring a file: looked at, made safe, and kept where only its bringer sees it."""
    found = reads.of_number(request.workplace, no)
    form = StageForm(request.POST, request.FILES, here=request.workplace, case=found)
    if _staged(request, found, form):
        messages.success(request, _("存好了，还没提交。核对以后点「提交」"))
        return redirect("case", no=no)
    return page(request, found, form)


def _staged(request: WorkRequest, case: Collision, form: StageForm) -> bool:
    if not form.is_valid():
        return False
    here, content = request.workplace, form.content()
    try:
        safe = services.take_in(here=here, case=case, content=content, at=clock.now())
    except Refusal as refusal:
        form.refuse(refusal)
        return False

    def do(given: dict[str, Any], now: Any) -> Attachment:
        return services.stage_file(
            here=here,
            case=case,
            content=content,
            safe=safe,
            kind=given["kind"],
            says=given["says"],
            event=given["event"],
            at=now,
        )

    return acted(request, form, f"file:{case.no}", do) is not None


def _act(
    request: WorkRequest, case: Collision, form: Form, act: str, do: Callable[[Any], Any], said: str
) -> HttpResponse:
    """Do it once and come back to the case, or say why not."""
    if acted(request, form, act, lambda _given, now: _first(do(now))) is None:
        return page(request, case, form)
    messages.success(request, said)
    return redirect("case", no=case.no)


def _first(made: Any) -> Any:
    return made[0] if isinstance(made, list) else made


@needs(Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_files_submit(request: WorkRequest, no: str) -> HttpResponse:
    """Submit what was staged."""
    found = reads.of_number(request.workplace, no)
    mine = found.attachments.filter(by=request.user).values_list("pk", flat=True)
    form = SubmitForm(request.POST, staged=list(mine))
    n = len(request.POST.getlist("which"))
    said = ngettext("提交了 %(n)s 份，不能再改，可以再补充", "提交了 %(n)s 份，不能再改，可以再补充", n) % {"n": n}

    def do(now: Any) -> Any:
        return services.submit_files(here=request.workplace, case=found, files=form.cleaned_data["which"], at=now)

    return _act(request, found, form, f"files.submit:{no}", do, said)


@needs(Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_file_withdraw(request: WorkRequest, no: str, pk: int) -> HttpResponse:
    """Take back what was staged."""
    found, form = reads.of_number(request.workplace, no), Form(request.POST)

    def do(now: Any) -> Any:
        return services.withdraw_file(here=request.workplace, case=found, file=pk, at=now)

    return _act(request, found, form, f"file.withdraw:{pk}", do, _("撤下了，文件已经删掉"))


@needs(Right.CASES, Right.OWN_BOOKS)
@require_GET
def case_file(request: WorkRequest, no: str, pk: int) -> HttpResponse:
    """The pages of a file as pictures of ours; covering, for who may."""
    found = reads.of_number(request.workplace, no)
    return _file_page(request, found, _shown(request, found, pk), None)


def _shown(request: WorkRequest, case: Collision, pk: int) -> Seen:
    seen = seen_file(Viewer(request.workplace, case), pk)
    if seen is None or seen.sight < Sight.PAGES:
        raise Http404
    return seen


def _file_page(request: WorkRequest, case: Collision, seen: Seen, form: CoverForm | None) -> HttpResponse:
    now, copy = clock.now(), seen.copy
    if copy is None:
        raise Http404
    pages = pages_of(copy)
    may = may_cover(request.workplace, seen)
    shown = {
        "case": case, "file": seen.file, "copy": copy, "own": seen.own, "pages": links(copy, pages, request.user, now),
        "taken": link_to(copy, TAKEN, request.user, now) if pages else "",
        "original": link_to(seen.file, ORIGINAL, request.user, now) if seen.own else "",
        "covered": [(row, links(row, pages_of(row), request.user, now)) for row in seen.covered[-1:]],
        "form": (form or CoverForm(pages=pages)) if may else None,
    }  # fmt: skip
    return render(request, "arbitration/file.html", shown, status=form.http_status if form else 200)


@needs(Right.RULE, Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_file_cover(request: WorkRequest, no: str, pk: int) -> HttpResponse:
    """Make a copy in which something is covered."""
    found = reads.of_number(request.workplace, no)
    seen = _shown(request, found, pk)
    if not may_cover(request.workplace, seen):
        raise Http404
    here, form = request.workplace, CoverForm(request.POST, pages=pages_of(seen.file))
    if form.is_valid():
        try:
            pages = services.covered_pages(here=here, case=found, file=pk, boxes=form.read())
        except Refusal as refusal:
            form.refuse(refusal)
            return _file_page(request, found, seen, form)

        def do(_given: Any, now: Any) -> Attachment:
            return services.redact_file(here=here, case=found, file=pk, pages=pages, at=now)

        if acted(request, form, f"file.cover:{pk}", do) is not None:
            messages.success(request, _("遮好了。裁定以后对方只看得到这一份"))
            return redirect("case_file", no=no, pk=pk)
    return _file_page(request, found, seen, form)


@needs(Right.CASES, Right.OWN_BOOKS)
@require_GET
def case_file_open(request: WorkRequest, no: str, link: str) -> HttpResponse:
    """Bytes, under an address that is one person's for a quarter of an hour."""
    found, now = reads.of_number(request.workplace, no), clock.now()
    asked = read_link(link, request.user, now)
    opened = (
        services.open_file(here=request.workplace, case=found, file=asked[0], what=asked[1], at=now) if asked else None
    )
    if asked is None or opened is None:
        raise Http404
    return handed_out(opened, inline=asked[1].isdigit() and opened.media_type == JPEG)


def handed_out(opened: Opened, *, inline: bool = False) -> HttpResponse:
    """Only a page that we painted is shown in a browser; everything else is taken away."""
    given = {} if inline else attachment(opened.name)
    return HttpResponse(opened.content, content_type=opened.media_type, headers={**HARMLESS, **given})
