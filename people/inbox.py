"""An inbox as one list: what waits for its reader comes first, then what there is to know; each newest first."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from trail.models import Message

A_PAGE = 30


def page_of(person: object, number: str | None) -> Page[Any]:
    """A page of this person's inbox; the nearest there is for a number that is none."""
    whole: Any = Inbox(person)
    return Paginator(whole, A_PAGE).get_page(number)


class Inbox:
    """The messages of one person, in two groups that a paginator walks through as one."""

    def __init__(self, person: object) -> None:
        mine = Message.objects.to(person).order_by("-at", "-pk")
        self.to_do = mine.waiting()
        self.rest = mine.filter(Q(to_do=False) | Q(done_at__isnull=False))

    def count(self) -> int:
        """How many there are in all."""
        return int(self.to_do.count() + self.rest.count())

    def __getitem__(self, window: slice) -> list[Any]:
        """Those from `window.start` up to `window.stop`."""
        shown = list(self.to_do[window])
        left = window.stop - window.start - len(shown)
        skipped = 0 if shown else max(0, window.start - self.to_do.count())
        return shown + list(self.rest[skipped : skipped + left])
