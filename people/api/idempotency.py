"""The header Idempotency-Key: the same POST again gets the first answer, and is done once (trail/once.py)."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from trail import clock
from trail.once import Answer, answered_once
from trail.refusals import Refusal

HEADER = "Idempotency-Key"
REPLAY = "Idempotent-Replay"
LONGEST = 255


def created(body: Any, location: str) -> Response:
    """201, and where the new thing is."""
    return Response(body, status=201, headers={"Location": location})


def keyed(post: Callable[..., Response]) -> Callable[..., Response]:
    """A POST that is done once under its key. Keys are a token's own: another token of the same person has others."""

    @wraps(post)
    def once(view: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return post(view, request, *args, **kwargs)
        if not 0 < len(key) <= LONGEST:
            raise Refusal("key_wrong", _("Idempotency-Key 要 1 到 255 个字符"), status=400)
        who = f"token:{request.auth.pk}" if request.auth else f"user:{request.user.pk}"
        asked = json.dumps(
            [request.workplace.project.code, request.path, request.data], sort_keys=True, default=_digest
        )
        answer, new = answered_once(
            key=key, by=who, act=f"api.{request.resolver_match.url_name}", asked=asked, at=clock.now(),
            do=lambda: _answer(post(view, request, *args, **kwargs)),
        )  # fmt: skip
        return _response(answer, new)

    once.keyed = True  # type: ignore[attr-defined]
    return once


def _digest(file: Any) -> str:
    """What a file that was sent along is known by."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found


def _answer(response: Response) -> Answer:
    """An answer as it is kept: what JSON says of it, not the objects it was made of."""
    body = json.loads(JSONRenderer().render(response.data))
    return Answer(response.status_code, body, response.headers.get("Location", ""))


def _response(answer: Answer, new: bool) -> Response:
    headers = ({"Location": answer.location} if answer.location else {}) | ({} if new else {REPLAY: "true"})
    return Response(answer.body, status=answer.status, headers=headers)
