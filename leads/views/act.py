"""The page of one act about a customer: its form, with what follows from it."""

from django.http import HttpResponse
from django.shortcuts import render

from leads.models import Customer
from people.access import WorkRequest
from trail.forms import Form


def act_page(
    request: WorkRequest, customer: Customer, form: Form, *, title: str, button: str, lines: list[str]
) -> HttpResponse:
    """The form; refused, it comes back filled in. `lines`: what will come of it."""
    shown = {"customer": customer, "form": form, "title": title, "button": button, "lines": lines}
    return render(request, "leads/act.html", shown, status=form.http_status)
