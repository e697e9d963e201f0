"""合并客户: two records are one customer; and parting them again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from leads import reads, references, services
from leads.forms.identity import MergeForm, OtherForm, UndoForm
from leads.models import Customer, Ownership
from leads.reads.questions import merge_or_404
from leads.views.act import act_page
from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


@needs(Right.MERGE)
@require_http_methods(["GET", "POST"])
def customer_merge(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Say which other record it is (or the address says it), see what would move, merge."""
    found = reads.customer_or_404(request.workplace, pk)
    return _merge(request, found) if "with_" in request.POST else _find(request, found)


def _find(request: WorkRequest, found: Customer) -> HttpResponse:
    form = OtherForm(request.POST or None)
    if request.method == "GET" and (named := _uuid(request.GET.get("other", ""))) and named != found.pk:
        other = get_object_or_404(reads.visible(request.workplace), pk=named)
        return _check(request, found, other, MergeForm(pair=(found, other)))
    if form.is_valid():
        try:
            here, text = request.workplace, form.cleaned_data["other"]
            other = services.other_customer(here=here, text=text, at=clock.now())
            if other == found:
                raise Refusal("merge_itself", _("这就是同一条记录，选另一位"), field="other")
            return _check(request, found, other, MergeForm(pair=(found, other)))
        except Refusal as refusal:
            form.refuse(refusal)
    shown = {"customer": found, "form": form, "title": pgettext("act", "合并客户"), "button": _("找到 TA")}
    return render(request, "leads/act.html", shown, status=form.http_status)


def _merge(request: WorkRequest, found: Customer) -> HttpResponse:
    here = request.workplace
    other = get_object_or_404(reads.visible(here), pk=_uuid(request.POST["with_"]))
    form = MergeForm(request.POST, pair=(found, other))

    def act(given: dict[str, Any], now: datetime) -> Any:
        kept, merged = form.chosen()
        return services.merge(here=here, kept=kept, merged=merged, reason=given["reason"], at=now)

    if acted(request, form, "merge", act) is None:
        return _check(request, found, other, form)
    messages.success(request, _("合并好了。合错了，在这一页撤销"))
    return redirect("customer", pk=form.chosen()[0].pk)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _check(request: WorkRequest, found: Customer, other: Customer, form: Form) -> HttpResponse:
    """Both records side by side, with all that names them and who follows them."""
    live = Ownership.objects.live_at(clock.now()).filter(project=request.workplace.project, customer__in=(found, other))
    held = {one.customer_id: one for one in live.select_related("user")}
    sides = [(one, references.counted(one), held.get(one.pk)) for one in (found, other)]
    two = len({one.user_id for one in held.values() if one.user_id}) == 2
    shown = {"customer": found, "other": other, "sides": sides, "two": two, "form": form}
    return render(request, "leads/merge.html", shown, status=form.http_status)


@needs(Right.MERGE)
@require_http_methods(["GET", "POST"])
def merge_undo(request: WorkRequest, pk: int) -> HttpResponse:
    """Part two records again."""
    here, done = request.workplace, merge_or_404(request.workplace, pk)
    form = UndoForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        return services.unmerge(here=here, done=done, why=given["why"], at=now)

    if acted(request, form, "unmerge", act) is not None:
        messages.success(request, _("撤销好了，两条记录各归各的"))
        return redirect("customer", pk=done.kept_id)
    rows = sum(len(ids) for ids in done.moved.values())
    lines = [
        ngettext("%(n)d 条记录回到 %(who)s", "%(n)d 条记录回到 %(who)s", rows) % {"n": rows, "who": done.merged},
        _("合并以后新增的，留在现在这条记录"), _("因为合并失去客户的人，没有别的变动就重新归 TA 跟进"),
    ]  # fmt: skip
    return act_page(request, done.kept, form, title=_("撤销合并"), button=_("撤销合并"), lines=lines)
