"""Step-up: before something that cannot be taken back, the person at the keyboard shows again who they are.

A form that derives from `StepUp` asks in itself, so that nothing typed is lost; a page under `@steps_up` sends to /confirm
first. Proof is remembered per session, with its time; where a second factor is on, only a code is proof.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.access import View
from people.services.proof import kind_of_proof, prove
from trail import clock, vault
from trail.forms import Form
from trail.refusals import Refusal

SESSION_KEY = "proof"
EXPORTING = timedelta(minutes=10)
REVEALING = timedelta(minutes=60)  # who telephones all day is asked once an hour, not at each call


def remember(request: Any, kind: str, at: datetime, given_for: str = "") -> None:
    """Proof was given in this session just now; `given_for` tells by which form and code."""
    request.session[SESSION_KEY] = {"kind": kind, "at": at.isoformat(), "for": given_for}


def is_fresh(request: Any, within: timedelta, at: datetime) -> bool:
    """Whether proof was given in this session within this span, and is of the kind that this person is asked for."""
    given = request.session.get(SESSION_KEY)
    if not given or not timedelta(0) <= at - datetime.fromisoformat(given["at"]) <= within:
        return False
    return given["kind"] in ("code", kind_of_proof(request.user))


def code_field() -> forms.CharField:
    """Six digits of the telephone, or a recovery code. Typed, pasted or filled in by a password manager."""
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(
        label=_("验证码"), help_text=_("验证器里的六位数字；手机不在身边，填一个恢复码"), max_length=40,
        widget=forms.TextInput(attrs=attrs), error_messages={"required": _("填验证码")},
    )  # fmt: skip


def password_field() -> forms.CharField:
    """The password once more."""
    return forms.CharField(
        label=_("你的密码"), max_length=128, strip=False, error_messages={"required": _("填你的密码")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip


class StepUp(Form):
    """A form that asks for proof, unless it was given within `within`; None asks each time.

    The proof is looked at last: a code is not used up by a form that has other mistakes.
    """

    within: ClassVar[timedelta | None] = None

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.asks = request, ""
        if self.within is None or not is_fresh(request, self.within, clock.now()):
            self.asks = kind_of_proof(request.user)
            self.fields[self.asks] = code_field() if self.asks == "code" else password_field()

    @property
    def proof(self) -> forms.BoundField | None:
        """The input to show; None where nothing is asked."""
        return self[self.asks] if self.asks else None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.asks and not self.errors:
            self._prove(given[self.asks])
        return given

    def _prove(self, typed: str) -> None:
        """A second tap of the same form brings the same code, which is used by then, and is let through once more."""
        now, tap = clock.now(), ""
        if self.asks == "code":  # of a password nothing is kept
            tap = vault.index("proof", f"{self.cleaned_data.get('key')}|{typed}").hex()
            if self.request.session.get(SESSION_KEY, {}).get("for") == tap:
                return
        try:
            remember(self.request, prove(user=self.request.user, typed=typed, at=now), now, tap)
        except Refusal as refusal:
            self.refuse(refusal)


def steps_up(*, back: str, within: timedelta = EXPORTING, without: tuple[str, ...] = ()) -> Callable[[View], View]:
    """A page to be fetched, such as an export: without fresh proof it leads to /confirm first, and from there to `back`.

    `without` names what this address says and that of `back` does not. A link to such a page has no `download`: a browser would save
    /confirm as the file.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def proven(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if is_fresh(request, within, clock.now()):
                return view(request, *args, **kwargs)
            known = {name: value for name, value in kwargs.items() if name not in without}
            query = {"next": request.get_full_path(), "back": reverse(back, args=args, kwargs=known)}
            return redirect(f"{reverse('confirm')}?{urlencode(query)}")

        return proven

    return decorate
