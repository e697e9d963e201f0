"""Coming in: password, then a code where a second factor is on; and proving again who one is (step-up)."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
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
from people.lockout import was_right
from people.models import SignIn, User
from people.services.proof import prove
from people.services.second_factor import has_second_factor
from people.services.single_sign_on import open_providers
from people.stepup import EXPORTING, is_fresh, remember
from people.views.coming_in import let_in
from trail import clock
from trail.refusals import Refusal

WAITING = "waiting_for_code"  # in the session: who gave the right password, and is not logged in yet
TIME_FOR_CODE = timedelta(minutes=10)


class Login(LoginView):
    """Name and password. Whoever has a second factor is not in yet."""

    template_name = "people/login.html"
    authentication_form = LoginForm

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """With the other systems by which people come in."""
        return super().get_context_data(providers=open_providers(), **more)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where nobody has set the program up, there is nobody to log in as."""
        return super().get(request, *args, **kwargs) if is_set_up() else redirect("setup_first")

    def form_valid(self, form: Any) -> HttpResponse:
        was_right(self.request)
        return come_in(self.request, form.get_user(), way=SignIn.Way.PASSWORD, then=self.get_success_url())


def come_in(request: Any, user: User, *, way: str, then: str) -> HttpResponse:
    """Let somebody in who showed by `way` who they are, and lead them on; where a second factor is on, ask for that first."""
    now = clock.now()
    if has_second_factor(user):
        request.session[WAITING] = {
            "user": user.pk, "password": user.get_session_auth_hash(), "at": now.isoformat(), "way": way, "next": then
        }  # fmt: skip
        return redirect("login_code")
    let_in(request, user, way=way, at=now)
    return redirect(then)


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
            return _with_code(request, user, now)
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


def _with_code(request: Any, user: User, at: datetime) -> HttpResponse:
    given = request.session.pop(WAITING)
    way = SignIn.Way.CODE if given["way"] == SignIn.Way.PASSWORD else given["way"]
    let_in(request, user, way=way, at=at)
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
