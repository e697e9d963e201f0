"""A hundred thousand rows: each that was tampered with is named and no other; and no false alarm while many write at once."""

from random import Random

from django.db import connection, transaction

from tests import database, make
from tests.racing import at_once
from tests.racing import mistakes as raised
from tests.tampering import Master
from trail import history, seals
from trail.models import Entry, Mark, Seal
from trail.services import note


def found():
    return [str(mistake) for mistake in history.mistakes()]


def test_of_a_hundred_thousand_rows_each_that_was_tampered_with_is_named_and_no_other(committed):
    fill = """INSERT INTO trail_entry (at, actor, action, subject, project, detail)
        SELECT now(), i, 'lead.register', 'registration:BB-' || i, 'store', jsonb_build_object('i', i) FROM generate_series(1, 100000) i"""
    with connection.cursor() as cursor:
        cursor.execute(fill)
    kept = seals.name(seals.seal(at=make.MOMENT))
    assert (found(), seals.missing(kept)) == ([], False)
    master, dice = Master(), Random(8)
    rows = dice.sample(master.ids("trail_entry"), 60)
    with master.tampering("trail_mark"):
        changed, gone, cut_out, swapped = rows[:20], rows[20:40], rows[40:50], rows[50:]
        for row in changed:
            master.do(f"UPDATE trail_entry SET at = at + interval '1 microsecond' WHERE id = {row}")
        for row in gone:
            master.do(f"DELETE FROM trail_entry WHERE id = {row}")
        for one, two in zip(swapped[::2], swapped[1::2], strict=True):
            master.do(
                f"UPDATE trail_entry a SET subject = b.subject FROM trail_entry b WHERE (a.id, b.id) IN (({one}, {two}), ({two}, {one}))"
            )
        tail = master.ids("trail_entry")[-1:]
        master.cut("trail_entry", [*cut_out, *tail])
        named = found()
    master.close()
    expected = {f"trail_entry {row}: was changed" for row in (*changed, *swapped)}
    expected |= {f"trail_entry {row}: is gone" for row in gone}
    lost = {f"the mark of trail_entry {row} is gone" for row in (*cut_out, *tail)}
    assert {mistake for mistake in named if not mistake.startswith("seal")} == expected
    assert {mistake.partition(": ")[2] for mistake in named if mistake.startswith("seal")} == lost


def test_a_hundred_thousand_rows_that_come_at_once_raise_no_false_alarm(committed, long):
    """Eight who write, and think better of it every seventh time, while somebody seals and somebody looks on; no seal leaves a row out."""
    each, writers = (15_000, 8) if long else (60, 8)
    looked, stopped = [], []

    def write():
        for n in range(each):
            try:
                with transaction.atomic():
                    note(by=1, action="x", subject="y", at=make.MOMENT)
                    if n % 7 == 0:
                        raise InterruptedError
            except InterruptedError:
                continue
        stopped.append(1)

    def look():
        while len(stopped) < writers:
            seals.seal(at=make.MOMENT)
            looked.extend(found())

    came_to = at_once(*[write] * writers, look, look)
    assert raised(came_to) == []
    assert looked == []
    last = seals.seal(at=make.MOMENT)
    assert found() == []
    assert Entry.objects.count() == Mark.objects.count() == sum(Seal.objects.values_list("count", flat=True))
    assert last.upto == Mark.objects.order_by("-pk").first().pk


WRITTEN = (
    "INSERT INTO trail_entry (at, actor, action, subject, project, detail) VALUES (now(), 'x', 'x', 'x', '', '{}')"
)


def test_who_is_still_writing_is_waited_for_and_sealed_with_the_next(committed, monkeypatch):
    """The id of a mark is drawn before its transaction is committed: sealed by the newest id alone, it would be left out."""
    monkeypatch.setattr(seals, "PATIENCE", make.MOMENT - make.MOMENT)
    owner = database.owner()
    owner.cursor().execute(WRITTEN)
    note(by=1, action="x", subject="y", at=make.MOMENT)
    assert seals.seal(at=make.MOMENT) is None
    owner.commit()
    owner.close()
    assert seals.seal(at=make.MOMENT).count == 2


def test_who_writes_in_another_database_of_the_server_is_not_waited_for(committed, monkeypatch):
    """Its tables may have the same numbers as ours, as those of a copy do."""
    monkeypatch.setattr(seals, "PATIENCE", make.MOMENT - make.MOMENT)
    with database.a_neighbour() as neighbour:
        neighbour.cursor().execute(WRITTEN)
        note(by=1, action="x", subject="y", at=make.MOMENT)
        assert seals.seal(at=make.MOMENT).count == 1
