"""What guards sanctions: the wages of a month, the law of the place and how the rules of the project came about."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leads.money import read_yuan
from penalties import reads, services
from penalties.forms.rewards import RulesForm, WageForm
from penalties.rules import rules_of
from people.access import WorkRequest, needs
from people.roles import Right, Role
from people.views.acting import acted, picked
from trail import clock


@needs(Right.BOOKKEEPING)
@require_http_methods(["GET", "POST"])
def wages(request: WorkRequest) -> HttpResponse:
    """The wages that were entered for a month; enter one."""
    here, now = request.workplace, clock.now()
    this = here.project.month(now)
    form = WageForm(request.POST or None, people=reads.staff(here.project, now), initial={"month": this})

    def act(given: dict[str, Any], at: Any) -> Any:
        wage = read_yuan(given["wage"], field="wage")
        return services.enter_wage(here=here, wage_fen=wage, at=at, **picked(given, "user", "month"))

    if acted(request, form, "wage.enter", act) is not None:
        messages.success(request, _("记下了"))
        return redirect("wages")
    months = reads.wages(here.project)
    return render(request, "penalties/wages.html", {"form": form, "months": months}, status=form.http_status)


@needs(Right.POLICIES)
@require_http_methods(["GET", "POST"])
def settings_penalties(request: WorkRequest) -> HttpResponse:
    """处分规则: which law, which city, how the rules came about, and the switch for fines."""
    here, now = request.workplace, clock.now()
    rules = rules_of(here.project)
    form = RulesForm(request.POST or None, request=request, rules=rules)

    def act(given: dict[str, Any], at: Any) -> Any:
        names = ("jurisdiction", "city", "adopted_on", "published_on", "basis", "fines_payable")
        typed = given["minimum_wage"].strip()
        wage = read_yuan(typed, field="minimum_wage") if typed else None
        return services.set_rules(here=here, minimum_wage_fen=wage, at=at, **picked(given, *names))

    if acted(request, form, "sanction_rules.change", act) is not None:
        messages.success(request, _("保存了，马上生效"))
        return redirect("settings_penalties")
    day = localtime(now, here.project.zone).date()
    shown = {
        "form": form, "rules": rules, "minimum": rules.minimum(day),
        "owner": Role.GENERAL_MANAGER in here.roles,
    }  # fmt: skip
    return render(request, "penalties/settings_penalties.html", shown, status=form.http_status)
