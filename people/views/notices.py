"""我的账号 → 通知: my address, what I want by mail, and when."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people import services
from people.access import SIGNED_IN, WorkRequest, open_to
from people.channels.smtp import mail_server
from people.forms.notices import AddressForm, WishForm
from people.models import NoticeSettings
from trail import clock
from trail.forms import Form
from trail.refusals import Refusal


@open_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def notices(request: WorkRequest) -> HttpResponse:
    """What I want by mail, and when."""
    if request.method != "POST":
        return _page(request)
    form = WishForm(request.POST)
    if form.is_valid():
        try:
            services.change_wish(user=request.user, wish=form.wish(), at=clock.now())
            messages.success(request, _("存好了，马上按新的来"))
            return redirect("notices")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, wish=form)


@open_to(SIGNED_IN)
@require_POST
def notices_address(request: WorkRequest) -> HttpResponse:
    """Another address, after proof."""
    form = AddressForm(request.POST, request=request)
    if form.is_valid():
        try:
            services.change_address(user=request.user, email=form.cleaned_data["email"], at=clock.now())
            messages.success(request, _("邮箱存好了"))
            return redirect("notices")
        except Refusal as refusal:
            form.refuse(refusal)
    return _page(request, address=form)


def _page(request: WorkRequest, **sent: Form) -> HttpResponse:
    row = NoticeSettings.objects.filter(user=request.user).first() or NoticeSettings()
    form = next(iter(sent.values()), None)
    shown = {
        "form": form, "wish": WishForm.of(row), "server": mail_server(),
        "address": AddressForm(request=request, initial={"email": request.user.email}),
    }  # fmt: skip
    return render(request, "people/notices.html", shown | sent, status=form.http_status if form else 200)
