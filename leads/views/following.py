"""Following up: the profile and grade of a customer, tasks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import profiles, reads, services
from leads.forms.following import DoneForm, GradeForm, ProfileForm, TaskForm
from leads.models import Customer
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock

MAY_WRITE = (Right.OWN_BOOKS, Right.ALL_CUSTOMERS)
MOST_TASKS = 200


@needs(*MAY_WRITE)
@require_http_methods(["GET", "POST"])
def profile(request: WorkRequest, pk: UUID) -> HttpResponse:
    """What is known of the customer, and the stage."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    if not profiles.may_keep(here, found, clock.now()):
        raise Http404
    known = profiles.profile_of(here.project, found)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm.of(known)

    def keep(_given: Any, at: Any) -> None:
        _profile, warned = services.keep_profile(here=here, customer=found, at=at, **form.given())
        for sentence in warned:
            messages.warning(request, sentence)

    if acted(request, form, "profile", keep) is not None:
        messages.success(request, _("资料记下了"))
        return redirect("customer", pk=pk)
    return _profile_page(request, found, {"form": form, "grading": GradeForm.of(known)})


def _profile_page(request: WorkRequest, found: Customer, forms: dict[str, Any]) -> HttpResponse:
    shown = {"customer": found, "may_grade": request.workplace.may(Right.ALLOCATE), **forms}
    return render(request, "leads/profile.html", shown, status=max(form.http_status for form in forms.values()))


@needs(*MAY_WRITE)
@require_POST
def grade(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Grade the customer: the sales department's, nobody else's (D05-4.1b)."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = GradeForm(request.POST, auto_id="grade_%s")

    def give(_given: Any, at: Any) -> None:
        services.grade(here=here, customer=found, at=at, **form.given())

    if acted(request, form, "grade", give) is not None:
        messages.success(request, _("等级定好了"))
        return redirect("customer", pk=pk)
    known = profiles.profile_of(here.project, found)
    return _profile_page(request, found, {"form": ProfileForm.of(known), "grading": form})


@needs(*MAY_WRITE)
@require_http_methods(["GET", "POST"])
def tasks(request: WorkRequest, pk: UUID) -> HttpResponse:
    """What is to be done about a customer, and one more thing."""
    here, found, now = request.workplace, reads.customer_or_404(request.workplace, pk), clock.now()
    colleagues = reads.sellers(here, now) if here.may(Right.ALL_CUSTOMERS) else None
    form = TaskForm(request.POST or None, colleagues=colleagues)

    def add(given: dict[str, Any], at: Any) -> Any:
        return services.add_task(
            here=here, customer=found, what=given["what"], due_at=given["due_at"], user=given.get("user"), at=at
        )

    if acted(request, form, "task", add) is not None:
        messages.success(request, _("待办记下了"))
        return redirect("tasks", pk=pk)
    shown = {"customer": found, "form": form, "todos": reads.tasks_of(here, found, now), "done": DoneForm()}
    return render(request, "leads/tasks.html", shown, status=form.http_status)


@needs(*MAY_WRITE)
@require_POST
def task_done(request: WorkRequest, pk: int) -> HttpResponse:
    """One thing is done, with what came of it."""
    here = request.workplace
    task, form = get_object_or_404(reads.tasks(here), pk=pk), DoneForm(request.POST)

    def finish(given: dict[str, Any], at: Any) -> Any:
        return services.finish_task(here=here, task=task, note=given["note"], at=at)

    if acted(request, form, "task_done", finish) is not None:
        messages.success(request, _("做完了一件"))
    else:
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
    return redirect("tasks", pk=task.customer_id)


@needs(Right.OWN_BOOKS)
@require_GET
def my_tasks(request: WorkRequest) -> HttpResponse:
    """我的待办: what is overdue, today's, and what comes."""
    todos = reads.my_tasks(request.workplace, clock.now(), MOST_TASKS)
    return render(request, "leads/my_tasks.html", {"todos": todos})
