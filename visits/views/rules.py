"""设置 → 前台: how the desk of a site works."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.access import WorkRequest, needs
from people.roles import Right
from people.views.acting import acted
from visits import desk as reads
from visits import services
from visits.rules import rules_of
from visits.slip_forms import RulesForm


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def desk_rules(request: WorkRequest) -> HttpResponse:
    """Calling the next, asking who has left, closing time, paper and signature, for one site."""
    here = request.workplace
    site, sites = reads.site_in(here, request.GET.get("site", ""), request.session.get("site"))
    form = RulesForm(request.POST) if request.method == "POST" else RulesForm.of(rules_of(site))

    def change(given: dict[str, Any], now: Any) -> Any:
        return services.change_rules(here=here, site=site, given=given, at=now)

    if acted(request, form, "desk_rules", change) is not None:
        messages.success(request, _("已保存，前台马上用新的"))
        return redirect(f"{reverse('settings_desk')}?site={site.pk}")
    shown = {"form": form, "site": site, "sites": sites}
    return render(request, "visits/settings_desk.html", shown, status=form.http_status)
