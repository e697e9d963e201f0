"""How often a password may be guessed: exactly so often, however many ask at once and whatever address they claim.

    10  in an hour for one account from one address
    20  in a day for one account, wherever they come from

django-axes asks this module before any password is looked at, so a lock says the same of an account that there is not. Counted
under digests: neither names nor addresses are kept. A right password gives its try back.
"""

from datetime import timedelta
from typing import Any

from axes.handlers.base import AbstractAxesHandler, AxesBaseHandler

from people.address import address_of
from trail import clock, vault
from trail.limits import give_back, take
from trail.models import Allowance

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
FROM_ONE_ADDRESS, IN_ALL = 10, 20


class Lockout(AxesBaseHandler, AbstractAxesHandler):
    """What django-axes asks. It keeps nothing of its own."""

    def is_allowed(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether one more password may be looked at; it is counted if so."""
        account, now = _account(str((credentials or {}).get("username") or "")), clock.now()
        near = f"{account}@{vault.index('address', address_of(request) or '').hex()}"
        if not take(near, limit=FROM_ONE_ADDRESS, within=AN_HOUR, at=now):
            return _locked_out(request)
        if not take(account, limit=IN_ALL, within=A_DAY, at=now):
            give_back(near)
            return _locked_out(request)
        request.password_tries = (near, account)
        return True

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """Not asked: `is_allowed` has counted."""
        return 0

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
        """The try stays counted."""

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing to do: the password was right some requests ago, where a code was asked for."""

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Nothing to do."""


def _locked_out(request: Any) -> bool:
    """Refused; the middleware of django-axes answers in the page's place. Not where the database is away: that is no lock."""
    request.axes_locked_out = True
    return False


def was_right(request: Any) -> None:
    """The password of this request was right: it was no guess."""
    for key in getattr(request, "password_tries", ()):
        give_back(key)


def forgive(username: str) -> None:
    """Somebody chose a new password by a link that was theirs: who guessed at the old one locks them out no longer."""
    Allowance.objects.filter(key__startswith=_account(username)).delete()


def _account(username: str) -> str:
    return f"login:{vault.index('account', username.strip().casefold()).hex()}"
