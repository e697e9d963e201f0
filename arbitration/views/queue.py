"""撞单队列: the list with its tabs and filters, its export, claiming and postponing; and the keys that work in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arbitration import services
from arbitration.cases import queue, reads, sheets
from arbitration.forms.queue import KeysForm, PostponeForm, QueueForm, query_of
from arbitration.models import Collision
from people.access import WorkRequest, needs
from people.exports import answer
from people.roles import Right
from people.stepup import steps_up
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.services import note

A_PAGE = 30


def asked(request: WorkRequest) -> tuple[queue.Wanted, QueueForm]:
    """The tab and the filters of the address. 404 for another tab."""
    tab = request.GET.get("tab", "todo")
    if tab not in queue.TABS:
        raise Http404
    form = QueueForm(request.GET, here=request.workplace)
    return form.wanted(tab), form


@needs(Right.CASES)
@require_GET
def cases(request: WorkRequest) -> HttpResponse:
    """撞单队列."""
    return _page(request)


def _page(request: WorkRequest, sent: Form | None = None) -> HttpResponse:
    here, now, (wanted, form) = request.workplace, clock.now(), asked(request)
    page = Paginator(queue.shown(queue.rows(here, wanted, now)), A_PAGE).get_page(request.GET.get("page"))
    around = queue.Around.read(here, now, page.object_list)
    form.offer(around.teams, around.claimants)
    found = list(page.object_list)
    told = {
        "wanted": wanted, "filter": form, "page": page, "now": now, "query": query_of(request.GET) or f"tab={wanted.tab}", "sent": sent,
        "filtered": wanted != queue.Wanted(wanted.tab), "tabs": tabs(around.counts, around.warned),
        "current": f"{reverse('cases')}?tab={wanted.tab}",
        "to_pass_up": queue.only_to_pass_up(here, found, around.led) if wanted.tab == "todo" else (),
        "duplicates": queue.duplicates(here, found) if here.may(Right.MERGE) else {}, "proposals": queue.PROPOSALS,
        "letters": here.may(Right.RULE) and not around.keys_off, "act": Form(),
    }  # fmt: skip
    return render(request, "arbitration/cases.html", told, status=sent.http_status if sent else 200)


def tabs(counts: Any, warned: Any) -> list[tuple[str, Any, int]]:
    """Address, label and count of each tab; early warnings are the last. By the `count_rows` of both."""
    held, address = queue.counted(counts), reverse("cases")
    shown = [(f"{address}?tab={name}", label, held[name]) for name, label in queue.TABS.items()]
    return [*shown, (reverse("warnings"), _("预警"), sum(row["n"] for row in warned))]


@needs(Right.CASES)
@require_GET
@steps_up(back="cases")
def cases_csv(request: WorkRequest) -> HttpResponseBase:
    """The list as CSV."""
    return _exported(request, "csv")


@needs(Right.CASES)
@require_GET
@steps_up(back="cases")
def cases_xlsx(request: WorkRequest) -> HttpResponseBase:
    """The list as XLSX."""
    return _exported(request, "xlsx")


def _exported(request: WorkRequest, form: str) -> HttpResponseBase:
    """What the tab and the filters leave; each export is on record with how many lines."""
    here, now, (wanted, _form) = request.workplace, clock.now(), asked(request)
    found = queue.rows(here, wanted, now)
    note(
        by=here.user.pk, action="cases.export", subject=f"project:{here.project.code}", at=now, project=here.project.code,
        lines=found.count(), form=form, tab=wanted.tab,
    )  # fmt: skip
    heading, records = sheets.heading(), sheets.records(queue.shown(found), here.project)
    name, title = f"cases-{wanted.tab}-{now:%Y%m%d}", here.project.name
    return answer(form, name=name, title=title, sheet="cases", heading=heading, records=records)


@needs(Right.RULE)
@require_POST
def case_take(request: WorkRequest, no: str) -> HttpResponse:
    """认领."""
    return _did(request, no, services.take_case, "case-take", _("%(no)s 由你认领了"))


@needs(Right.RULE)
@require_POST
def case_release(request: WorkRequest, no: str) -> HttpResponse:
    """放回."""
    return _did(request, no, services.release_case, "case-release", _("%(no)s 放回了"))


@needs(Right.RULE)
@require_POST
def case_resume(request: WorkRequest, no: str) -> HttpResponse:
    """不再暂缓."""
    return _did(request, no, services.resume_case, "case-resume", _("%(no)s 不再暂缓"))


def _did(request: WorkRequest, no: str, service: Callable[..., Collision], act: str, done: str) -> HttpResponse:
    """One button: done, it leads back to the list or the case, whichever it stood on; refused, to the list with the reason."""
    found, form = reads.of_number(request.workplace, no), Form(request.POST)

    def do(_given: dict[str, Any], now: Any) -> Any:
        return service(here=request.workplace, case=found, at=now)

    if acted(request, form, f"{act}:{no}", do) is None:
        return _page(request, form)
    messages.success(request, done % {"no": no})
    return _back(request, found)


def _back(request: WorkRequest, case: Collision) -> HttpResponse:
    """With the tab and the filters."""
    page = reverse("case", args=[case.no]) if request.POST.get("on") == "case" else reverse("cases")
    return redirect(f"{page}?{query_of(request.GET)}".rstrip("?"))


@needs(Right.RULE)
@require_http_methods(["GET", "POST"])
def case_postpone(request: WorkRequest, no: str) -> HttpResponse:
    """暂缓, with its day and its reason."""
    here, found = request.workplace, reads.of_number(request.workplace, no)
    form = PostponeForm(request.POST or None)

    def do(given: dict[str, Any], now: Any) -> Any:
        until, reason = form.moment(here.project), given["reason"]
        return services.postpone_case(here=here, case=found, until=until, reason=reason, at=now)

    if acted(request, form, f"case-postpone:{no}", do) is not None:
        messages.success(request, _("%(no)s 暂缓了，到时自动回来") % {"no": no})
        return _back(request, found)
    told = {"case": found, "form": form, "query": query_of(request.GET)}
    return render(request, "arbitration/postpone.html", told, status=form.http_status)


@needs(Right.RULE)
@require_http_methods(["GET", "POST"])
def keys(request: WorkRequest) -> HttpResponse:
    """Whether single keys act in the queue, for oneself."""
    sent = request.POST if request.method == "POST" else None  # nothing ticked is an answer
    form = KeysForm(sent, initial={"letters": services.letters_on(request.user)})

    def do(given: dict[str, Any], _now: Any) -> Any:
        services.set_letters(user=request.user, on=given["letters"])
        return given["letters"]

    if acted(request, form, "keys", do) is not None:
        messages.success(request, _("保存了，马上生效"))
        return redirect("account")
    return render(request, "arbitration/keys.html", {"form": form}, status=form.http_status)
