"""Step-up of the API: for what cannot be taken back, a program shows once more who it acts for, in a header of its own."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from people.services.proof import prove
from trail import clock
from trail.refusals import Refusal

HEADER = "Proof"
PROOF = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, required=True,
    description=(
        "The password of the person whom the token belongs to; where they have a second factor, a code. A code is used up, so a request"
        " that is sent again needs a new one."
    ),
)  # fmt: skip


def proved(post: Callable[..., Response]) -> Callable[..., Response]:
    """A POST that asks for proof each time. Outside of `keyed`: what was tried wrongly is counted though nothing was done.

    Raises Refusal: no proof (403), a wrong one (422), too many wrong ones (429).
    """

    @wraps(post)
    def proven(view: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
        typed = request.headers.get(HEADER, "")
        if not typed:
            raise Refusal("proof_missing", _("这一步要在 Proof 头里带密码或验证码"), status=403)
        prove(user=request.user, typed=typed, at=clock.now())
        return post(view, request, *args, **kwargs)

    return proven
