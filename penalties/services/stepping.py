"""What a sanction, an accusation and a reward have in common: numbered steps, a page, and words about it."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from penalties.models import Accusation, Reward, Sanction
from trail import services as trail
from trail.refusals import Refusal

PAGES: dict[type[Any], str] = {Sanction: "penalty", Accusation: "accusation", Reward: "reward"}


def next_step(row: Any, *, stale: str, **columns: Any) -> Any:
    """The step after the last one that was read. Raises Refusal with `stale` where somebody was faster: the number is theirs (409)."""
    try:
        with transaction.atomic():
            return row.steps.create(number=row.last.number + 1, **columns)
    except IntegrityError as error:
        raise Refusal("stale", stale, status=409) from error


def link_of(row: Any) -> str:
    """Its page."""
    return reverse(PAGES[type(row)], args=[row.no])


def tell(row: Any, whom: Iterable[int], **message: Any) -> None:
    """Word about it (`trail.services.tell`: kind, sentence, at, to_do): its number, no name and no amount."""
    for pk in whom:
        trail.tell(to=pk, project=row.project.code, link=link_of(row), no=row.no, **message)
