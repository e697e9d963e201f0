"""Trials of what leads out of the house, over the API: each counts, also one that is refused under an Idempotency-Key."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from rest_framework.response import Response

from people.services.guards import TRIALS_AN_HOUR, count_trial
from trail import clock


def tried(what: str, *, limit: int = TRIALS_AN_HOUR) -> Callable[[Any], Any]:
    """A POST that tries something, at most so often an hour. Outside of `keyed`, which undoes what was counted with what was refused.

    Raises Refusal: too_many_trials (429).
    """

    def decorate(post: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(post)
        def counted(view: Any, request: Any, *args: Any, **kwargs: Any) -> Response:
            count_trial(f"api-{what}", request.user, clock.now(), limit=limit)
            return post(view, request, *args, **kwargs)

        return counted

    return decorate
