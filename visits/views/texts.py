"""设置 → 话术和单据: what a site says and prints."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.access import WorkRequest, needs
from people.roles import Right
from trail import clock
from trail.refusals import Refusal
from visits import desk as reads
from visits import services, wording
from visits.forms import TextsForm
from visits.models import SiteTexts


@needs(Right.SETTINGS)
@require_http_methods(["GET", "POST"])
def texts(request: WorkRequest) -> HttpResponse:
    """The texts of a site with how they read; 「先看看」 shows what was typed and keeps nothing."""
    site, sites = reads.site_in(request.workplace, request.GET.get("site", ""), request.session.get("site"))
    own = SiteTexts.objects.filter(site=site).first() or SiteTexts(site=site)
    form = TextsForm(request.POST or None, initial={field: getattr(own, field) for field in wording.DEFAULTS})
    if request.method == "POST" and form.is_valid():
        try:
            if "look" not in request.POST:
                services.save_texts(here=request.workplace, site=site, texts=form.cleaned_data, at=clock.now())
                messages.success(request, _("已保存，前台马上用新的"))
                return redirect(f"{reverse('settings_texts')}?site={site.pk}")
            own = services.checked(site, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
    looked = "look" in request.POST and not form.errors
    read = wording.texts_of(site, name=_("张建国"), own=own)
    shown = {"form": form, "site": site, "sites": sites, "read": read, "looked": looked}
    return render(request, "visits/settings_texts.html", shown, status=form.http_status)
