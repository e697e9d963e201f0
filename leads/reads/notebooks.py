"""The three notebooks of a salesperson (三本): what of them is asked for, a page at a time or all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.timezone import make_aware

from leads import grading
from leads.models import Contact, Deal, NotebookEntry, Ownership, Phone, Profile, Registration
from leads.reads.access import told
from leads.reads.notebook_rows import SOON, Row, rows
from leads.reads.notebook_search import named, of_text
from people.models import Project, User
from people.workplace import Workplace
from trail import clock
from trail.together import fill

A_PAGE, A_CHUNK = 40, 500
Book = NotebookEntry.Book


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a notebook is asked for; nothing named: all of it. Days are local and inclusive.

    state: `soon` (protection ends), `gone` (no longer theirs), `masked` (the whole number is not known), `lacking` (不全).
    order: `due` what runs out first, then the newest; `new`, `old` by the time of the line.
    """

    state: str = ""
    idle_days: int | None = None
    stage: str = ""
    letter: str = ""
    source: str = ""
    first: date | None = None
    last: date | None = None
    order: str = "due"
    text: str = ""


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Notebook:
    """One of the notebooks that `keeper` keeps, as `here` looks at it."""

    here: Workplace
    keeper: User
    book: str
    at: datetime
    wanted: Wanted = EVERYTHING

    @property
    def mine(self) -> bool:
        """Whether whoever looks keeps it."""
        return self.keeper == self.here.user

    @property
    def of(self) -> dict[str, Any]:
        return {"user": self.keeper, "project": self.here.project}

    def entries(self) -> QuerySet[NotebookEntry]:
        """Its lines, filtered."""
        lines = NotebookEntry.objects.filter(**self.of, book=self.book).filter(self._conditions())
        return self._named(lines) if self.wanted.text else lines

    def _named(self, lines: QuerySet[NotebookEntry]) -> QuerySet[NotebookEntry]:
        """Those that a text may mean. Whom an agency does not follow is found by what it reported, not by what others know."""
        if not self.here.outside:
            return named(lines, self.wanted.text)
        mine = Registration.objects.filter(project=self.here.project, by=self.keeper)
        reported = of_text(mine, self.here.project, self.wanted.text)
        followed = named(lines.filter(self._followed()), self.wanted.text).values("pk")
        return lines.filter(Q(pk__in=followed) | Q(source__in=reported.values("no")))

    def _held(self) -> QuerySet[Ownership]:
        """What the keeper follows now, as far as whoever looks may know."""
        return Ownership.objects.live_at(self.at).filter(told(self.here), **self.of)

    def _followed(self) -> Q:
        return Q(Exists(self._held().filter(customer=OuterRef("customer"))))

    def reports(self) -> QuerySet[Registration] | None:
        """Masked reports whose customer has not come yet; None where what is asked for cannot be one of them."""
        wanted = self.wanted
        tells_apart = wanted.stage or wanted.letter or wanted.source or wanted.idle_days is not None
        if self.book != Book.COLLECTION or wanted.state in ("soon", "gone") or tells_apart:
            return None
        waiting = _waiting(self.here.project, self.keeper).filter(self._between())
        return of_text(waiting, self.here.project, wanted.text) if wanted.text else waiting

    def parts(self) -> "list[QuerySet[Any] | _Merged]":
        """(kind, key, …) of all that is asked for, in order: what runs out first, then the rest."""
        if self.book != Book.COLLECTION or self.wanted.order != "due":
            return [self._rest(self.entries())]
        running = Ownership.objects.filter(told(self.here), protected_until__gt=self.at, until=None, **self.of)
        rest = self.entries().filter(~Exists(running.filter(customer=OuterRef("customer"))))
        return [self._due(running), self._rest(rest)]

    def _due(self, running: QuerySet[Ownership]) -> QuerySet[Any]:
        """Lines about customers whose protection runs, in the order in which it ends: the index of ownerships is walked."""
        lines = self.entries().filter(customer=OuterRef("customer")).order_by("-at", "-pk")
        found = running.none() if self.wanted.state == "masked" else running.filter(Exists(lines))
        keyed = found.annotate(kind=Value("entry", CharField()), key=Subquery(lines.values("pk")[:1]))
        return keyed.order_by("protected_until", "pk").values_list("kind", "key")

    def _rest(self, lines: QuerySet[NotebookEntry]) -> "_Merged":
        found, reports = [] if self.wanted.state == "masked" else [_keys(lines, "entry")], self.reports()
        found += [] if reports is None else [_keys(reports, "report")]
        way = "" if self.wanted.order == "old" else "-"
        return _Merged([part.order_by(f"{way}moment", f"{way}key") for part in found])

    def _between(self) -> Q:
        """From the first day to the last, in the project's days."""
        zone, found = self.here.project.zone, Q()
        if self.wanted.first:
            found &= Q(at__gte=make_aware(datetime.combine(self.wanted.first, time()), zone))
        if self.wanted.last:
            found &= Q(at__lt=make_aware(datetime.combine(clock.day_after(self.wanted.last), time()), zone))
        return found

    def _conditions(self) -> Q:
        wanted, found = self.wanted, self._between()
        if self.here.outside and (wanted.stage or wanted.letter or wanted.source):
            found &= self._followed()  # of others an agency reads none of these
        if wanted.state:
            found &= self._state()
        if wanted.idle_days is not None:
            since = self.at - timedelta(days=wanted.idle_days)
            lately = Contact.objects.filter(
                customer=OuterRef("customer"), project=self.here.project, by=self.keeper, at__gt=since
            )
            found &= Q(at__lte=since) & ~Q(Exists(lately))
        if wanted.stage:
            found &= self._in_stage(wanted.stage)
        if wanted.letter:
            found &= Q(Exists(self._profiles().filter(_graded(wanted.letter))))
        if wanted.source:
            found &= Q(customer__source=wanted.source)
        return found

    def _profiles(self) -> QuerySet[Profile]:
        return Profile.objects.filter(customer=OuterRef("customer"), project=self.here.project)

    def _in_stage(self, stage: str) -> Q:
        """Without a profile a customer is in the first stage."""
        if stage == Profile.Stage.DEVELOP:
            return ~Q(Exists(self._profiles().exclude(stage=stage)))
        return Q(Exists(self._profiles().filter(stage=stage)))

    def _state(self) -> Q:
        held = self._held().filter(customer=OuterRef("customer"))
        if self.wanted.state == "soon":
            return Q(Exists(held.filter(protected_until__lte=self.at + SOON)))
        if self.wanted.state == "gone":
            return ~Q(Exists(held))
        if self.wanted.state == "masked":
            return Q()
        return self._lacking()

    def _lacking(self) -> Q:
        """Lines that are not complete (leads/completeness.py)."""
        nameless = Q(customer__name="") | ~Q(Exists(Phone.objects.filter(customer=OuterRef("customer"))))
        if self.book == Book.VISIT:
            return Q(noted_at=None)
        if self.book == Book.SIGNED:
            return nameless | ~Q(Exists(Deal.objects.filter(no=OuterRef("source"), term_months__isnull=False)))
        return nameless


def _graded(letter: str) -> Q:
    found = Q(pk__in=[])
    for potential, importance in grading.pairs(letter):
        found |= Q(potential=potential, importance=importance)
    return found


def _keys(found: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return found.annotate(kind=Value(kind, CharField()), key=F("pk"), moment=F("at")).values_list(
        "kind", "key", "moment"
    )


def _waiting(project: Project, keeper: User) -> QuerySet[Registration]:
    """Masked reports whose customer has not come yet."""
    found: QuerySet[Registration] = Registration.objects.provisional().filter(by=keeper, project=project)
    return found


def counts(project: Project, keeper: User) -> dict[str, int]:
    """How many lines each notebook has; masked reports count to the collection."""
    lines = NotebookEntry.objects.filter(user=keeper, project=project).values("book").annotate(lines=Count("*"))
    waiting = _waiting(project, keeper).order_by().values("project").annotate(lines=Count("*"))
    fill(lines, waiting)
    found = dict.fromkeys(Book.values, 0) | {row["book"]: row["lines"] for row in lines}
    found[Book.COLLECTION] += sum(row["lines"] for row in waiting)
    return found


class _Merged:
    """Keys of one or two tables in one order. A page of them takes so many of each by its index, and no more."""

    def __init__(self, parts: list[QuerySet[Any]]) -> None:
        self.parts = parts

    def count(self) -> int:
        return sum(part.count() for part in self.parts)

    def __getitem__(self, cut: slice) -> QuerySet[Any]:
        if len(self.parts) == 1:
            return self.parts[0][cut]
        order = self.parts[0].query.order_by
        first, second = (part[: cut.stop] for part in self.parts)
        return first.union(second, all=True).order_by(*order)[cut]

    def iterator(self, chunk_size: int) -> Iterator[Any]:
        first, *rest = self.parts
        return (first.union(*rest, all=True).order_by(*first.query.order_by) if rest else first).iterator(chunk_size)


class _Chained(Sequence[Any]):
    """Several querysets one after the other, of which a page is cut; `total` where it is known already."""

    def __init__(self, parts: list[QuerySet[Any] | _Merged], total: int | None) -> None:
        self.parts = parts
        self.sizes = [part.count() for part in (parts if total is None else parts[:-1])]
        self.sizes += [] if total is None else [max(total - sum(self.sizes), 0)]

    def __len__(self) -> int:
        return sum(self.sizes)

    def __getitem__(self, cut: Any) -> list[Any]:
        start, stop, found = cut.start, cut.stop, list[Any]()
        for part, size in zip(self.parts, self.sizes, strict=True):
            if start < size and stop > 0:
                found += part[max(start, 0) : min(stop, size)]
            start, stop = start - size, stop - size
        return found


def page(notebook: Notebook, number: str | None, total: int) -> Page[Any]:
    """A page of it. `total`: how many lines the whole notebook has, so that they are not counted again."""
    known = total if notebook.wanted in (EVERYTHING, Wanted(order="new"), Wanted(order="old")) else None
    found: Page[Any] = Paginator(_Chained(notebook.parts(), known), A_PAGE).get_page(number)
    found.object_list = rows(notebook, [key[:2] for key in found.object_list])
    return found


def first_rows(notebook: Notebook, most: int) -> list[Row]:
    """Its first rows, for what is not paged: a search, a print."""
    return rows(notebook, [key[:2] for key in islice(_all_keys(notebook, most), most)])


def _all_keys(notebook: Notebook, most: int | None = None) -> Iterator[Any]:
    for part in notebook.parts():
        yield from part[:most] if most else part.iterator(chunk_size=A_CHUNK)


def chunks(notebook: Notebook) -> Iterator[list[Row]]:
    """All its rows, some at a time, from a cursor on the server."""
    keys = _all_keys(notebook)
    while chunk := [key[:2] for key in islice(keys, A_CHUNK)]:
        yield rows(notebook, chunk)


def size(notebook: Notebook) -> int:
    """How many rows that is."""
    return sum(part.count() for part in notebook.parts())
