"""How a page of the settings acts: a form once, a check page before what has consequences."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from people import services
from people.access import WorkRequest
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal
from trail.services import once, refused

Do = Callable[[dict[str, Any], datetime], Any]


def acted(request: WorkRequest, form: Form, act: str, do: Do) -> str | None:
    """Do what a valid form asks for, once; gives the id of what came of it.

    None when nothing was sent, or it was refused; then the form says why.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    given, now = form.cleaned_data, clock.now()
    try:
        return once(key=given["key"], by=request.user.pk, act=act, at=now, do=lambda: _answer(do(given, now)))[0]
    except Refusal as refusal:
        refused(refusal)
        form.refuse(refusal)
        return None


def _answer(made: Any) -> str:
    return str(getattr(made, "pk", made))


@dataclass(frozen=True)
class Check:
    """What a check page says before something with consequences: the question, what would follow, and where to go."""

    title: str
    button: str
    done: str
    back: str
    lines: list[str] = field(default_factory=list)


def checked(request: WorkRequest, check: Check, act: str, do: Do) -> HttpResponse:
    """Show what would follow (GET), then do it (POST) and go back."""
    form = Form(request.POST if request.method == "POST" else None)
    if acted(request, form, act, do) is not None:
        messages.success(request, check.done)
        return redirect(check.back)
    return render(request, "people/settings_check.html", {"check": check, "form": form}, status=form.http_status)


def saved(request: WorkRequest, form: Form, act: str, do: Do, page: str) -> HttpResponse | None:
    """Back to `page` with a word when it was done; None when the form is to be shown."""
    if acted(request, form, act, do) is None:
        return None
    messages.success(request, _("保存了，马上生效"))
    return redirect(page)


def reopened(request: WorkRequest, row: Any, page: str) -> HttpResponse:
    """Open again what was closed."""
    form = Form(request.POST)
    if (
        acted(request, form, "reopen", lambda _given, now: services.reopen(row=row, by=request.user, at=now))
        is not None
    ):
        messages.success(request, _("%(name)s重新开放了") % {"name": row.name})
    return redirect(page)


def listed(request: WorkRequest, page: str, rows: Any, form: Form) -> HttpResponse:
    """A list with a form to add to it."""
    return render(request, f"people/{page}.html", {"rows": rows, "form": form}, status=form.http_status)


def edited(request: WorkRequest, page: str, row: Any, form: Form) -> HttpResponse:
    """One row of a list with its form, and the way to close it or to open it again."""
    key = getattr(row, "code", row.pk)
    shown = {
        "row": row, "form": form, "again": Form(), "page": page, "close": reverse(f"{page}_close", args=[key]),
        "reopen": reverse(f"{page}_reopen", args=[key]),
    }  # fmt: skip
    return render(request, "people/settings_edit.html", shown, status=form.http_status)


def picked(given: dict[str, Any], *names: str) -> dict[str, Any]:
    """Those of the given values that a service asks for."""
    return {name: given[name] for name in names}
