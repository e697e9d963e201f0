"""Nobody rewrites the history unseen: each row against its mark, the marks against their seals; and no false alarm."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from tests import database, make
from tests.tampering import Master
from trail import history, seals
from trail.models import Entry, Mark, Seal
from trail.services import note

ROWS = 6  # of each guarded table
TABLES = sorted(history.guarded())
MODELS = {model._meta.db_table: model for model in apps.get_models()}


@pytest.fixture(scope="module")
def master(django_db_setup, django_db_blocker):
    """Whoever owns the server; each guarded table has a few rows, all under seal."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(history, "WITNESSES", [])  # rows of any kind: nobody was erased
        one = Master()
        for table in TABLES:
            one.fill(table, ROWS)
        seals.seal(at=make.MOMENT)
        yield one
        one.close()
        database.fresh()


@pytest.fixture(autouse=True)
def _unblocked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def found():
    return [str(mistake) for mistake in history.mistakes()]


def test_what_was_written_in_order_is_no_mistake(master):
    assert found() == []
    assert Mark.objects.count() == ROWS * len(TABLES)


# one row


@pytest.mark.parametrize("table", TABLES)
def test_any_column_of_any_row_that_was_changed(master, table):
    missed = []
    for column in master.columns(table):
        row = master.ids(table)[ROWS // 2]
        with master.tampering(table):
            master.do(f'UPDATE {table} SET "{column[0]}" = {master.value(column, 77)} WHERE id = {row}')
            if [m.place.partition(" (")[0] for m in history.mistakes(MODELS[table])] != [f"{table} {row}"]:
                missed.append(column[0])
    assert missed == []
    assert found() == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("which", [0, ROWS // 2, -1])
def test_a_row_that_was_taken_out_of_the_beginning_the_middle_or_the_end(master, table, which):
    row = master.ids(table)[which]
    with master.tampering(table):
        master.do(f"DELETE FROM {table} WHERE id = {row}")
        assert found() == [f"{table} {row}: is gone"]


@pytest.mark.parametrize("table", TABLES)
def test_two_rows_that_changed_places(master, table):
    one, two = master.ids(table)[1:3]
    with master.tampering(table):
        for was, becomes in ((one, -1), (two, one), (-1, two)):
            master.do(f"UPDATE {table} SET id = {becomes} WHERE id = {was}")
        assert [mistake.partition(" (")[0].partition(":")[0] for mistake in found()] == [
            f"{table} {one}",
            f"{table} {two}",
        ]


def test_a_row_that_was_put_in_with_the_guard_off(master):
    with master.tampering("trail_entry"):
        master.do(
            "INSERT INTO trail_entry SELECT 9999, at, actor, action, subject, project, detail, address FROM trail_entry LIMIT 1"
        )
        assert found() == ["trail_entry 9999: was put in unmarked"]


def test_a_row_that_has_a_number_is_named_by_it(master):
    with master.tampering("finance_entry"):
        (row, no), *_rest = master.do("SELECT id, no FROM finance_entry ORDER BY id")
        master.do(f"UPDATE finance_entry SET period = '209901' WHERE id = {row}")
        assert found() == [f"finance_entry {row} ({no}): was changed"]


def test_the_rows_of_one_month_are_looked_at_alone(master):
    first, *_rest, last = master.ids("trail_entry")
    with master.tampering("trail_entry"):
        master.do(f"UPDATE trail_entry SET action = 'x' WHERE id = {first}")
        assert list(history.mistakes_among(Entry.objects.exclude(pk=first))) == []
        assert [m.place for m in history.mistakes_among(Entry.objects.filter(pk=first))] == [f"trail_entry {first}"]
        master.do(f"DELETE FROM trail_entry WHERE id = {last}")
        assert [str(m) for m in history.mistakes_among(Entry.objects.exclude(pk=first))] == [
            f"trail_entry {last}: is gone"
        ]


def test_a_column_that_was_added_later_is_looked_at_too(master, monkeypatch):
    """Rows from before were marked without it and hold its default; whoever changes it is found all the same."""
    first = master.ids("leads_merge")[0]
    master.do(
        "ALTER TABLE leads_merge ADD COLUMN first text NOT NULL DEFAULT '', ADD COLUMN second bigint NOT NULL DEFAULT 0"
    )
    try:
        monkeypatch.setattr(history.guarded()["leads_merge"], "later", {"first": "", "second": 0})
        assert found() == []
        with master.tampering("leads_merge"):
            master.do(f"UPDATE leads_merge SET second = 1 WHERE id = {first}")
            assert found() == [f"leads_merge {first}: was changed"]
        with master.tampering("leads_merge", "trail_mark"):
            master.do("SET session_replication_role = origin")
            copied = 'SELECT jsonb_populate_record(t, \'{"id": 9999, "second": 5}\') AS made FROM leads_merge t ORDER BY id LIMIT 1'
            master.do(f"INSERT INTO leads_merge SELECT (made).* FROM ({copied}) copied")
            assert found() == []
            master.do("SET session_replication_role = replica; UPDATE leads_merge SET second = 0 WHERE id = 9999")
            assert found() == ["leads_merge 9999: was changed"]
    finally:
        master.do("SET session_replication_role = replica")
        master.do("ALTER TABLE leads_merge DROP COLUMN first, DROP COLUMN second")


# rows together with their marks


@pytest.mark.parametrize("table", TABLES)
def test_a_tail_that_was_cut_off_with_its_marks(master, table):
    tail = master.ids(table)[-2:]
    with master.tampering(table, "trail_mark"):
        master.cut(table, tail)
        assert found() == [f"seal 1: the mark of {table} {row} is gone" for row in tail]


def test_a_table_that_was_emptied_with_its_marks(master):
    rows = master.ids("finance_entry")
    with master.tampering("finance_entry", "trail_mark"):
        master.cut("finance_entry", rows)
        assert found() == [f"seal 1: the mark of finance_entry {row} is gone" for row in rows]


def test_everything_that_was_rolled_back_to_an_earlier_seal(master):
    note(by=1, action="x", subject="y", at=make.MOMENT)
    kept = seals.name(seals.seal(at=make.MOMENT))
    with master.tampering("trail_entry", "trail_mark", "trail_seal"):
        master.cut("trail_entry", [Entry.objects.order_by("-pk").first().pk])
        master.do("DELETE FROM trail_seal WHERE number = (SELECT max(number) FROM trail_seal)")
        assert found() == []  # as it was at that moment: only who kept a seal elsewhere can tell
        assert seals.missing(kept)
        with pytest.raises(CommandError, match="1 mistakes"):
            call_command("verify_history", kept=[kept])
    assert not seals.missing(kept)
    call_command("verify_history", kept=[kept])


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("UPDATE trail_mark SET digest = sha256('x') WHERE id = {mark}", "{table} {row}: was changed"),
        ("UPDATE trail_mark SET was = '{{}}' WHERE id = {mark}", "{table} {row}: was changed"),
        ("DELETE FROM trail_mark WHERE id = {mark}", "{table} {row}: was put in unmarked"),
        ("UPDATE trail_mark SET row_id = 9999 WHERE id = {mark}", "{table} 9999: is gone"),
        ("INSERT INTO trail_mark (table_name, row_id, digest) SELECT table_name, row_id, digest FROM trail_mark WHERE id = {mark}",
         "{table} {row}: was changed"),
    ],
)  # fmt: skip
def test_marks_that_were_written_anew(master, tampering, what):
    mark = Mark.objects.filter(table_name="leads_ownership").order_by("pk")[2]
    named = {"mark": mark.pk, "table": mark.table_name, "row": mark.row_id}
    with master.tampering("trail_mark"):
        master.do(tampering.format(**named))
        assert what.format(**named) in found()


def test_a_row_and_its_mark_that_were_both_written_anew(master):
    with master.tampering("trail_entry", "trail_mark"):
        row = master.ids("trail_entry")[0]
        master.do(f"UPDATE trail_entry SET action = 'x' WHERE id = {row}")
        master.do(
            "UPDATE trail_mark SET digest = sha256(convert_to(to_jsonb(t)::text, 'UTF8')) FROM trail_entry t"
            f" WHERE table_name = 'trail_entry' AND row_id = {row} AND t.id = {row}"
        )
        assert [mistake.partition(":")[0] for mistake in found()] == ["seal 1"]
        assert "was written anew" in found()[0]


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("UPDATE trail_seal SET rows = 'x' WHERE number = 2", "seal 2: was changed"),
        ("UPDATE trail_seal SET at = at + interval '1 second' WHERE number = 1", "seal 1: was changed"),
        ("DELETE FROM trail_seal WHERE number = 2", "seal 2: is gone"),
        ("DELETE FROM trail_seal WHERE number = 1", "seal 1: is gone"),
        ("UPDATE trail_seal SET number = 9 - number", "seal 1: is gone"),
    ],
)
def test_seals_that_were_tampered_with(master, tampering, what):
    while Seal.objects.count() < 3:
        note(by=1, action="x", subject="y", at=make.MOMENT)
        seals.seal(at=make.MOMENT)
    with master.tampering("trail_seal"):
        master.do(tampering)
        assert what in found()


# guards that were switched off


@pytest.mark.parametrize("guard", history.TRIGGERS)
def test_a_guard_that_is_off_is_named(master, guard):
    master.do(f"ALTER TABLE leads_ownership DISABLE TRIGGER {guard}")
    try:
        assert found() == [f"leads_ownership: its guard {guard} is switched off"]
    finally:
        master.do(f"ALTER TABLE leads_ownership ENABLE TRIGGER {guard}")


def test_an_end_that_was_moved_while_only_the_guard_of_changes_was_off(master):
    with master.tampering("leads_ownership"):
        row = master.ids("leads_ownership")[0]
        master.do("SET session_replication_role = origin; ALTER TABLE leads_ownership DISABLE TRIGGER append_only_rows")
        master.do(f"UPDATE leads_ownership SET until = until - interval '1 day' WHERE id = {row}")
        master.do("ALTER TABLE leads_ownership ENABLE TRIGGER append_only_rows; SET session_replication_role = replica")
        assert found() == [f"leads_ownership {row}: was changed"]


@pytest.mark.parametrize("column", ["user_id", "until"])
def test_a_forged_mark_does_not_allow_what_no_change_may_do(master, column):
    """Not even with a true digest: who may not be changed, or only once, was something else before."""
    row = master.ids("leads_ownership")[0]
    with master.tampering("leads_ownership", "trail_mark"):
        was = master.do(f"SELECT to_jsonb(t) -> '{column}' FROM leads_ownership t WHERE id = {row}")[0][0]
        change = "user_id = 4711" if column == "user_id" else "until = until - interval '1 day'"
        master.do(f"UPDATE leads_ownership SET {change} WHERE id = {row}")
        master.do(
            "INSERT INTO trail_mark (table_name, row_id, digest, was) SELECT 'leads_ownership', t.id,"
            f" sha256(convert_to(to_jsonb(t)::text, 'UTF8')), jsonb_build_object('{column}', %s::jsonb)"
            f" FROM leads_ownership t WHERE t.id = {row}",
            f'"{was}"' if isinstance(was, str) else str(was),
        )
        assert found() == [f"leads_ownership {row}: {column} was changed again"]


# who may write what


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO trail_mark (table_name, row_id, digest) VALUES ('finance_entry', 1, 'x')",
        "ALTER FUNCTION trail_mark_rows() RENAME TO x",
        "CREATE OR REPLACE FUNCTION trail_mark_rows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION trail_digest(body jsonb) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$",
    ],
)
def test_the_application_cannot_write_a_mark(sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_row_is_marked_alike_wherever_it_is_written_from(master, zone):
    with master.tampering("trail_entry", "trail_mark"):
        owner = database.owner()
        with owner.cursor() as cursor:
            cursor.execute("SET timezone = %s; SET bytea_output = 'escape'", [zone])
            cursor.execute(
                "INSERT INTO trail_entry (at, actor, action, subject, project, detail) SELECT now(), 'x', 'x', 'x', '', '{}'"
            )
        owner.commit()
        owner.close()
        assert found() == []
