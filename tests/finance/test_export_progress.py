"""Lines of a CSV are finished while the database is still writing them: how far it is can be seen meanwhile, and what breaks then breaks
nothing else.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from finance.exports import background, lookups, making
from finance.models import Export, ExportPart
from leads.models import Customer
from people.exports import Csv
from tests import make, procedure
from tests.arbitration.test_collisions import signed

pytestmark = pytest.mark.usefixtures("committed", "at_noon")


@pytest.fixture
def export(monkeypatch):
    """The splits of a deal for two, asked for but not made; line by line."""
    monkeypatch.setattr(lookups, "A_BATCH", 1)
    store = make.store()
    case = procedure.contested(store)
    signed(store, store.wang, commission=6_000_01, when=make.at("2025-04-20 10:00"))
    procedure.ruled(store, case, shares=[(store.li.user, 5_000), (store.wang.user, 5_000)])
    asked = {"kind": "splits", "form": "csv", "month": "202504", "by": store.finance.user}
    return Export.objects.create(no="DC-1", project=store.project, at=make.MOMENT, rows=2, **asked)


def elsewhere(look):
    """What somebody else sees, by a connection of their own."""

    def looked():
        try:
            return look()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(looked).result()


def test_how_far_it_is_is_seen_while_the_database_is_writing(export, monkeypatch):
    monkeypatch.setattr(making, "TOLD_EVERY", 1)
    plain, seen = Csv.harmless, []

    def harmless(csv, lines, count):
        seen.append(elsewhere(lambda: Export.objects.get().done_rows))
        return plain(csv, lines, count)

    monkeypatch.setattr(Csv, "harmless", harmless)
    making.make(export)
    assert seen == [0, 1]
    assert (Export.objects.get().state, Export.objects.get().done_rows) == ("done", 2)


def test_one_that_breaks_in_the_middle_leaves_nothing_behind_and_the_connection_whole(export, monkeypatch):
    plain, told = Csv.harmless, []

    def harmless(csv, lines, count):
        told.append(lines)
        if len(told) == 2:
            raise ValueError("a line that cannot be written")
        return plain(csv, lines, count)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Csv, "harmless", harmless)
        background.make_export.call(export.pk)
    assert (len(told), Export.objects.get().state, ExportPart.objects.count()) == (2, "failed", 0)
    assert Customer.objects.exists()  # the same connection still answers
    Export.objects.update(state="waiting")
    background.make_export.call(export.pk)
    assert Export.objects.get().state == "done"
