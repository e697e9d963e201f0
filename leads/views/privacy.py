"""个人信息告知: what customers are told, for everybody to read; and on what basis one of them is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leads import reads
from leads.forms.privacy import NoticeForm, ProvideForm, WithdrawForm
from leads.models import PrivacyNotice
from leads.privacy import notices, provisions, texts
from leads.privacy.requests import MAY_TAKE
from leads.views.act import act_page
from people import reads as house
from people.access import PUBLIC, WorkRequest, needs, open_to
from people.models import Project
from people.roles import Right
from people.views.acting import acted
from trail.forms import Form


@open_to(PUBLIC)
@require_GET
def privacy(request: HttpRequest, code: str) -> HttpResponse:
    """What this project tells its customers, without login; before anything was published there is nothing to read."""
    project = get_object_or_404(Project, code=code)
    notice = notices.notice_of(project)
    if notice is None:
        raise Http404
    english = (get_language() or "").startswith("en") and notice.text_en
    shown = {
        "notice": notice,
        "project": project,
        "text": notice.text_en if english else notice.text,
        "english": english,
    }
    return render(
        request, "leads/privacy.html", shown | {"address": request.build_absolute_uri(reverse("privacy", args=[code]))}
    )


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def settings_notice(request: WorkRequest) -> HttpResponse:
    """设置 → 个人信息告知: the text in force, its versions, and a form that publishes the next one."""
    here, company = request.workplace, house.company()
    last = notices.notice_of(here.project)
    zh, en = texts.default(company.name if company else here.organisation.name, here.project.name)
    initial = {
        "text": last.text if last else zh,
        "text_en": last.text_en if last else en,
        "ground": last.ground if last else "consent",
    }
    form = NoticeForm(request.POST or None, initial=initial)

    def act(given: dict[str, Any], now: datetime) -> PrivacyNotice:
        told = {name: given[name] for name in ("text", "text_en", "ground")}
        return notices.publish_notice(here=here, at=now, **told)

    if acted(request, form, "notice.publish", act) is not None:
        messages.success(request, _("发布了，从现在起告知的是这一版"))
        return redirect("settings_notice")
    rows = PrivacyNotice.objects.filter(project=here.project).select_related("by").order_by("-version")
    return render(
        request, "leads/settings_notice.html", {"form": form, "last": last, "rows": rows}, status=form.http_status
    )


@needs(*MAY_TAKE)
@require_POST
def customer_told(request: WorkRequest, pk: UUID) -> HttpResponse:
    """The customer was told now."""
    here, found, form = request.workplace, reads.customer_or_404(request.workplace, pk), Form(request.POST)
    done = acted(request, form, "basis", lambda _given, now: notices.tell_now(here=here, customer=found, at=now))
    if done is not None:
        messages.success(request, _("记下了：已告知"))
    for sentence in form.non_field_errors():
        messages.error(request, str(sentence))
    return redirect("customer", pk=pk)


@needs(*MAY_TAKE)
@require_http_methods(["GET", "POST"])
def customer_withdraw(request: WorkRequest, pk: UUID) -> HttpResponse:
    """The customer takes their consent back."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = WithdrawForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        return notices.withdraw_consent(here=here, customer=found, identified=given["identified"], at=now)

    if acted(request, form, "basis.withdraw", act) is None:
        lines = [_("主管停用这位客户的资料，30 天后删除"), _("不影响已经做完的事，也不因此不接待")]
        return act_page(request, found, form, title=_("撤回同意"), button=_("记下撤回"), lines=lines)
    messages.success(request, _("记下了，主管会停用这位客户的资料"))
    return redirect("customer", pk=pk)


@needs(*MAY_TAKE)
@require_http_methods(["GET", "POST"])
def customer_provide(request: WorkRequest, pk: UUID) -> HttpResponse:
    """Another company was given something of the customer."""
    here, found = request.workplace, reads.customer_or_404(request.workplace, pk)
    form = ProvideForm(request.POST or None)

    def act(given: dict[str, Any], now: datetime) -> Any:
        told = {name: given[name] for name in (*provisions.WORDS, "ground")}
        return provisions.record_provision(here=here, customer=found, at=now, **told)

    if acted(request, form, "provision", act) is None:
        lines = [
            _("给以前先告诉客户，并拿到单独同意（个人信息保护法 23 条）"),
            _("记下就不能改；客户要资料时，这一条也给客户"),
        ]
        return act_page(request, found, form, title=_("资料给了别的公司"), button=_("记下"), lines=lines)
    messages.success(request, _("记下了"))
    return redirect("customer", pk=pk)
