"""设置 → 保存期限: what is kept for how long, by which law, and how much the next run lets go of."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from people.access import WorkRequest, needs
from people.forms.retention import TermForm
from people.roles import Right
from people.services import retention as services
from people.views.acting import acted
from trail import clock
from trail.models import RetentionTerm
from trail.retention import next_run


@needs(Right.SETTINGS)
@require_GET
def retention(request: WorkRequest) -> HttpResponse:
    """Every class with its time."""
    return _page(request, "", TermForm())


def _page(request: WorkRequest, code: str, sent: TermForm) -> HttpResponse:
    rows = [
        row | {"form": sent if row["kept"].code == code else TermForm(initial={"days": row["days"]}, auto_id=f"{row['kept'].code}_%s")}
        for row in services.classes(clock.now())
    ]  # fmt: skip
    shown = {"rows": rows, "next": next_run(), "form": sent}
    return render(request, "people/settings_retention.html", shown, status=sent.http_status)


@needs(Right.SETTINGS)
@require_POST
def retention_change(request: WorkRequest, code: str) -> HttpResponse:
    """Keep a class for another time from now on."""
    form = TermForm(request.POST, auto_id=f"{code}_%s")

    def act(given: dict[str, Any], now: datetime) -> RetentionTerm:
        return services.change_term(here=request.workplace, code=code, days=given["days"], at=now)

    if acted(request, form, "retention", act) is None:
        return _page(request, code, form)
    messages.success(request, _("保存了，今晚起按新的期限清理"))
    return redirect("settings_retention")
