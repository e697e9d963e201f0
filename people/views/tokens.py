"""我的令牌: tokens by which programs act for me."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.access import SIGNED_IN, WorkRequest, open_to
from people.forms.tokens import TokenForm
from people.services import tokens as services
from trail import clock
from trail.refusals import Refusal
from trail.services import once


@open_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def tokens(request: WorkRequest) -> HttpResponse:
    """My tokens, and a form for one more. A new one is shown here and now, and never again."""
    form = TokenForm(request.POST or None, request=request, here=request.workplace)
    if request.method == "POST":
        if request.workplace is None:
            raise Http404
        if form.is_valid():
            try:
                return _made(request, form)
            except Refusal as refusal:
                form.refuse(refusal)
    return _page(request, form=form)


def _made(request: WorkRequest, form: TokenForm) -> HttpResponse:
    """Make one. The answer to a second tap is that it was made: the token itself is kept nowhere."""
    seen: dict[str, Any] = {}

    def act() -> str:
        token, seen["secret"] = services.make_token(here=request.workplace, at=now, **form.given())
        return str(token.pk)

    now = clock.now()
    pk, _new = once(key=form.cleaned_data["key"], by=request.user.pk, act="token", at=now, do=act)
    made = get_object_or_404(services.tokens_of(request.user), pk=pk)
    return _page(request, form=TokenForm(request=request, here=request.workplace), made=made, **seen)


def _page(request: WorkRequest, *, form: TokenForm, **more: Any) -> HttpResponse:
    shown = {"form": form, "rows": services.tokens_of(request.user), "now": clock.now()}
    return render(request, "people/tokens.html", shown | more, status=form.http_status)


@open_to(SIGNED_IN)
@require_POST
def token_revoke(request: WorkRequest, pk: int) -> HttpResponse:
    """The program is shut out from now on."""
    token = get_object_or_404(services.tokens_of(request.user), pk=pk)
    services.revoke_token(token=token, by=request.user, at=clock.now())
    messages.success(request, _("令牌 %(name)s 已作废") % {"name": token.name})
    return redirect("tokens")
