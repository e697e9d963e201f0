"""Coming in: password, then a code where a second factor is on; and proving again who one is (step-up)."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth import login as let_in
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.access import PUBLIC, SIGNED_IN, WorkRequest, open_to
from people.forms.second_factor import CodeForm, RecentProofForm
from people.forms.session import LoginForm
from people.installation import is_set_up
from people.models import User
from people.services.proof import prove
from people.services.second_factor import has_second_factor
from people.stepup import EXPORTING, is_fresh, remember
from trail import clock
from trail.refusals import Refusal

WAITING = "waiting_for_code"  # in the session: who gave the right password, and is not logged in yet
TIME_FOR_CODE = timedelta(minutes=10)


class Login(LoginView):
    """Name and password. Whoever has a second factor is not in yet."""

    template_name = "people/login.html"
    authentication_form = LoginForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where nobody has set the program up, there is nobody to log in as."""
        return super().get(request, *args, **kwargs) if is_set_up() else redirect("setup_first")

    def form_valid(self, form: Any) -> HttpResponse:
        user, now = form.get_user(), clock.now()
        if has_second_factor(user):
            self.request.session[WAITING] = {
                "user": user.pk, "backend": user.backend, "password": user.get_session_auth_hash(), "at": now.isoformat(),
                "next": self.get_success_url(),
            }  # fmt: skip
            return redirect("login_code")
        response = super().form_valid(form)
        remember(self.request, "password", now)
        return response


login = open_to(PUBLIC)(Login.as_view())


@open_to(PUBLIC)
@require_http_methods(["GET", "POST"])
def login_code(request: Any) -> HttpResponse:
    """The code after the password: of the telephone, or a recovery code."""
    user, now = _who_waits(request, clock.now()), clock.now()
    if user is None:
        return redirect("landing")  # which leads to the login, or on where a second tap finds somebody logged in
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            prove(user=user, typed=form.cleaned_data["code"], at=now)
            return _come_in(request, user, now)
        except Refusal as refusal:
            form.refuse(refusal)
    return render(request, "people/login_code.html", {"form": form}, status=form.http_status)


def _who_waits(request: Any, at: datetime) -> User | None:
    """Who gave the right password in this session less than ten minutes ago, and has the same one still."""
    given = request.session.get(WAITING)
    if given is None:
        return None
    user = User.objects.filter(pk=given["user"], is_active=True).first()
    in_time = timedelta(0) <= at - datetime.fromisoformat(given["at"]) <= TIME_FOR_CODE
    if user and in_time and constant_time_compare(user.get_session_auth_hash(), given["password"]):
        return user
    del request.session[WAITING]
    messages.error(request, _("等得太久了，再输一遍密码"))
    return None


def _come_in(request: Any, user: User, at: datetime) -> HttpResponse:
    given = request.session.pop(WAITING)
    let_in(request, user, backend=given["backend"])
    remember(request, "code", at)
    return redirect(given["next"])


@open_to(SIGNED_IN)
@require_http_methods(["GET", "POST"])
def confirm(request: WorkRequest) -> HttpResponse:
    """Prove again who one is, then go on to `next`; a file comes by itself, and `back` is where it was asked for."""
    then, back = _of_ours(request, "next"), _of_ours(request, "back")
    if is_fresh(request, EXPORTING, clock.now()):
        response = render(request, "people/confirmed.html", {"next": then, "back": back})
        response["Refresh"] = f"0; url={then}"
        return response
    form = RecentProofForm(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid():
        return redirect(f"{reverse('confirm')}?{request.GET.urlencode()}")
    return render(request, "people/confirm.html", {"form": form, "back": back}, status=form.http_status)


def _of_ours(request: HttpRequest, name: str) -> str:
    """An address out of the query, if it is one of ours; else one's own page."""
    address = request.GET.get(name, "")
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else reverse("landing")
