"""Who asks: a program by its token, or a person by the session of their browser."""

from typing import Any

from rest_framework.authentication import BaseAuthentication, get_authorization_header

from people.models import ApiToken, User
from people.services import tokens
from trail import clock


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer gs_…`. The request works where the token's owner works, with the rights that it names."""

    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        """The owner and the token; None where the request names no token. Raises Refusal (401) for one that is no good."""
        scheme, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token, here = tokens.let_in(secret.strip(), at=clock.now())
        request._request.workplace = here
        return here.user, token

    def authenticate_header(self, request: Any) -> str:
        """What a request without any of it is told to send."""
        return 'Bearer realm="guishu"'
