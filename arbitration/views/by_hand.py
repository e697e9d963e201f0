"""Opening a case by hand, the list of things that cases may be about, and putting on record what has no page of its own."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from arbitration import services
from arbitration.cases import reads
from arbitration.forms.records import OpenForm, RecordForm, SubjectForm
from arbitration.models import Collision, Subject
from arbitration.views.cases import page
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.refusals import Refusal


@needs(Right.EVIDENCE)
def case_new(request: WorkRequest) -> HttpResponse:
    """立案: a customer whom two claim, or a thing."""
    form = OpenForm(request.POST or None, here=request.workplace, at=clock.now())
    opened = acted(request, form, "open", lambda _given, now: form.store(now))
    if opened is not None:
        case = Collision.objects.get(pk=opened)
        messages.success(request, _("%(no)s 已立案") % {"no": case.no})
        return redirect("case", no=case.no)
    return render(request, "arbitration/case_new.html", {"form": form}, status=form.http_status)


@needs(Right.EVIDENCE)
def subjects(request: WorkRequest) -> HttpResponse:
    """争的东西: slots, units, products, lines of production."""
    here, form = request.workplace, SubjectForm(request.POST or None)

    def add(given: dict[str, object], now: object) -> Subject:
        wanted = {name: given[name] for name in ("kind", "name", "area", "priority")}
        return services.add_subject(here=here, at=now, **wanted)  # type: ignore[arg-type]

    if acted(request, form, "subject", add) is not None:
        messages.success(request, _("已加进列表"))
        return redirect("subjects")
    rows = Subject.objects.filter(project=here.project).order_by("kind", "name")
    return render(request, "arbitration/subjects.html", {"form": form, "rows": rows}, status=form.http_status)


@needs(Right.OWN_BOOKS, Right.EVIDENCE)
@require_POST
def case_record(request: WorkRequest, no: str, kind: str) -> HttpResponse:
    """记一件事: whatever the case format has and no page of its own."""
    found = reads.of_number(request.workplace, no)
    try:
        chosen = services.own_kind(request.workplace, found, kind)
    except Refusal:
        raise Http404 from None
    if not found.closed and chosen not in services.recordable(request.workplace, found):
        raise Http404  # of a case that was ruled meanwhile the page says so, and what was typed is not lost
    form = RecordForm(request.POST, kind=chosen, here=request.workplace, case=found)
    if acted(request, form, f"record_{kind}", lambda _given, now: form.store(now)) is not None:
        messages.success(request, _("已记下，不能再改，可以再补充"))
        return redirect("case", no=no)
    return page(request, found, form)
