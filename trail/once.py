"""An act under a key is done once: a second request with the key waits for the first one, then gets its answer.

The key and the act are written in one transaction, so a process that dies in the middle leaves the key free.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from trail import prepared, vault
from trail.models import Once
from trail.refusals import Refusal

CLAIM = """
INSERT INTO trail_once (key, actor, act, answer, at, body) VALUES (%(key)s, %(by)s, %(act)s, '', %(at)s, %(body)s)
ON CONFLICT DO NOTHING
"""
ANSWERED = "UPDATE trail_once SET status = %(status)s, sealed = %(sealed)s WHERE key = %(key)s"
PATIENCE = "5s"  # how long a program waits for another request with its key
NO_LOCK = "55P03"  # lock_not_available: that time is over


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program was answered: HTTP status, body as JSON can say it, and where the new thing is, if there is one."""

    status: int
    body: Any
    location: str = ""


def claim(*, key: UUID, by: object, act: str, at: datetime, body: bytes | None = None) -> bool:
    """Whether this request is the first with its key; waits for one that is under way. Inside the transaction of the act."""
    with connection.cursor() as cursor:
        prepared.execute(cursor, CLAIM, {"key": key, "by": str(by), "act": act, "at": at, "body": body})
        return cursor.rowcount == 1


def answered_once(
    *, key: str, by: object, act: str, asked: str, at: datetime, do: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """Do `do` for a program unless `by` did it under `key`; returns the answer and whether it was given now.

    `asked` is everything that was asked for, as text: the same key with something else is refused (`key_reused`), and
    so is a key whose first request takes longer than `PATIENCE` (`key_busy`). A refused act leaves the key free. Neither
    the key nor what was asked is kept in clear, and the answer is sealed: each may hold a telephone number.
    Must be the outermost transaction.
    """
    names, bodies = vault.indexes("once", f"{by}|{key}"), vault.indexes("asked", f"{act}|{asked}")
    own, body = UUID(bytes=names[0]), bodies[0]
    for name, said in zip(names[1:], bodies[1:], strict=True):  # asked before there was a newer key
        if Once.objects.filter(key=UUID(bytes=name)).exists():
            return _given(UUID(bytes=name), said), False
    with transaction.atomic():
        if not _patiently(key=own, by=by, act=act, at=at, body=body):
            return _given(own, body), False
        answer = do()
        kept = json.dumps([answer.status, answer.body, answer.location], ensure_ascii=False)
        with connection.cursor() as cursor:
            prepared.execute(cursor, ANSWERED, {"status": answer.status, "sealed": vault.seal(kept), "key": own})
        return answer, True


def _patiently(**given: Any) -> bool:
    """`claim`, waiting only so long; the act itself waits for its own locks as always."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [PATIENCE])
        try:
            first = claim(**given)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", "") == NO_LOCK:
                raise Refusal(
                    "key_busy", _("带这个键的请求还在处理，过一会儿再试"), status=409, retry_after=1
                ) from error
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return first


def _given(key: UUID, body: bytes) -> Answer:
    """The answer that was given. Raises Refusal where something else was asked for."""
    done = Once.objects.get(key=key)
    if done.sealed is None or bytes(done.body or b"") != body:
        raise Refusal("key_reused", _("这个键已经用在另一个请求上，换一个键再发"), status=409)
    return Answer(*json.loads(vault.unseal(done.sealed)))
