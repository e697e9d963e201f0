"""审核 and 查重记录: the sales department looks over reports, and over who asked for whom."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from leads import reads, services
from leads import receipts as receipt_views
from leads.forms.reviews import QuestionsForm, ReviewForm
from leads.reads.prechecks import askers, prechecks
from leads.services.reviewing import due_at, unreviewed
from people.access import WorkRequest, needs
from people.calendar import company_calendar
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from trail.services import note

A_PAGE = 30


@needs(Right.ALL_CUSTOMERS)
@require_GET
def reviews(request: WorkRequest) -> HttpResponse:
    """Reports that nobody reviewed yet."""
    return _page(request)


def _page(request: WorkRequest, form: ReviewForm | None = None, no: str = "") -> HttpResponse:
    """The list; a form that was refused comes back in its line."""
    here, now, calendar = request.workplace, clock.now(), company_calendar()
    page = Paginator(unreviewed(here.project, now), A_PAGE).get_page(request.GET.get("page"))
    rows = []
    for view in receipt_views.views(here, page.object_list, now):
        due = due_at(view.report, calendar)
        own = form if form and view.report.no == no else ReviewForm(auto_id=f"{view.report.no}_%s")
        rows.append({"view": view, "due": due, "late": due <= now, "form": own, "own": view.mine})
    status = form.http_status if form else 200
    return render(request, "leads/reviews.html", {"page": page, "rows": rows, "form": form}, status=status)


@needs(Right.ALL_CUSTOMERS)
@require_POST
def review(request: WorkRequest, no: str) -> HttpResponse:
    """Approve or reject one report."""
    here, form = request.workplace, ReviewForm(request.POST, auto_id=f"{no}_%s")
    report = get_object_or_404(reads.registrations(here), no=no)
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.review_report(
                here=here, report=report, approved=given["approved"], why=given["why"], at=clock.now()
            )
            messages.success(request, _("报备 %(no)s 审核好了，告诉报备人了") % {"no": no})
            return redirect("reviews")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, form, no)


@needs(Right.PRECHECKS)
@require_GET
def prechecks_log(request: WorkRequest) -> HttpResponse:
    """Who asked for whom, and what they were told. Looking at it is itself on record."""
    here, form = request.workplace, QuestionsForm(request.GET, among=askers(request.workplace))
    given = form.cleaned_data if form.is_valid() else {"by": None, "day": None}
    page = Paginator(prechecks(here, by=given["by"], day=given["day"]), A_PAGE).get_page(request.GET.get("page"))
    note(
        by=here.user.pk, action="precheck.read", subject=f"project:{here.project.code}", at=clock.now(),
        project=here.project.code,
    )  # fmt: skip
    return render(request, "leads/prechecks.html", {"page": page, "filter": form})
