"""What stands beside the lines: names of accounts, numbers of customers. Looked up for many lines at once."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import F, Func, Q, QuerySet, TextField, Value

from finance.models import Account
from leads.screening.phones import mask34, national
from leads.vault import unseal
from people.exports import Record
from people.models import Project

A_BATCH = 2_000  # lines told at a time
FIRST_NUMBERS = """
SELECT DISTINCT ON (customer_id) customer_id::text, sealed FROM leads_phone WHERE customer_id = ANY(%s::uuid[]) ORDER BY customer_id, id
"""


def local(field: str, project: Project, form: str) -> Func:
    """A moment as text, where the project is. `form` as the database writes it, such as YYYY-MM-DD."""
    there = Func(Value(str(project.zone)), F(field), function="timezone", output_field=TextField())
    return Func(there, Value(form), function="to_char", output_field=TextField())


class Holders(dict[int, str]):
    """What the holder of each account of a project is called; asked for when the first is wanted. Few, however many lines there are."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.project = project

    def __missing__(self, account: int) -> str:
        rows = Account.objects.filter(Q(project=self.project) | Q(pk=account))
        self.update({row.pk: row.holder_label for row in rows.select_related("user", "organisation", "team")})
        return self[account]


def numbers(customers: Iterable[str], *, whole: bool) -> dict[str, str]:
    """The first number of each of these customers, 前三后四 unless `whole`."""
    shown = national if whole else mask34
    with connection.cursor() as cursor:
        cursor.execute(FIRST_NUMBERS, [list(set(customers))])
        return {customer: shown(unseal(sealed)) for customer, sealed in cursor.fetchall()}


def told(rows: QuerySet[Any], tell: Callable[[list[Any]], list[Record]]) -> Iterator[Record]:
    """Rows as `tell` says them, a batch at a time. They come by one statement, so that they show one state of the books."""
    found = rows.iterator(chunk_size=A_BATCH)
    while batch := list(islice(found, A_BATCH)):
        yield from tell(batch)
