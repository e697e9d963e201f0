"""Telephones for the cast: a second factor that is on, and its codes at any time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp

from people import services
from people.models import User
from tests import make

STEP = timedelta(seconds=30)


@dataclass(frozen=True)
class Telephone:
    """An authenticator with this secret, and the recovery codes that were written down."""

    secret: str
    recovery: list[str]

    def code(self, when: datetime) -> str:
        return pyotp.TOTP(self.secret).at(when)


def enrolled(user: User, when: datetime = make.MOMENT - timedelta(days=1)) -> Telephone:
    """Somebody turns their second factor on, the day before unless said otherwise."""
    services.begin_second_factor(user=user, at=when)
    secret = services.waiting_secret(user, when)
    return Telephone(secret, services.confirm_second_factor(user=user, code=pyotp.TOTP(secret).at(when), at=when))
