"""Rows into Postgres, many at once: what they name is looked up where they are written, each by its index."""

import pytest
from django.db import IntegrityError, connection

from tests import make
from tests.plans import analyzed
from trail import bulk
from trail.bulk import FEW, PIECE, Table
from trail.models import Delivery, Message

pytestmark = pytest.mark.django_db
MANY = PIECE + FEW  # two pieces
READS_ALL = """
DISCARD PLANS; SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET CONSTRAINTS ALL IMMEDIATE
"""
SEEN = "SELECT seq_scan FROM pg_stat_xact_all_tables WHERE relname = 'trail_message'"


def messages(count):
    table = Table(Message, "id", "to", "project", "kind", "sentence", "at")
    for pk in range(1, count + 1):
        table.add(pk, "7", "P", "k", "一\n二" if pk == PIECE else "一", make.MOMENT)
    return table


def deliveries(count):
    table = Table(Delivery, "message_id", "to", "channel", "due_at")
    for pk in range(1, count + 1):
        table.add(pk, "7", "email", make.MOMENT)
    return table


def written(*tables):
    with connection.cursor() as cursor:
        return bulk.write(cursor, tables)


def read_through():
    """How often the messages have been read from end to end in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return (cursor.fetchone() or [0])[0]


def test_rows_go_over_in_pieces_and_all_arrive():
    assert written(messages(MANY), deliveries(MANY)) == 2 * MANY
    assert Message.objects.get(pk=PIECE).sentence == "一\n二"
    assert Delivery.objects.filter(message__sentence="一").count() == MANY - 1


def test_what_names_nothing_is_refused_where_it_is_written():
    with pytest.raises(IntegrityError):
        written(deliveries(MANY))


@pytest.mark.parametrize("guarded", [False, True], ids=["with the guard off", "as it is"])
def test_what_rows_name_is_not_looked_for_by_reading_a_small_table_from_end_to_end(guarded, monkeypatch):
    analyzed()  # the planner knows that the table is small, and not that it grows
    if not guarded:  # the plan that a small table tempts to, whatever the planner thinks of it today
        monkeypatch.setattr(bulk, "CHECK", READS_ALL)
    before = read_through()
    written(messages(FEW), deliveries(FEW))
    assert (read_through() == before) is guarded
