"""The one way in: whoever was found out to be somebody gets a session, which they see among their devices."""

from datetime import datetime
from typing import Any

from django.contrib.auth import login

from people.address import address_of
from people.models import SignIn, User
from people.services.sessions import begin_session, leave_session
from people.stepup import remember

BACKEND = "django.contrib.auth.backends.ModelBackend"


def let_in(request: Any, user: User, *, way: str, at: datetime) -> None:
    """Log somebody in, who has just proved by `way` (of SignIn.Way) who they are."""
    leave_session(session_key=request.session.session_key or "", at=at)
    login(request, user, backend=BACKEND)
    if not request.session.session_key:  # somebody else was in: their session is gone, and this one is not stored yet
        request.session.create()
    if way != SignIn.Way.PROVIDER:  # what another system vouches for is no proof of ours
        remember(request, "code" if way == SignIn.Way.CODE else "password", at)
    begin_session(
        user=user, session_key=request.session.session_key, way=way, device=request.headers.get("User-Agent", ""),
        address=address_of(request), at=at,
    )  # fmt: skip
