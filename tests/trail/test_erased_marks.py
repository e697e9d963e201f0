"""Texts go out of marked rows, and everything else of the rows is held against their marks as before (docs/decisions/0025-erasing.md)."""

import pytest
from django.apps import apps

from tests import database
from tests.tampering import Master
from trail import history

TABLE, ROW = "arbitration_statement", 2
MODEL = next(model for model in apps.get_models() if model._meta.db_table == TABLE)
FORGED = """
INSERT INTO trail_mark (table_name, row_id, digest, was, salt, erasing)
SELECT 'arbitration_statement', id, trail_digest(trail_veil(to_jsonb(t), 'abc', ARRAY['text'])), '{"text": "00"}', 'abc', %s
FROM arbitration_statement t WHERE id = 2
"""


@pytest.fixture(scope="module")
def master(django_db_setup, django_db_blocker):
    """Whoever owns the server; a table with a few rows."""
    with django_db_blocker.unblock():
        one = Master()
        one.do(f"ALTER TABLE {TABLE} ALTER COLUMN id RESTART")
        one.fill(TABLE, 4)
        yield one
        one.close()
        database.fresh()


@pytest.fixture(autouse=True)
def _unblocked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def tampering(master):
    """Whatever is done is undone after."""
    with master.tampering(TABLE, "trail_mark", "trail_erasing"):
        yield master


def found():
    return [str(mistake) for mistake in history.mistakes(MODEL)]


def by_the_guards(master, *statements):
    master.do(
        f"SET session_replication_role = origin; BEGIN; {'; '.join(statements)}; COMMIT; SET session_replication_role = replica"
    )


def erasing(kind):
    return f"INSERT INTO trail_erasing (subject, kind, by, at) VALUES ('customer:x', '{kind}', '1', now())"


BLANK = f"UPDATE {TABLE} SET text = '' WHERE id = {ROW}"


@pytest.mark.parametrize("kind", ["erased", "frozen"])
def test_a_text_that_went_by_an_erasing_is_no_mistake(tampering, kind):
    by_the_guards(tampering, erasing(kind), BLANK)
    assert found() == []


def test_what_was_erased_twice_for_two_people_is_no_mistake(tampering):
    half = f"UPDATE {TABLE} SET text = '**' WHERE id = {ROW}"
    by_the_guards(tampering, erasing("erased"), half)
    by_the_guards(tampering, erasing("frozen"), BLANK)
    by_the_guards(tampering, erasing("released"), half)
    by_the_guards(tampering, erasing("erased"), BLANK)
    assert found() == []
    salts = tampering.do(
        f"SELECT count(*) FROM trail_mark WHERE table_name = '{TABLE}' AND row_id = {ROW} AND salt IS NOT NULL"
    )
    assert salts == [(1,)]


def test_a_row_from_before_there_were_salts_can_be_erased_and_is_looked_at_until_then(tampering):
    tampering.do(
        f"UPDATE trail_mark m SET salt = NULL, digest = trail_digest(to_jsonb(t)) FROM {TABLE} t"
        f" WHERE table_name = '{TABLE}' AND row_id = t.id"
    )
    assert found() == []
    by_the_guards(tampering, erasing("erased"), BLANK)
    assert found() == []
    tampering.do(f"UPDATE {TABLE} SET by_id = 99 WHERE id IN (1, {ROW})")
    assert found() == [f"{TABLE} 1: was changed", f"{TABLE} {ROW}: was changed"]


def test_a_text_that_was_taken_out_with_the_guard_off(tampering):
    tampering.do(BLANK)
    assert found() == [f"{TABLE} {ROW}: was changed"]


@pytest.mark.parametrize("erasing_id", ["NULL", "4711"])
def test_a_text_that_was_taken_out_with_a_forged_mark(tampering, erasing_id):
    tampering.do(BLANK)
    tampering.do(FORGED.replace("%s", erasing_id))
    assert f"{TABLE} {ROW}: text was changed again" in found()


def test_another_column_that_was_changed_under_cover_of_an_erasing(tampering):
    by_the_guards(tampering, erasing("erased"), BLANK)
    (number,) = tampering.do("SELECT max(id) FROM trail_erasing")[0]
    tampering.do(f"UPDATE {TABLE} SET by_id = 99 WHERE id = {ROW}")
    assert found() == [f"{TABLE} {ROW}: was changed"]
    tampering.do(FORGED.replace("%s", str(number)).replace('"00"', '"00", "by_id": 1'))
    assert f"{TABLE} {ROW}: by_id was changed again" in found()


def test_a_salt_that_was_changed(tampering):
    tampering.do(f"UPDATE trail_mark SET salt = 'abc' WHERE table_name = '{TABLE}' AND row_id = {ROW}")
    assert found() == [f"{TABLE} {ROW}: was changed"]
